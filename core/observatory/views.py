"""What a page shows, put together from queries and rules: the map's view, a territory's card."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

import pandas as pd
from sqlmodel import Session

from core import fr
from core.access import Viewer
from core.observatory import choropleth, classes, outlines, queries, rules
from core.observatory.cells import Selection
from core.observatory.choropleth import Ground, Measure, Wording
from core.observatory.classes import Classification, Scheme
from core.observatory.enums import Dataset, Denominator, Level, Service, Status, Unit
from core.observatory.models import Rupture
from core.observatory.queries import EditionCard, IndicatorCard
from core.observatory.rules import Comparison
from core.territories import queries as territory_queries
from core.territories import reference
from core.territories.queries import TerritoryCard

DOMAINS = ("observatory", "territories")
MIDI_PYRENEES = "73"
UNIT_PLURALS = {
    Unit.VICTIME: "victimes",
    Unit.VICTIME_ENTENDUE: "victimes entendues",
    Unit.INFRACTION: "infractions",
    Unit.VEHICULE: "véhicules",
    Unit.MIS_EN_CAUSE: "mis en cause",
    Unit.FAIT: "faits",
}


class Step(StrEnum):
    """How long a period is on screen."""

    YEAR = "annee"
    SLIDING = "glissant"
    MONTH = "mois"

    @property
    def label(self) -> str:
        return {"annee": "Année", "glissant": "12 mois", "mois": "Mois"}[self.value]


def steps_of(edition: EditionCard) -> tuple[Step, ...]:
    return (Step.SLIDING, Step.MONTH, Step.YEAR) if edition.is_monthly else (Step.YEAR,)


def ends_of(edition: EditionCard, step: Step) -> tuple[int, ...]:
    """List the periods that can be chosen, each named by its last month (or by its year).

    A year of a monthly edition is listed only when its twelve months are there.
    """
    periods = edition.periods
    if not edition.is_monthly:
        return periods
    if step is Step.MONTH:
        return periods
    if step is Step.SLIDING:
        held = set(periods)
        return tuple(
            end
            for end in periods
            if set(rules.months_between(rules.shifted(end, -11), end)) <= held
        )
    years = sorted({period // 100 for period in periods})
    return tuple(year * 100 for year in years if set(months_of(year)) <= set(periods))


def months_of(year: int) -> tuple[int, ...]:
    return tuple(year * 100 + month for month in range(1, 13))


def periods_of(edition: EditionCard, step: Step, end: int) -> tuple[int, ...]:
    """Return the stored periods that a chosen period adds up."""
    if not edition.is_monthly or step is Step.MONTH:
        return (end,)
    if step is Step.YEAR:
        return months_of(end // 100)
    return tuple(rules.months_between(rules.shifted(end, -11), end))


def period_label(step: Step, end: int) -> str:
    """Name a period: « 2010 », « mai 2011 », « 12 mois à fin mai 2011 »."""
    name = fr.month(end)
    return f"12 mois à fin {name}" if step is Step.SLIDING else name


@dataclass(frozen=True)
class MapChoice:
    """Everything that decides what a map shows; the address of the page holds the same."""

    edition: EditionCard
    indicator: IndicatorCard
    step: Step
    end: int
    level: Level
    measure: Measure = Measure.RATE
    scheme: Scheme = Scheme.QUANTILES
    fixed: tuple[float, ...] = ()
    service: Service = Service.ALL
    departement: str = ""

    @property
    def selection(self) -> Selection:
        return Selection(
            edition_id=self.edition.id,
            indicator_id=self.indicator.id,
            periods=periods_of(self.edition, self.step, self.end),
            service=self.service,
        )

    @property
    def unit(self) -> str:
        return UNIT_PLURALS[self.indicator.unit]

    @property
    def noun(self) -> str:
        """One of what is counted, as a sentence says it."""
        unit = self.indicator.unit
        return "fait" if unit is Unit.FAIT else unit.label

    @property
    def rate_unit(self) -> str:
        kind = "logements" if self.indicator.denominator is Denominator.DWELLINGS else "habitants"
        monthly = " et par mois" if self.step is Step.MONTH else ""
        return f"pour 1{fr.NBSP}000 {kind}{monthly}"

    @property
    def period(self) -> str:
        return period_label(self.step, self.end)


@dataclass(frozen=True)
class MapView:
    """A map ready to be drawn: figures (queries.FIGURE_COLUMNS), classes, words."""

    choice: MapChoice
    figures: pd.DataFrame
    classification: Classification
    largest: int
    wording: Wording
    reference: str
    outside: frozenset[str]

    @property
    def shown(self) -> pd.DataFrame:
        """The rows of the département chosen, or all of them."""
        return self.figures[~self.figures["code"].isin(self.outside)]


@dataclass(frozen=True)
class Scale:
    """What stays the same when the period changes: the classes, and the largest circle."""

    classification: Classification
    largest: int


@dataclass(frozen=True)
class ScaleChoice:
    """What a scale depends on: everything of a MapChoice but the period and the département."""

    edition_id: int
    indicator_id: int
    level: Level
    measure: Measure
    scheme: Scheme
    fixed: tuple[float, ...]
    service: Service
    window: int


def scale_choice(choice: MapChoice) -> ScaleChoice:
    window = 12 if choice.edition.is_monthly and choice.step is not Step.MONTH else 1
    return ScaleChoice(
        choice.edition.id, choice.indicator.id, choice.level, choice.measure, choice.scheme,
        choice.fixed, choice.service, window,
    )  # fmt: skip


def scale(session: Session, viewer: Viewer, *, choice: ScaleChoice) -> Scale:
    """Choose the classes of the measure and the largest count, over all periods of the step."""
    pooled = queries.pooled_values(
        session, viewer, edition_id=choice.edition_id, indicator_id=choice.indicator_id,
        level=choice.level, service=choice.service, window=choice.window,
    )  # fmt: skip
    column = "rate" if choice.measure is Measure.RATE else "count"
    values = pooled[column].astype("float64").to_numpy()
    largest = int(pooled["count"].max()) if len(pooled) else 0
    return Scale(classes.classify(values, choice.scheme, fixed=choice.fixed), largest)


def map_view(session: Session, viewer: Viewer, *, choice: MapChoice, scale: Scale) -> MapView:
    """Read what a map shows, in the classes of ``scale``."""
    figures = queries.figures(session, viewer, selection=choice.selection, level=choice.level)
    outside = _outside(session, viewer, choice) if choice.departement else frozenset[str]()
    return MapView(
        choice=choice, figures=figures.reset_index(drop=True),
        classification=scale.classification, largest=scale.largest,
        wording=_wording(choice, figures), outside=outside,
        reference=_region_sentence(session, viewer, choice),
    )  # fmt: skip


def _outside(session: Session, viewer: Viewer, choice: MapChoice) -> frozenset[str]:
    territories = territory_queries.territories(session, viewer, level=choice.level)
    if choice.level in {Level.EPCI, Level.PERIMETER}:
        inside = territory_queries.groups_in(
            session, departement_code=choice.departement, level=choice.level
        )
        return frozenset(territories.loc[~territories["id"].isin(inside), "code"])
    elsewhere = territories["departement_code"] != choice.departement
    return frozenset(territories.loc[elsewhere, "code"])


def _wording(choice: MapChoice, figures: pd.DataFrame) -> Wording:
    vintages = sorted({int(year) for year in figures["vintage"].dropna()})
    census = f" {vintages[-1]}" if vintages else ""
    kind = "logements" if choice.indicator.denominator is Denominator.DWELLINGS else "population"
    denominator = f"Dénominateur : {kind}{census}. " if choice.measure is Measure.RATE else ""
    service = "" if choice.service is Service.ALL else f", {choice.service.label.lower()}"
    measured = (
        f"Taux {choice.rate_unit}" if choice.measure is Measure.RATE else f"Nombre de {choice.unit}"
    )
    return Wording(
        title=f"{measured} – {choice.indicator.label}, {choice.period}{service}",
        unit=choice.unit,
        rate_unit="‰",
        note=(
            f"{denominator}Unité de compte : {choice.indicator.unit.label}. "
            f"Source : {choice.edition.title}. Entre parenthèses : nombre de territoires."
        ),
    )


def _region_sentence(session: Session, viewer: Viewer, choice: MapChoice) -> str:
    """Say the figure of the eight départements together, or what is known of it."""
    region = territory_queries.territory(
        session, viewer=replace(viewer, territories=None), level=Level.REGION, code=MIDI_PYRENEES
    )
    if region is None or choice.edition.base_level is Level.REGION:
        return ""
    own = queries.figures_of(
        session, viewer, selection=choice.selection, territory_ids=(region.id,)
    )
    return f"Midi-Pyrénées : {figure_sentence(own.iloc[0], choice)}"


def figure_sentence(row: Any, choice: MapChoice) -> str:
    """Say one figure: « 9 876 faits, soit 3,4 pour 1 000 habitants », or why there is none."""
    status = Status(int(row["status"]))
    if status in {Status.MASKED, Status.MISSING}:
        return status.label
    counted = fr.plural(int(row["count"]), choice.noun, choice.unit)
    if status is Status.PARTIAL:
        return f"au moins {counted} (une part n’est pas connue)"
    if pd.isna(row["rate"]):
        return counted
    return f"{counted}, soit {fr.number(row['rate'], 1)} {choice.rate_unit}"


def spec_of(
    view: MapView, *, order: tuple[str, ...], addresses: tuple[str, str], selected: str
) -> dict[str, Any]:
    """Return what the living map reads; ``addresses``: contours, then borders above them."""
    ground = Ground(
        order=order, contours=addresses[0], borders=addresses[1], outside=view.outside,
        focus=view.choice.departement, selected=selected,
    )  # fmt: skip
    return choropleth.paint_spec(
        view.figures, view.classification, measure=view.choice.measure, ground=ground,
        wording=view.wording, largest=view.largest,
    )  # fmt: skip


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
    figures = queries.figures(session, viewer, selection=choice.selection, level=choice.level)
    own = figures[figures["code"] == card.code]
    if own.empty:
        return None
    row = own.iloc[0]
    groups = _reference_groups(session, choice, card)
    return TerritoryView(
        card=card,
        sentence=figure_sentence(row, choice),
        comparison=_comparison(session, viewer, choice, row),
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


def _comparison(session: Session, viewer: Viewer, choice: MapChoice, row: Any) -> Comparison:
    before_choice = _previous(choice)
    if not set(before_choice.selection.periods) <= set(choice.edition.periods):
        return Comparison(None, None, None, rules.Reading.NONE)
    before = _figure(session, viewer, before_choice, int(row["territory_id"]))
    sides = [row, before]
    counts = [int(side["count"]) if side["status"] == Status.KNOWN else None for side in sides]
    exposures = [
        float(side["denominator"]) if pd.notna(side["denominator"]) else 1.0 for side in sides
    ]
    return rules.compare(
        counts[0], counts[1], exposure_now=exposures[0], exposure_before=exposures[1],
        is_broken=_is_broken(session, choice, before_choice),
    )  # fmt: skip


def _figure(session: Session, viewer: Viewer, choice: MapChoice, territory_id: int) -> Any:
    """Return one figure as a row of FIGURE_COLUMNS."""
    if choice.level is Level.PERIMETER:
        table = queries.figures(session, viewer, selection=choice.selection, level=choice.level)
        return table[table["territory_id"] == territory_id].iloc[0]
    own = queries.figures_of(
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
    figures = queries.figures_of(
        session, viewer, selection=choice.selection,
        territory_ids=tuple(group.id for group in plain),
    )  # fmt: skip
    if len(plain) < len(kept):
        perimeters = queries.figures(
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
        return _perimeter_series(session, viewer, choice, card)
    kept = [group for group in groups if group.level in {Level.DEPARTEMENT, Level.REGION}]
    names = {card.id: card.name} | {group.id: group.name for group in kept}
    table = queries.series(
        session, viewer, edition_id=choice.edition.id, indicator_id=choice.indicator.id,
        territory_ids=tuple(names), service=choice.service,
    )  # fmt: skip
    return table.assign(name=table["territory_id"].map(names))


def _perimeter_series(
    session: Session, viewer: Viewer, choice: MapChoice, card: TerritoryCard
) -> pd.DataFrame:
    rows = []
    for period in choice.edition.periods:
        selection = Selection(choice.edition.id, choice.indicator.id, (period,), choice.service)
        figures = queries.figures(session, viewer, selection=selection, level=Level.PERIMETER)
        rows.append(figures[figures["code"] == card.code].assign(period=period))
    return pd.concat(rows, ignore_index=True)


def order_of(level: Level, perimeter_codes: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the codes in the order of the contours that the map fetches."""
    return perimeter_codes if level is Level.PERIMETER else outlines.codes(level)


