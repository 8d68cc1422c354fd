"""The qualitative report (bilan qualitatif): notes by quarter and theme, each with its figure.

Pure. Where a figure has changed since a note was written, both values are printed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from core import documents, fr
from core.competences_cles.note_figures import Figure, FigureKey, quarter_told
from core.competences_cles.pack import BANNER
from core.competences_cles.portrait import KeptNote, Portrait
from core.competences_cles.qualitative_notes import THEMES


def pdf(notes: Sequence[KeptNote], found: Portrait, now: Mapping[FigureKey, Figure]) -> bytes:
    """Return the report of one département as a PDF."""
    return documents.pdf("bilan_qualitatif", values(notes, found, now))


def values(
    notes: Sequence[KeptNote], found: Portrait, now: Mapping[FigureKey, Figure]
) -> dict[str, Any]:
    """Return what the template shows, quarters from the latest, themes in their usual order."""
    ranked = sorted(notes, key=lambda one: (_latest_first(one.quarter), THEMES.index(one.theme),
                                            one.id))  # fmt: skip
    return {
        "title": f"Bilan qualitatif – {found.name} ({found.code})",
        "subtitle": f"Compétences Clés, {fr.plural(len(notes), 'note')}, état au "
        f"{fr.day(found.known_on)}",
        "banner": BANNER if found.is_demonstration else "",
        "foot": found.coverage.told(),
        "quarters": [
            {"name": quarter_told(quarter), "themes": _themes(list(several), now)}
            for quarter, several in groupby(ranked, key=lambda one: one.quarter)
        ],
    }  # fmt: skip


def _latest_first(quarter: str) -> tuple[int, int]:
    year, _, rank = quarter.partition("-T")
    return -int(year), -int(rank)


def _themes(notes: Sequence[KeptNote], now: Mapping[FigureKey, Figure]) -> list[dict[str, Any]]:
    return [
        {"name": theme, "notes": [_told(one, now) for one in several]}
        for theme, several in groupby(notes, key=lambda one: one.theme)
    ]


def _told(one: KeptNote, now: Mapping[FigureKey, Figure]) -> dict[str, str]:
    return {
        "text": one.text, "figure": against(one, now),
        "signed": signed(one.source, one.author, one.written_on),
    }  # fmt: skip


def against(one: KeptNote, now: Mapping[FigureKey, Figure]) -> str:
    """Tell the figure of a note, and what it is now where that is not the same."""
    return "" if one.figure is None else one.figure.against(now.get(one.figure.key))


def signed(source: str, author: str, day: date) -> str:
    """Say where a note comes from, who wrote it and when."""
    return ", ".join(part for part in (source, author, fr.day(day)) if part)
