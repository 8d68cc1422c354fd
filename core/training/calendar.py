"""Sessions as a calendar that others subscribe to (iCalendar, RFC 5545).

One entry a known day. The entry of a session's n-th day keeps its identifier when the day
moves, and its raised sequence tells calendars to move it too. What has no known day is not
exported.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
from icalendar import Calendar, Event, Timezone
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.fr import PARIS
from core.training import agenda_queries, blocks
from core.training.enums import Confirmation, SessionState
from core.training.models import Slot, TrainingAction, TrainingSession

DOMAINS = ("training", "people")
PRODUCT = "-//Ressources & Territoires//Agenda//FR"
UID_DOMAIN = "ressources-territoires.invalid"


@dataclass(frozen=True)
class CalendarEntry:
    """A session on the days it is known to take place: (day, start, end), hours None all day."""

    uid: str
    sequence: int
    title: str
    state: SessionState
    days: tuple[tuple[date, time | None, time | None], ...]
    is_settled: bool = True
    place: str = ""
    description: str = ""
    url: str = ""


def entries(
    session: Session,
    viewer: Viewer,
    *,
    network: str = "",
    kind: str = "",
    training_id: int | None = None,
    base_url: str = "",
) -> list[CalendarEntry]:
    """Return the sessions that have a known day, of a network and a kind where they are named."""
    require(viewer, Right.READ_ACTIVITY)
    networks = agenda_queries.networks_by_session(session)
    statement = (
        select(TrainingSession)
        .join(TrainingAction, col(TrainingAction.id) == col(TrainingSession.action_id))
        .where(TrainingSession.days != "[]")
        .order_by(col(TrainingSession.earliest), col(TrainingSession.id))
    )
    if kind:
        statement = statement.where(TrainingAction.kind == kind)
    if training_id is not None:
        statement = statement.where(TrainingSession.id == training_id)
    hours = _hours(session)
    return [
        _entry(row, hours.get(row.id or 0, {}), networks.get(row.id or 0, ()), base_url)
        for row in session.exec(statement)
        if not network or network in networks.get(row.id or 0, ())
    ]


def _hours(session: Session) -> dict[int, dict[date, tuple[time, time]]]:
    """Return the first start and last end of each day of each session."""
    statement = (
        sa.select(
            col(Slot.session_id), col(Slot.day), sa.func.min(col(Slot.starts_at)),
            sa.func.max(col(Slot.ends_at)),
        )
        .where(col(Slot.state) != "annule")
        .group_by(col(Slot.session_id), col(Slot.day))
    )  # fmt: skip
    found: dict[int, dict[date, tuple[time, time]]] = {}
    for key, day, start, end in session.connection().execute(statement):
        found.setdefault(key, {})[day] = (_time(start), _time(end))
    return found


def _time(value: time | str) -> time:
    """SQLite gives an aggregate of hours back as text."""
    return time.fromisoformat(value) if isinstance(value, str) else value


def _entry(
    row: TrainingSession,
    hours: dict[date, tuple[time, time]],
    networks: tuple[str, ...],
    base_url: str,
) -> CalendarEntry:
    block = blocks.block_of(row)
    days = tuple((day, *hours.get(day, (None, None))) for day in block.days)
    unsettled = {Confirmation.TO_CONFIRM, Confirmation.TO_DEFINE}
    return CalendarEntry(
        uid=row.uid, sequence=row.sequence, title=row.title, state=SessionState(row.state),
        days=days, place=row.place_text,
        url=f"{base_url}/seance?seance={row.id}" if base_url else "",
        is_settled=not {block.confirmation, Confirmation(row.place_status)} & unsettled,
        description=", ".join(part for part in (row.trainers, row.partner, *networks) if part),
    )  # fmt: skip


def status(entry: CalendarEntry) -> str:
    """Return the status a calendar shows: tentative until state, date and place are settled."""
    if entry.state is SessionState.CANCELLED:
        return "CANCELLED"
    is_firm = entry.state in {SessionState.CONFIRMED, SessionState.DONE} and entry.is_settled
    return "CONFIRMED" if is_firm else "TENTATIVE"


def calendar(
    found: Iterable[CalendarEntry], *, stamp: datetime, name: str, method: str = "PUBLISH"
) -> bytes:
    """Write entries as one calendar, its time zone included."""
    book = Calendar()
    book.add("prodid", PRODUCT)
    book.add("version", "2.0")
    book.add("method", method)
    book.add("x-wr-calname", name)
    book.add_component(Timezone.from_tzid("Europe/Paris"))
    for entry in found:
        for rank, (day, start, end) in enumerate(entry.days, start=1):
            book.add_component(_event(entry, rank, day, start, end, stamp))
    content: bytes = book.to_ical()
    return content


def _event(  # the parts of one event
    entry: CalendarEntry,
    rank: int,
    day: date,
    start: time | None,
    end: time | None,
    stamp: datetime,
) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}-{rank}@{UID_DOMAIN}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamp)
    event.add("summary", entry.title)
    event.add("status", status(entry))
    if start is None or end is None:
        event.add("dtstart", day)
    else:
        event.add("dtstart", datetime.combine(day, start, PARIS))
        event.add("dtend", datetime.combine(day, end, PARIS))
    for field, value in (("location", entry.place), ("description", entry.description),
                         ("url", entry.url)):  # fmt: skip
        if value:
            event.add(field, value)
    return event


def feed(
    session: Session, viewer: Viewer, *, network: str = "", kind: str = "", base_url: str = "",
    stamp: datetime,
) -> bytes:  # fmt: skip
    """Return the agenda as a calendar address gives it."""
    found = entries(session, viewer, network=network, kind=kind, base_url=base_url)
    return calendar(found, stamp=stamp, name="Ressources & Territoires")
