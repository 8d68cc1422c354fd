"""The life of an alert: opened once, raised quietly, put to sleep with a reason, closed once.

A pure machine: what was, figures and the day give what is and what is to be said. Source: the
states of section 3.6 and the rules of 4.9 of the domain's study.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from core import fr
from core.competences_cles import alert_rules
from core.competences_cles.alert_rules import AlertCode, Indicators, Thresholds, Verdict
from core.errors import DomainError
from core.training.enums import Labelled

UNSTABLE_DAYS, UNSTABLE_OPENINGS = 30, 2


class Phase(Labelled):
    CLOSED = "fermee", "fermée"
    OPEN = "ouverte", "ouverte"
    ACKNOWLEDGED = "acquittee", "acquittée"
    RECOVERING = "en_retablissement", "en rétablissement"
    SNOOZED = "en_sommeil", "en sommeil"


class EventKind(Labelled):
    OPENED = "ouverture", "nouvelle alerte"
    RAISED = "aggravation", "aggravation"
    WOKEN = "reveil", "fin de la mise en sommeil"
    RECOVERED = "retablissement", "rétablissement"


class Channel(Labelled):
    """How an event is told. NONE: it is kept in the history, and sent to nobody."""

    MESSAGE = "message", "message"
    DIGEST = "synthese", "synthèse hebdomadaire"
    NONE = "aucun", "aucun envoi"


@dataclass(frozen=True)
class AlertState:
    """One rule on one object, alive or not.

    ``streak``: imports in a row that met the opening condition; ``import_id``: the last one
    counted. ``phase_before``: what a recovery or a sleep goes back to. ``reopened_on``: the
    re-openings of the last thirty days.
    """

    phase: Phase = Phase.CLOSED
    level: int = 0
    value: float | None = None
    streak: int = 0
    import_id: int | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    reopened_on: tuple[date, ...] = ()
    acknowledged_by: str = ""
    snoozed_until: date | None = None
    snooze_reason: str = ""
    phase_before: Phase = Phase.OPEN

    @property
    def is_open(self) -> bool:
        return self.phase is not Phase.CLOSED

    def is_unstable(self, today: date) -> bool:
        """Whether the alert re-opened twice within thirty days: it joins the digest only."""
        recent = [day for day in self.reopened_on if (today - day).days <= UNSTABLE_DAYS]
        return len(recent) >= UNSTABLE_OPENINGS


@dataclass(frozen=True)
class Event:
    """Something that happened to an alert. ``days``: how long it was open, for a recovery."""

    kind: EventKind
    channel: Channel
    level: int
    days: int | None = None

    def told(self, code: AlertCode, name: str) -> str:
        """Say it in French; ``name`` is the order, the operator or the export."""
        text = f"{self.kind.label} : {code.label}, {name}"
        if self.kind is EventKind.RECOVERED and self.days is not None:
            return f"{text} (après {fr.plural(self.days, 'jour')})"
        return text


@dataclass(frozen=True)
class Reading:
    """The figures of an object on a day, with the import they come from (None: none yet)."""

    indicators: Indicators
    today: date
    import_id: int | None = None


def step(
    state: AlertState, code: AlertCode, reading: Reading, thresholds: Thresholds
) -> tuple[AlertState, tuple[Event, ...]]:
    """Take an alert to the next day or import, and say what is to be told.

    The same reading twice changes nothing the second time and tells nothing.
    """
    verdict = alert_rules.judge(code, reading.indicators, thresholds)
    counted = _counted(state, verdict, reading)
    if state.phase is Phase.CLOSED:
        return _closed(counted, verdict, reading, thresholds.imports[code])
    if verdict.closes:
        return _recovered(counted, reading.today)
    awake, woken = _woken(counted, reading.today)
    settled = _settled(awake, verdict)
    raised, events = _raised(settled, verdict)
    return raised, (*woken, *events)


def _counted(state: AlertState, verdict: Verdict, reading: Reading) -> AlertState:
    last = state.import_id if reading.import_id is None else reading.import_id
    if not verdict.opens:
        return replace(state, streak=0, import_id=last)
    return replace(state, streak=state.streak + (last != state.import_id), import_id=last)


def _closed(
    state: AlertState, verdict: Verdict, reading: Reading, imports: int
) -> tuple[AlertState, tuple[Event, ...]]:
    if not verdict.opens or state.streak < imports:
        return state, ()
    today = reading.today
    recent = tuple(day for day in state.reopened_on if (today - day).days <= UNSTABLE_DAYS)
    is_again = state.closed_on is not None and (today - state.closed_on).days <= UNSTABLE_DAYS
    opened = AlertState(
        phase=Phase.OPEN, level=verdict.level, value=verdict.value, streak=state.streak,
        import_id=state.import_id, opened_on=today,
        reopened_on=(*recent, today) if is_again else recent,
    )  # fmt: skip
    return opened, (Event(EventKind.OPENED, channel(opened, today), verdict.level),)


def channel(state: AlertState, today: date) -> Channel:
    """Say how what happens to an alert is told: an unstable one by the weekly digest only."""
    return Channel.DIGEST if state.is_unstable(today) else Channel.MESSAGE


def _recovered(state: AlertState, today: date) -> tuple[AlertState, tuple[Event, ...]]:
    days = (today - (state.opened_on or today)).days
    closed = AlertState(
        import_id=state.import_id, opened_on=state.opened_on, closed_on=today,
        reopened_on=state.reopened_on,
    )  # fmt: skip
    return closed, (Event(EventKind.RECOVERED, channel(state, today), state.level, days),)


def _woken(state: AlertState, today: date) -> tuple[AlertState, tuple[Event, ...]]:
    until = state.snoozed_until
    if state.phase is not Phase.SNOOZED or until is None or today <= until:
        return state, ()
    awake = replace(state, phase=state.phase_before, snoozed_until=None, snooze_reason="")
    return awake, (Event(EventKind.WOKEN, channel(state, today), state.level),)


def _settled(state: AlertState, verdict: Verdict) -> AlertState:
    """Between the two thresholds an alert is recovering; above the first, it is back."""
    if state.phase is Phase.SNOOZED:
        return state
    if verdict.opens:
        is_back = state.phase is Phase.RECOVERING
        return replace(state, phase=state.phase_before) if is_back else state
    if state.phase is Phase.RECOVERING:
        return state
    return replace(state, phase=Phase.RECOVERING, phase_before=state.phase)


def _raised(state: AlertState, verdict: Verdict) -> tuple[AlertState, tuple[Event, ...]]:
    """Keep the gravest level reached, quietly: a rise is shown, and no message leaves."""
    known = replace(state, value=verdict.value)
    if not verdict.opens or verdict.level <= state.level:
        return known, ()
    event = Event(EventKind.RAISED, Channel.NONE, verdict.level)
    return replace(known, level=verdict.level), (event,)


def acknowledge(state: AlertState, *, author: str) -> AlertState:
    """Take charge of an alert that is open, whether it is recovering or not."""
    if not state.is_open:
        raise DomainError("Cette alerte est fermée : il n’y a plus rien à prendre en charge.")
    if not author.strip():
        raise DomainError("Indiquez qui prend l’alerte en charge.")
    if state.phase in {Phase.RECOVERING, Phase.SNOOZED}:
        return replace(state, acknowledged_by=author, phase_before=Phase.ACKNOWLEDGED)
    return replace(state, phase=Phase.ACKNOWLEDGED, acknowledged_by=author)


def snooze(state: AlertState, *, reason: str, until: date, today: date) -> AlertState:
    """Put an open alert to sleep up to the end of ``until``, for a reason that is kept."""
    if not state.is_open:
        raise DomainError("Cette alerte est fermée : elle ne peut pas être mise en sommeil.")
    if not reason.strip():
        raise DomainError("Donnez le motif de la mise en sommeil.")
    if until <= today:
        raise DomainError(
            f"La mise en sommeil doit finir après aujourd’hui ({fr.day(today)}) : "
            "choisissez une date de fin à venir."
        )
    is_awake = state.phase in {Phase.OPEN, Phase.ACKNOWLEDGED}
    before = state.phase if is_awake else state.phase_before
    return replace(
        state, phase=Phase.SNOOZED, phase_before=before, snoozed_until=until, snooze_reason=reason
    )


Key = tuple[AlertCode, str]


def evaluate(
    states: Mapping[Key, AlertState], readings: Mapping[Key, Reading], thresholds: Thresholds
) -> tuple[dict[Key, AlertState], dict[Key, tuple[Event, ...]]]:
    """Take every alert one step further: one state for each rule and object, never two.

    An alert whose object has no reading today is left as it is.
    """
    after, told = dict(states), {}
    for (code, name), reading in readings.items():
        key = (code, name)
        after[key], events = step(after.get(key, AlertState()), code, reading, thresholds)
        if events:
            told[key] = events
    return after, told


def weekly_digest_day(today: date) -> date:
    """Return the Monday on which what joins the digest is sent: today if it is one."""
    return today + timedelta(days=(7 - today.weekday()) % 7)
