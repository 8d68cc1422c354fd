"""Addresses that people send each other, and their QR codes."""

import io

import segno


def qr_png(address: str) -> bytes:
    """Return the QR code of an address as a PNG, readable from a screen at arm's length.

    >>> qr_png("https://example.org")[:4]
    b'\\x89PNG'
    """
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="png", scale=6, border=3)
    return picture.getvalue()