def perimeter_order(session: Session, viewer: Viewer, *, day: str) -> tuple[str, ...]:
    """Return the codes of the perimeters that have a contour on a day, as they are served."""
    shapes = outlines.perimeter_shapes(session, viewer, on=date.fromisoformat(day))
    return tuple(code for code, _, _ in shapes)


def indicator_name(card: IndicatorCard) -> str:
    """Name an indicator in a list; a single index of the État 4001 keeps its number."""
    is_index = card.code.isdigit()
    return f"Index {int(card.code)} – {card.label}" if is_index else card.label


MOST_BOUNDS = 8


def bounds_of(text: str) -> tuple[float, ...]:
    """Read the class bounds that a reader typed; none where one of them is not a number.

    >>> bounds_of("1 ; 2,5;5"), bounds_of("1 ; deux")
    ((1.0, 2.5, 5.0), ())
    """
    parts = [part.strip().replace(",", ".") for part in text.split(";") if part.strip()]
    try:
        numbers = sorted({float(part) for part in parts})
    except ValueError:
        return ()
    is_usable = len(numbers) <= MOST_BOUNDS and all(0 < number < 1e9 for number in numbers)
    return tuple(numbers) if is_usable else ()


def with_other(choice: MapChoice, *, indicator: IndicatorCard, end: int) -> MapChoice:
    """Return the choice of a second map: another indicator or period, the rest the same."""
    return replace(choice, indicator=indicator, end=end)


