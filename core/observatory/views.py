"""What a map shows, put together from queries and rules: figures, classes, words."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlmodel import Session

from core import fr
from core.access import Viewer
from core.observatory import (
    choropleth,
    classes,
    outlines,
    pooling,
    queries,
    readings,
    scope,
)
from core.observatory.choropleth import Ground, Measure, Wording
from core.observatory.classes import Classification, Scheme
from core.observatory.enums import Denominator, Level, Service
from core.observatory.models import Rupture
from core.observatory.queries import EditionCard
from core.observatory.scope import MapChoice, Step
from core.territories import queries as territory_queries
from core.territories import reference

DOMAINS = ("observatory", "territories")
MIDI_PYRENEES = "73"


@dataclass(frozen=True)
class MapView:
    """A map ready to be drawn: figures (readings.FIGURE_COLUMNS), classes, words."""

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
    pooled = pooling.pooled_values(
        session, viewer, edition_id=choice.edition_id, indicator_id=choice.indicator_id,
        level=choice.level, service=choice.service, window=choice.window,
    )  # fmt: skip
    column = "rate" if choice.measure is Measure.RATE else "count"
    values = pooled[column].astype("float64").to_numpy()
    largest = int(pooled["count"].max()) if len(pooled) else 0
    return Scale(classes.classify(values, choice.scheme, fixed=choice.fixed), largest)


def ground_choice(choice: MapChoice) -> MapChoice | None:
    """Return the choice whose ground is the same as this one's, or None where each has its own.

    The composition of a perimeter may change with any day.
    """
    if choice.level is Level.PERIMETER:
        return None
    last = max(end for end in choice.edition.periods if end // 100 == choice.end // 100)
    step = Step.MONTH if choice.edition.is_monthly else Step.YEAR
    return replace(
        choice,
        end=last,
        step=step,
        measure=Measure.RATE,
        scheme=Scheme.QUANTILES,
        fixed=(),
        departement="",
    )


def ground(session: Session, viewer: Viewer, *, choice: MapChoice) -> readings.Ground:
    return readings.ground(session, viewer, selection=choice.selection, level=choice.level)


def map_view(
    session: Session,
    viewer: Viewer,
    *,
    choice: MapChoice,
    scale: Scale,
    ground: readings.Ground | None = None,
) -> MapView:
    """Read what a map shows, in the classes of ``scale``; ``ground``: as read before, if it was."""
    figures = readings.figures(
        session, viewer, selection=choice.selection, level=choice.level, on=ground
    )
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
    own = readings.figures_of(
        session, viewer, selection=choice.selection, territory_ids=(region.id,)
    )
    return f"Midi-Pyrénées : {scope.figure_sentence(own.iloc[0], choice)}"


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


def order_of(level: Level, perimeter_codes: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the codes in the order of the contours that the map fetches."""
    return perimeter_codes if level is Level.PERIMETER else outlines.codes(level)


def perimeter_order(session: Session, viewer: Viewer, *, day: str) -> tuple[str, ...]:
    """Return the codes of the perimeters that have a contour on a day, as they are served."""
    shapes = outlines.perimeter_shapes(session, viewer, on=date.fromisoformat(day))
    return tuple(code for code, _, _ in shapes)


def search_names(session: Session, viewer: Viewer, *, level: Level) -> dict[str, str]:
    """Name territories for a search box, with their code: « Albi (81004) » → ``81004``."""
    territories = territory_queries.territories(session, viewer, level=level)
    ordered = territories.assign(key=territories["name"].map(fr.fold)).sort_values("key")
    return {
        f"{name} ({code})": str(code)
        for name, code in zip(ordered["name"], ordered["code"], strict=True)
    }


def coverage(session: Session, viewer: Viewer, *, edition: EditionCard) -> pd.DataFrame:
    """One row an indicator of an edition: label, unit, denominator."""
    cards = queries.indicators(session, viewer, edition_id=edition.id)
    return pd.DataFrame(
        {
            "label": [scope.indicator_name(card) for card in cards],
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
