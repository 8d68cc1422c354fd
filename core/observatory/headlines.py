"""The figures of the region on the home page."""

from dataclasses import dataclass, replace

import pandas as pd
from sqlmodel import Session

from core import fr
from core.access import Viewer
from core.observatory import (
    portraits,
    queries,
    scope,
)
from core.observatory.enums import Level, Status
from core.observatory.scope import MapChoice
from core.territories import queries as territory_queries

DOMAINS = ("observatory", "territories")
MIDI_PYRENEES = "73"


@dataclass(frozen=True)
class Tile:
    """One figure of the region on the home page, and what its variation is worth."""

    label: str
    figure: str
    symbol: str
    variation: str


@dataclass(frozen=True)
class Headline:
    title: str
    source: str
    tiles: tuple[Tile, ...]


HEADLINE_CODES = (
    "avip", "violences_sexuelles", "vols_violents_sans_arme", "stupefiants",
    "aab", "cambriolages_logements", "vols_roulotte", "destructions_biens",
)  # fmt: skip


TILE_COUNT = 8


def headline(session: Session, viewer: Viewer) -> Headline:
    """Return the home page's figures: the region, last period against the same one before.

    A monthly edition is preferred (twelve months sliding); otherwise the last year of the
    edition that reaches the latest.
    """
    editions = [
        card for card in queries.editions(session, viewer) if card.base_level is not Level.REGION
    ]
    edition = max(editions, key=lambda card: (card.is_monthly, max(card.periods)))
    step = scope.steps_of(edition)[0]
    end = scope.ends_of(edition, step)[-1]
    cards = [
        card
        for card in queries.indicators(session, viewer, edition_id=edition.id)
        if card.is_mappable
    ]
    by_code = {card.code: card for card in cards}
    chosen = [by_code[code] for code in HEADLINE_CODES if code in by_code] or cards
    choices = [
        MapChoice(edition=edition, indicator=card, step=step, end=end, level=Level.REGION)
        for card in chosen[:TILE_COUNT]
    ]
    return Headline(
        title=f"Midi-Pyrénées, {scope.period_label(step, end)}",
        source=edition.title,
        tiles=tuple(_tile(session, viewer, choice) for choice in choices),
    )


def _tile(session: Session, viewer: Viewer, choice: MapChoice) -> Tile:
    region = territory_queries.territory(
        session, replace(viewer, territories=None), level=Level.REGION, code=MIDI_PYRENEES
    )
    assert region is not None  # noqa: S101  # part of the reference; for mypy
    row = portraits.figure_row(session, viewer, choice, region.id)
    status = Status(int(row["status"]))
    comparison = portraits.comparison_of(session, viewer, choice, row)
    count = "–" if pd.isna(row["count"]) else fr.number(int(row["count"]))
    return Tile(
        label=choice.indicator.label,
        figure=f"≥{fr.NBSP}{count}" if status is Status.PARTIAL else count,
        symbol=comparison.reading.symbol,
        variation=comparison.told(choice.noun, choice.unit),
    )
