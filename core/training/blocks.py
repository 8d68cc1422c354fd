"""Imprecise dates in the store: from the columns of ``models.Dated`` to a DateBlock and back."""

import json
from datetime import date
from typing import Any

from core.training.dates import DateBlock
from core.training.enums import Confirmation, Precision
from core.training.models import Dated

COLUMNS = (
    "date_text", "earliest", "latest", "precision", "days", "edtf", "confirmation",
    "half_days_planned", "half_days_most",
)  # fmt: skip


def block_of(row: Any) -> DateBlock:
    """Read the date of a row that has the columns of Dated."""
    return DateBlock(
        text=row.date_text,
        precision=Precision(row.precision),
        earliest=row.earliest,
        latest=row.latest,
        days=tuple(date.fromisoformat(day) for day in json.loads(row.days)),
        edtf=row.edtf,
        confirmation=Confirmation(row.confirmation),
        planned=row.half_days_planned,
        most=row.half_days_most,
    )


def values(block: DateBlock) -> dict[str, Any]:
    """Return the columns of Dated that hold a date."""
    return {
        "date_text": block.text,
        "earliest": block.earliest,
        "latest": block.latest,
        "precision": block.precision.value,
        "days": json.dumps([day.isoformat() for day in block.days]),
        "edtf": block.edtf,
        "confirmation": block.confirmation.value,
        "half_days_planned": block.planned,
        "half_days_most": block.most,
    }


def write(row: Dated, block: DateBlock) -> None:
    for name, value in values(block).items():
        setattr(row, name, value)
