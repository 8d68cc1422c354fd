"""The card of a territory: its figure, change, rank, references, series and origins."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from sqlmodel import Session

from core.access import Viewer
from core.observatory import (
    queries,
    readings,
    rules,
    scope,
    timelines,
)
from core.observatory.enums import Dataset, Level, Service, Status
from core.observatory.rules import Comparison
from core.observatory.scope import MapChoice
from core.territories import queries as territory_queries
from core.territories.queries import TerritoryCard

DOMAINS = ("observatory", "territories")
MIDI_PYRENEES = "73"


@dataclass(frozen=True)
class TerritoryView:
    """The card of a territory beside the map."""

    card: TerritoryCard
    sentence: str
    comparison: Comparison
    compared_with: str
    rank: str
    references: pd.DataFrame
    series: pd.DataFrame
    origins: list[queries.Origin]


def territory_view(
    session: Session, viewer: Viewer, *, choice: MapChoice, code: str
) -> TerritoryView | None:
    """Put together the card of a territory at the map's level, or None where there is none."""
    card = territory_queries.territory(session, viewer, level=choice.level, code=code)
    if card is None:
        return None
    figures = readings.figures(session, viewer, selection=choice.selection, level=choice.level)
    own = figures[figures["code"] == card.code]
    if own.empty:
        return None
    row = own.iloc[0]
    groups = _reference_groups(session, choice, card)
    return TerritoryView(
        card=card,
        sentence=scope.figure_sentence(row, choice),
        comparison=comparison_of(session, viewer, choice, row),
        compared_with=_previous_label(choice),
        rank=_rank_sentence(choice, figures, card),
        references=_reference_rows(session, viewer, choice, row, groups),
        series=_series(session, viewer, choice, card, groups),
        origins=queries.origins(session, viewer, selection=choice.selection, territory_id=card.id),
    )


def _previous(choice: MapChoice) -> MapChoice:
    """The same choice twelve months (or one year) before: only like is compared with like."""
    return replace(choice, end=rules.shifted(choice.end, -12))


def _previous_label(choice: MapChoice) -> str:
    return _previous(choice).period


def comparison_of(session: Session, viewer: Viewer, choice: MapChoice, row: Any) -> Comparison:
    before_choice = _previous(choice)
    if not set(before_choice.selection.periods) <= set(choice.edition.periods):
        return Comparison(None, None, None, rules.Reading.NONE)
    before = figure_row(session, viewer, before_choice, int(row["territory_id"]))
    sides = [row, before]
    counts = [int(side["count"]) if side["status"] == Status.KNOWN else None for side in sides]
    exposures = [
        float(side["denominator"]) if pd.notna(side["denominator"]) else 1.0 for side in sides
    ]
    return rules.compare(
        counts[0], counts[1], exposure_now=exposures[0], exposure_before=exposures[1],
        is_broken=_is_broken(session, choice, before_choice),
    )  # fmt: skip


def figure_row(session: Session, viewer: Viewer, choice: MapChoice, territory_id: int) -> Any:
    """Return one figure as a row of FIGURE_COLUMNS."""
    if choice.level is Level.PERIMETER:
        table = readings.figures(session, viewer, selection=choice.selection, level=choice.level)
        return table[table["territory_id"] == territory_id].iloc[0]
    own = readings.figures_of(
        session, viewer, selection=choice.selection, territory_ids=(territory_id,)
    )
    return own.iloc[0]


def _is_broken(session: Session, now: MapChoice, before: MapChoice) -> bool:
    """Say whether a break that forbids comparison falls between the two periods."""
    start, end = before.selection.last_day, now.selection.last_day
    return any(
        start < rupture.starts_on <= end and not rupture.is_comparable_before
        and (rupture.service in {"all", now.service.value} or now.service is Service.ALL)
        for rupture in queries.ruptures(session, dataset=Dataset(now.edition.dataset))
    )  # fmt: skip


