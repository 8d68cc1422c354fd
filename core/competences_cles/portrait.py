"""What a département looks like on a day, ready for the pack of its committee.

Pure: the follow-up's views, the parcours and the notes come in, and one ``Pack`` leaves.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core import fr
from core.competences_cles import note_figures, outlook, pack_whole, paths, quantities
from core.competences_cles.benchmarks import BENCHMARKS
from core.competences_cles.forecast import Outlook
from core.competences_cles.market_charts import BurnUp
from core.competences_cles.note_figures import Figure, FigureKey
from core.competences_cles.outlook import OrderView
from core.competences_cles.pace import STALE_DAYS
from core.competences_cles.pack import Coverage, Note, Outcomes, Pack, PastDecision
from core.competences_cles.pack_tables import Breakdown, DelayRow, OrderRow
from core.competences_cles.paths import Path, Step
from core.competences_cles.quantities import Quantities
from core.competences_cles.units import amount

UNKNOWN = "non renseigné"
SEXES = {"F": "femmes", "H": "hommes"}
ALERTS = {Outlook.EXHAUSTED: "épuisé", Outlook.DATED: "avant l’échéance"}


@dataclass(frozen=True)
class Person:
    """One parcours of the département, without a name, and the profile of who follows it."""

    path: Path
    sex: str = ""
    age_band: str = ""
    level: str = ""
    prescriber: str = ""


@dataclass(frozen=True)
class KeptNote:
    """A qualitative note as it is kept; ``figure``: as it was known when it was written."""

    id: int
    ut: str
    ut_code: str
    quarter: str
    theme: str
    text: str
    source: str
    author: str
    written_on: date
    figure: Figure | None = None


@dataclass(frozen=True)
class Movement:
    """A signed change of what an order asks for, in its unit; ``kind``: in French."""

    number: str
    effective_on: date
    known_on: date
    kind: str
    delta: int
    reason: str
    author: str


@dataclass(frozen=True)
class Portrait:
    """A département on a day. ``views``: its orders under way, ``whole``: as if they were one."""

    name: str
    code: str
    known_on: date
    coverage: Coverage
    views: Sequence[OrderView]
    whole: OrderView | None
    back_test: str
    persons: Sequence[Person]
    since: date
    notes: Sequence[KeptNote] = ()
    past: Sequence[PastDecision] = ()
    movements: Sequence[Movement] = ()
    is_demonstration: bool = False

    @property
    def quantities(self) -> Quantities:
        return quantities.total(one.quantities for one in self.views)

    @property
    def paths(self) -> list[Path]:
        return [one.path for one in self.persons]

    @property
    def is_old(self) -> bool:
        """Whether the last export is too old for anything to be projected."""
        return (self.known_on - self.coverage.extracted_on).days > STALE_DAYS


@dataclass(frozen=True)
class Sitting:
    """The committee that a pack is made for, and what it is asked to decide."""

    committee_on: date
    version: int = 1
    asked: tuple[str, ...] = ()


def pack(portrait: Portrait, sitting: Sitting, burn_up: BurnUp) -> Pack:
    """Return what the two pages say of a département."""
    view, now = portrait.whole, figures(portrait)
    months = view.pace.months if view is not None else ()
    every = portrait.paths
    return Pack(
        departement=portrait.name, code=portrait.code, committee_on=sitting.committee_on,
        version=sitting.version, coverage=portrait.coverage, quantities=portrait.quantities,
        summary=summary(portrait),
        forecast=view.told(portrait.known_on) if view is not None else "aucun bon en cours",
        lead=view.lead.told() if view is not None else "aucun bon en cours",
        orders=[_order(one, portrait.known_on) for one in portrait.views],
        burn_up=burn_up, months=months, notes_on_pace=_pace_notes(portrait),
        back_test=f"Région : {portrait.back_test}", publics=publics(portrait.persons),
        durations=paths.durations(every), outcomes=outcomes(every),
        delays=[DelayRow(paths.delay(every, step, today=portrait.known_on)) for step in Step],
        notes=[_note(one, now) for one in portrait.notes], past=portrait.past,
        asked=sitting.asked, foreseen=_foreseen(view), window=window(portrait),
        is_demonstration=portrait.is_demonstration,
    )  # fmt: skip


def window(portrait: Portrait) -> str:
    return f"Parcours prescrits depuis le {fr.day(portrait.since)}."


def summary(portrait: Portrait) -> str:
    """Answer in two sentences: will the order last, and what can still be prescribed."""
    told = outlook.headline(portrait.views)
    if portrait.whole is None:
        return told
    left = amount(round(portrait.quantities.available))
    old = " Données anciennes : à lire avec prudence." if portrait.is_old else ""
    forecast = portrait.whole.told(portrait.known_on)
    verb = "épuisement " if forecast.startswith("entre ") else ""
    return f"{told} Disponible : {left}, {verb}{forecast}.{old}"


def _pace_notes(portrait: Portrait) -> list[str]:
    old = [f"L’export date du {fr.day(portrait.coverage.extracted_on)} : données anciennes"]
    view = portrait.whole
    said = [*view.pace.notes, view.share.told()] if view is not None else []
    return [*(old if portrait.is_old else []), *said]


def _foreseen(view: OrderView | None) -> dict[int, float]:
    if view is None:
        return {}
    return pack_whole.foreseen_by_month(view.plan, [one.period for one in view.pace.months])


def _order(one: OrderView, today: date) -> OrderRow:
    return OrderRow(
        one.facts.number, one.facts.operator, one.quantities, one.told(today),
        ALERTS.get(one.exhaustion.outlook, ""), one.facts.unit,
    )  # fmt: skip


def _note(one: KeptNote, now: Mapping[FigureKey, Figure]) -> Note:
    told = one.figure.against(now.get(one.figure.key)) if one.figure is not None else ""
    return Note(one.theme, one.text, " – ".join(part for part in (told, one.source) if part))


def publics(persons: Sequence[Person]) -> list[Breakdown]:
    """Count the persons by sex, age, level and prescriber; nothing where nobody is known."""
    if not persons:
        return []
    women = BENCHMARKS["women"].value
    return [
        Breakdown("Sexe", _counted(persons, lambda one: SEXES.get(one.sex, one.sex), "femmes"),
                  women),
        Breakdown("Âge", _counted(persons, lambda one: one.age_band)),
        Breakdown("Niveau", _counted(persons, lambda one: one.level)),
        Breakdown("Prescripteur", _counted(persons, lambda one: one.prescriber)),
    ]  # fmt: skip


def _counted(
    persons: Sequence[Person], of: Callable[[Person], str], first: str = ""
) -> list[tuple[str, int]]:
    """Count by group, the largest first; ``first`` leads, because a benchmark is that of it."""
    counts = Counter(of(one) or UNKNOWN for one in persons)
    return sorted(counts.items(), key=lambda one: (one[0] != first, -one[1], one[0]))


def outcomes(every: Sequence[Path]) -> Outcomes:
    dropped, missed = paths.drop_out(every), paths.non_entries(every)
    return Outcomes(dropped, missed, len(every), sum(one.outcome in paths.ENTERED for one in every))


def figures(portrait: Portrait) -> dict[FigureKey, Figure]:
    """Return every figure that a note may comment on, as known on the day of the portrait."""
    day, found, every = portrait.known_on, portrait.quantities, portrait.paths
    view, spans = portrait.whole, paths.durations(every).done_minutes
    delays = {step: paths.delay(every, step, today=day) for step in Step}
    several = [
        Figure(FigureKey.ORDERED, found.ordered, day),
        Figure(FigureKey.CONSUMED, found.consumed, day),
        Figure(FigureKey.COMMITTED, found.committed, day),
        Figure(FigureKey.AVAILABLE, found.available, day),
        Figure(FigureKey.RATE, found.rate, day),
        Figure(FigureKey.PACE, None if view is None or view.pace.is_stale else view.per_month, day),
        note_figures.of_rate(FigureKey.DROPPED, paths.drop_out(every), day),
        note_figures.of_rate(FigureKey.NOT_ENTERED, paths.non_entries(every), day),
        note_figures.of_middle(FigureKey.DURATION, spans.middle, spans.count, day),
        *(
            note_figures.of_middle(key, delays[step].median_days, delays[step].within.denominator,
                                   day)
            for key, step in ((FigureKey.CONTACT, Step.CONTACT), (FigureKey.START, Step.START))
        ),
    ]  # fmt: skip
    return {one.key: one for one in several}
