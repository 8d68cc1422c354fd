"""Barcodes seen in a picture: of a copy, of a card. Pure; the picture is kept nowhere."""

from io import BytesIO

import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from core.circulation.loan_rules import normalised
from core.errors import DomainError

MOST_PIXELS = 1600


def seen(picture: bytes) -> tuple[str, ...]:
    """Return the barcodes of a picture, each once, read as scanners give them.

    Whatever way the picture is turned; nothing where no code can be read. Raises DomainError
    where the bytes are no picture.
    """
    try:
        with Image.open(BytesIO(picture)) as opened:
            image = ImageOps.exif_transpose(opened).convert("L")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise DomainError("Cette image ne se lit pas : reprenez la photo.") from error
    image.thumbnail((MOST_PIXELS, MOST_PIXELS))
    found = (normalised(one.text) for one in zxingcpp.read_barcodes(image) if one.valid)
    return tuple(dict.fromkeys(code for code in found if code))