def _rank_sentence(choice: MapChoice, figures: pd.DataFrame, card: TerritoryCard) -> str:
    """Say the band in which the territory's rank lies among its peers (same département)."""
    peers = figures[(figures["status"] == Status.KNOWN) & (figures["denominator"] > 0)]
    among = "territoires"
    if choice.level is Level.COMMUNE:
        peers = peers[peers["code"].str.startswith(card.departement_code)]
        among = "communes du département"
    elif choice.level is Level.DEPARTEMENT:
        among = "départements"
    elif choice.level is Level.EPCI:
        among = "EPCI"
    peers = peers.reset_index(drop=True)
    place = peers.index[peers["code"] == card.code]
    if len(place) == 0 or len(peers) < 3:
        return ""
    band = rules.rank_band(
        [int(count) for count in peers["count"]], peers["denominator"].tolist(), int(place[0])
    )
    if band is None:
        return ""
    rank = f"{_ordinal(band[0])}" if band[0] == band[1] else (
        f"entre la {_ordinal(band[0])} et la {_ordinal(band[1])} place"
    )  # fmt: skip
    rank = f"{rank} place" if band[0] == band[1] else rank
    return f"Rang probable (du taux le plus élevé au plus bas) : {rank} sur {len(peers)} {among}."


def _ordinal(rank: int) -> str:
    return "1re" if rank == 1 else f"{rank}e"


def _reference_groups(
    session: Session, choice: MapChoice, card: TerritoryCard
) -> list[TerritoryCard]:
    """Reference territories: EPCI, perimeters, département, region, then France."""
    groups = territory_queries.groups_of(
        session, territory_id=card.id, on=choice.selection.last_day
    )
    wanted = [Level.PERIMETER, Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.FRANCE]
    kept = [
        group
        for group in groups
        if group.level in wanted and not (group.level is Level.REGION and group.code != "73")
    ]
    return sorted(kept, key=lambda group: wanted.index(group.level))


def _reference_rows(
    session: Session,
    viewer: Viewer,
    choice: MapChoice,
    row: Any,
    groups: list[TerritoryCard],
) -> pd.DataFrame:
    """One row a territory compared: name, level, count, status, rate. The territory first."""
    limits = territory_queries.visible_ids(session, viewer)
    open_levels = {Level.DEPARTEMENT, Level.REGION, Level.FRANCE}
    kept = [
        group
        for group in groups
        if limits is None or group.id in limits or group.level in open_levels
    ]
    plain = [group for group in kept if group.level is not Level.PERIMETER]
    figures = readings.figures_of(
        session, viewer, selection=choice.selection,
        territory_ids=tuple(group.id for group in plain),
    )  # fmt: skip
    if len(plain) < len(kept):
        perimeters = readings.figures(
            session, viewer, selection=choice.selection, level=Level.PERIMETER
        )
        figures = pd.concat([figures, perimeters], ignore_index=True)
    found: dict[Any, dict[Any, Any]] = figures.set_index("territory_id").to_dict("index")
    own = {"name": row["name"], "level": choice.level.label, "count": row["count"],
           "status": int(row["status"]), "rate": row["rate"]}  # fmt: skip
    others = [
        {"name": group.name, "level": group.level.label, "count": found[group.id]["count"],
         "status": int(found[group.id]["status"]), "rate": found[group.id]["rate"]}
        for group in kept
        if group.id in found and found[group.id]["status"] != Status.MISSING
    ]  # fmt: skip
    return pd.DataFrame([own, *others])


def _series(
    session: Session,
    viewer: Viewer,
    choice: MapChoice,
    card: TerritoryCard,
    groups: list[TerritoryCard],
) -> pd.DataFrame:
    """One row a (name, period): the territory's own series, then département and region."""
    if choice.level is Level.PERIMETER:
        return timelines.perimeter_series(
            session, viewer, edition_id=choice.edition.id, indicator_id=choice.indicator.id,
            perimeter_id=card.id, service=choice.service,
        ).assign(name=card.name)  # fmt: skip
    kept = [group for group in groups if group.level in {Level.DEPARTEMENT, Level.REGION}]
    names = {card.id: card.name} | {group.id: group.name for group in kept}
    table = timelines.series(
        session, viewer, edition_id=choice.edition.id, indicator_id=choice.indicator.id,
        territory_ids=tuple(names), service=choice.service,
    )  # fmt: skip
    return table.assign(name=table["territory_id"].map(names))
