"""The pack of a steering committee (COPIL): two A4 pages for a département, always in one order.

The figures come in as plain values and leave as French text beside the template, never inside
it. The same figures give the same bytes, so that the hash of a pack proves what was shown.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core import documents, fr
from core.competences_cles import pack_drawing, pack_tables
from core.competences_cles.benchmarks import BENCHMARKS
from core.competences_cles.market_charts import BurnUp
from core.competences_cles.pace import Month
from core.competences_cles.pack_tables import HIDDEN, Breakdown, DelayRow, OrderRow
from core.competences_cles.paths import Durations, Rate, is_small
from core.competences_cles.quantities import Quantities
from core.competences_cles.units import amount

BANNER = "Démonstration : données simulées, aucune personne ni aucun marché réel."
MOST_NOTES, NOTE_LENGTH, SOURCE_LENGTH = 3, 280, 130
MOST_DECISIONS, DECISION_LENGTH, PAST_LENGTH = 3, 150, 95
SUMMARY_LENGTH, MOST_PACE_NOTES, PACE_NOTE_LENGTH, MOST_PUBLICS = 330, 4, 150, 4


@dataclass(frozen=True)
class Coverage:
    """What the figures rest on: the day of the export, and the operators that declared."""

    extracted_on: date
    known_on: date
    operators_declared: int
    operators: int
    last_month: int

    def told(self) -> str:
        return (
            f"Données ROSACE extraites le {fr.day(self.extracted_on)}, connues au "
            f"{fr.day(self.known_on)} · couverture : {self.operators_declared} "
            f"{'opérateur' if self.operators_declared < 2 else 'opérateurs'} sur {self.operators} "
            f"à jour de {fr.month(self.last_month)}"
        )


@dataclass(frozen=True)
class Note:
    """A qualitative note, with the figure it comments on (« source »)."""

    theme: str
    text: str
    source: str = ""


@dataclass(frozen=True)
class PastDecision:
    """A decision of an earlier committee, and what came of it (empty: not known yet)."""

    decided_on: date
    text: str
    effect: str = ""


@dataclass(frozen=True)
class Outcomes:
    """Rates of outcome: drop-out on known outcomes, non-entries on prescriptions."""

    dropped: Rate
    not_entered: Rate
    prescribed: int
    entered: int


@dataclass(frozen=True)
class Pack:
    """Everything the two pages say of one département. Quantities are in minutes.

    ``summary``: the answer in one or two sentences. ``forecast`` and ``lead``: the sentences of
    those modules. ``notes_on_pace``: what a reader must know of the months shown. ``foreseen``:
    what was foreseen of each month (YYYYMM). ``window``: which parcours page two tells of.
    """

    departement: str
    code: str
    committee_on: date
    version: int
    coverage: Coverage
    quantities: Quantities
    summary: str
    forecast: str
    lead: str
    orders: Sequence[OrderRow]
    burn_up: BurnUp
    months: Sequence[Month]
    notes_on_pace: Sequence[str]
    back_test: str
    publics: Sequence[Breakdown]
    durations: Durations
    outcomes: Outcomes
    delays: Sequence[DelayRow]
    notes: Sequence[Note] = ()
    past: Sequence[PastDecision] = ()
    asked: Sequence[str] = ()
    foreseen: Mapping[int, float] = field(default_factory=dict)
    window: str = ""
    is_demonstration: bool = False


def pdf(pack: Pack) -> bytes:
    """Return the two pages as a PDF."""
    return documents.pdf("copil", values(pack))


def sha256(content: bytes) -> str:
    """Return the hash under which a pack is kept."""
    return hashlib.sha256(content).hexdigest()


def values(pack: Pack) -> dict[str, Any]:
    """Return what the template shows, already written in French."""
    return {
        "title": f"Compétences Clés – {pack.departement} ({pack.code})",
        "committee": f"Comité de pilotage du {fr.day(pack.committee_on)}",
        "banner": BANNER if pack.is_demonstration else "",
        "foot": f"{pack.coverage.told()} · version {pack.version}",
        "summary": cut(pack.summary, SUMMARY_LENGTH),
        "tiles": _tiles(pack),
        "orders": pack_tables.order_rows(pack.orders),
        "orders_more": pack_tables.more_orders(pack.orders),
        "burn_up": pack_drawing.burn_up(pack.burn_up),
        "months": pack_drawing.months(pack.months, pack.foreseen),
        "window": pack.window,
        "pace_notes": _pace_notes(pack),
        "publics": [pack_tables.breakdown(one) for one in pack.publics[:MOST_PUBLICS]],
        "durations": _durations(pack.durations),
        "outcomes": _outcomes(pack.outcomes),
        "delays": [pack_tables.delay_row(one) for one in pack.delays],
        "notes": [_note(one) for one in pack.notes[:MOST_NOTES]],
        "notes_more": _more(len(pack.notes) - MOST_NOTES, "autre note", "autres notes"),
        "past": [_past(one) for one in pack.past[:MOST_DECISIONS]],
        "asked": [cut(one, DECISION_LENGTH) for one in pack.asked[:MOST_DECISIONS]],
        "asked_more": _more(len(pack.asked) - MOST_DECISIONS, "autre demande", "autres demandes"),
    }


def _tiles(pack: Pack) -> list[dict[str, str]]:
    found = pack.quantities
    rate = "–" if found.rate is None else fr.percent(found.rate, 1)
    return [
        {"label": "Commandé", "value": amount(found.ordered), "more": _pending(found)},
        {"label": "Consommé", "value": amount(found.consumed), "more": f"{rate} du commandé"},
        {"label": "Engagé", "value": amount(round(found.committed)),
         "more": "parcours prescrits, à venir"},
        {"label": "Disponible", "value": amount(round(found.available)), "more": pack.forecast},
        {"label": "Au calendrier", "value": "", "more": pack.lead},
    ]  # fmt: skip


def _pace_notes(pack: Pack) -> list[str]:
    """Return what must be known of the pace, the back-test last and always there."""
    kept = [one for one in pack.notes_on_pace if one][: MOST_PACE_NOTES - 1]
    return [cut(one, PACE_NOTE_LENGTH) for one in (*kept, pack.back_test) if one]


def _pending(found: Quantities) -> str:
    return f"et {amount(found.pending)} à notifier" if found.pending else "bons notifiés"


def _durations(found: Durations) -> dict[str, str]:
    hours, weeks = found.done_minutes, found.weeks
    national_hours, national_months = BENCHMARKS["hours"], BENCHMARKS["months"]
    national = (
        f"France : environ {fr.number(national_hours.value)}{fr.NBSP}h sur "
        f"{fr.number(national_months.value, 1)} mois ({national_hours.source})"
    )
    if is_small(hours.count):
        few = {"count": f"{HIDDEN} parcours terminés", "spread": "non diffusé", "done": "–"}
        return few | {"median": "–", "weeks": "–", "national": national}
    share = "–" if found.done_share is None else fr.percent(found.done_share)
    return {
        "count": fr.plural(hours.count, "parcours terminé", "parcours terminés"),
        "median": "–" if hours.middle is None else amount(round(hours.middle)),
        "spread": _between(hours.low, hours.high),
        "weeks": "–" if weeks.middle is None else fr.plural(round(weeks.middle), "semaine"),
        "done": f"{share} des heures prévues ({fr.plural(found.compared, 'parcours', 'parcours')})",
        "national": national,
    }


def _between(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "quartiles : trop peu de parcours"
    return f"la moitié entre {amount(round(low))} et {amount(round(high))}"


def _outcomes(found: Outcomes) -> dict[str, str]:
    return {
        "dropped": pack_tables.rate(found.dropped),
        "national": f"France : {fr.percent(BENCHMARKS['dropped'].value)} (Dares, entrants de 2011)",
        "not_entered": pack_tables.rate(found.not_entered),
        "flow": f"{_few(found.prescribed, 'prescription')}, {_few(found.entered, 'entrée')}",
    }


def _few(count: int, name: str) -> str:
    return f"{HIDDEN} {name}s" if is_small(count) else fr.plural(count, name)


def _note(one: Note) -> dict[str, str]:
    return {
        "theme": one.theme,
        "text": cut(one.text, NOTE_LENGTH),
        "source": cut(one.source, SOURCE_LENGTH),
    }


def _past(one: PastDecision) -> dict[str, str]:
    return {
        "day": fr.day(one.decided_on),
        "text": cut(one.text, PAST_LENGTH),
        "effect": cut(one.effect, PAST_LENGTH) or "effet non encore mesuré",
    }


def _more(count: int, singular: str, plural_form: str) -> str:
    return f"et {fr.plural(count, singular, plural_form)} dans l’application" if count > 0 else ""


def cut(text: str, length: int) -> str:
    """Shorten a text at a word, saying so by « […] »: two pages never become three.

    >>> cut("durée des parcours", 15), cut("publics", 15)
    ('durée des […]', 'publics')
    """
    plain = " ".join(text.split())
    if len(plain) <= length:
        return plain
    return plain[: length - 4].rsplit(" ", 1)[0].rstrip(" ,;:") + " […]"
