"""The weekly digest of alerts: one text for each UT, in place of a mail for each row."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from core import fr
from core.competences_cles.alert_rules import AlertCode
from core.competences_cles.alert_states import AlertState, Phase

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Entry:
    """One alert of a UT: its rule, the name of its object, its state."""

    ut: str
    code: AlertCode
    name: str
    state: AlertState


@dataclass(frozen=True)
class Digest:
    """What one UT is sent: a subject, and lines by heading, the gravest first."""

    ut: str
    subject: str
    headings: tuple[tuple[str, tuple[str, ...]], ...]


def digests(entries: Iterable[Entry], *, today: date) -> list[Digest]:
    """Write one digest for each UT with something to say, in the order of the UT.

    What is asleep is counted and not told again; what closed more than a week ago is not there.
    """
    by_ut: defaultdict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        by_ut[one.ut].append(one)
    found = [_digest(ut, several, today) for ut, several in sorted(by_ut.items())]
    return [one for one in found if one.headings]


def _digest(ut: str, several: list[Entry], today: date) -> Digest:
    awake = [one for one in several if one.state.is_open and one.state.phase is not Phase.SNOOZED]
    parts = {
        "À traiter": [one for one in awake if one.state.phase is Phase.OPEN],
        "Prises en charge": [one for one in awake if one.state.phase is Phase.ACKNOWLEDGED],
        "En rétablissement": [one for one in awake if one.state.phase is Phase.RECOVERING],
        "En sommeil": [one for one in several if one.state.phase is Phase.SNOOZED],
        "Rétablies cette semaine": [one for one in several if _is_fresh(one.state, today)],
    }
    headings = tuple(
        (title, tuple(_line(one, today) for one in sorted(inside, key=_gravest)))
        for title, inside in parts.items()
        if inside
    )
    count = fr.plural(len(awake), "alerte ouverte", "alertes ouvertes")
    return Digest(ut, f"Compétences Clés, UT {ut} : {count} au {fr.day(today)}", headings)


def _is_fresh(state: AlertState, today: date) -> bool:
    closed = state.closed_on
    return not state.is_open and closed is not None and today - WEEK < closed <= today


def _gravest(one: Entry) -> tuple[int, date, str, str]:
    return -one.state.level, one.state.opened_on or date.max, one.code.value, one.name


def _line(one: Entry, today: date) -> str:
    state = one.state
    text = f"{one.code.label}, {one.name}"
    if state.phase is Phase.SNOOZED and state.snoozed_until is not None:
        return f"{text} : {state.snooze_reason} (jusqu’au {fr.day(state.snoozed_until)})"
    if not state.is_open and state.opened_on is not None and state.closed_on is not None:
        return f"{text} (après {fr.plural((state.closed_on - state.opened_on).days, 'jour')})"
    marks = [f"depuis le {fr.day(state.opened_on)}"] if state.opened_on else []
    marks += ["instable"] if state.is_unstable(today) else []
    marks += [f"suivie par {state.acknowledged_by}"] if state.acknowledged_by else []
    return f"{text} ({', '.join(marks)})" if marks else text
