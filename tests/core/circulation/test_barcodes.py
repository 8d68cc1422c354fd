"""Barcodes are read in drawn pictures: straight, turned, a little blurred, none, two."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from core.circulation import barcodes
from core.errors import DomainError


def drawn(text: str) -> Image.Image:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    bars = Image.fromarray(code.to_image(scale=3)).convert("L")
    page = Image.new("L", (bars.width + 120, bars.width + 120), 255)
    page.paste(bars, (60, 60))
    return page


def png(image: Image.Image) -> bytes:
    kept = BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()


def test_a_barcode_keeps_its_zeros() -> None:
    assert barcodes.seen(png(drawn("000123"))) == ("000123",)


@pytest.mark.parametrize("angle", [90, 180, 270, 8])
def test_a_turned_picture_is_read(angle: int) -> None:
    turned = drawn("RT4521").rotate(angle, expand=True, fillcolor=255)
    assert barcodes.seen(png(turned)) == ("RT4521",)


def test_a_little_blur_is_read_and_letters_come_in_capitals() -> None:
    assert barcodes.seen(png(drawn("l87").filter(ImageFilter.GaussianBlur(1.2)))) == ("L87",)


def test_two_codes_are_both_told_and_one_seen_twice_once() -> None:
    first, second = drawn("A1001"), drawn("B2002")
    page = Image.new("L", (max(first.width, second.width), first.height + second.height), 255)
    page.paste(first, (0, 0))
    page.paste(second, (0, first.height))
    assert sorted(barcodes.seen(png(page))) == ["A1001", "B2002"]
    page.paste(first, (0, first.height))
    assert barcodes.seen(png(page)) == ("A1001",)


def test_no_code_is_nothing_and_no_picture_is_refused() -> None:
    assert barcodes.seen(png(Image.new("L", (300, 200), 255))) == ()
    with pytest.raises(DomainError, match="reprenez la photo"):
        barcodes.seen(b"not a picture")