def search_names(session: Session, viewer: Viewer, *, level: Level) -> dict[str, str]:
    """Name territories for a search box, with their code: « Albi (81004) » → ``81004``."""
    territories = territory_queries.territories(session, viewer, level=level)
    ordered = territories.assign(key=territories["name"].map(fr.fold)).sort_values("key")
    return {
        f"{name} ({code})": str(code)
        for name, code in zip(ordered["name"], ordered["code"], strict=True)
    }


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
    step = steps_of(edition)[0]
    end = ends_of(edition, step)[-1]
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
        title=f"Midi-Pyrénées, {period_label(step, end)}",
        source=edition.title,
        tiles=tuple(_tile(session, viewer, choice) for choice in choices),
    )


def _tile(session: Session, viewer: Viewer, choice: MapChoice) -> Tile:
    region = territory_queries.territory(
        session, replace(viewer, territories=None), level=Level.REGION, code=MIDI_PYRENEES
    )
    assert region is not None  # noqa: S101  # part of the reference; for mypy
    row = _figure(session, viewer, choice, region.id)
    status = Status(int(row["status"]))
    comparison = _comparison(session, viewer, choice, row)
    count = "–" if pd.isna(row["count"]) else fr.number(int(row["count"]))
    return Tile(
        label=choice.indicator.label,
        figure=f"≥{fr.NBSP}{count}" if status is Status.PARTIAL else count,
        symbol=comparison.reading.symbol,
        variation=comparison.told(choice.noun, choice.unit),
    )


def span(edition: EditionCard) -> str:
    """Say the first and last period of an edition: « janvier 2009 à mai 2011 »."""
    first, last = fr.month(min(edition.periods)), fr.month(max(edition.periods))
    return first if first == last else f"{first} à {last}"


def coverage(session: Session, viewer: Viewer, *, edition: EditionCard) -> pd.DataFrame:
    """One row an indicator of an edition: label, unit, denominator."""
    cards = queries.indicators(session, viewer, edition_id=edition.id)
    return pd.DataFrame(
        {
            "label": [indicator_name(card) for card in cards],
            "unit": [card.unit.label for card in cards],
            "denominator": [card.denominator.label for card in cards],
        }
    )


def rupture_dates(rupture: Rupture) -> str:
    if rupture.ends_on is None:
        return f"À partir du {fr.day(rupture.starts_on)}"
    return f"Du {fr.day(rupture.starts_on)} au {fr.day(rupture.ends_on)}"


def territory_sentence(session: Session) -> str:
    """Say which territories the application knows, and where they come from."""
    found = territory_queries.counts(session)
    vintage = reference.POPULATION_VINTAGE
    return (
        f"{fr.plural(found['communes'], 'commune')} des huit départements de Midi-Pyrénées, "
        f"{found['epci']} EPCI, {found['departements']} départements, "
        f"{fr.plural(found['former_communes'], 'ancienne commune')} rattachées à la commune "
        f"actuelle, {fr.plural(found['perimeters'], 'périmètre')}. Population municipale "
        f"{vintage} (INSEE) ; contours simplifiés d’après l’IGN, surface mesurée sur le contour ; "
        "Licence Ouverte."
    )
