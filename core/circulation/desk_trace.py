"""What a gesture of the desk changes, kept so that it can be taken back: values before and after.

Only what the gesture changed is kept, and only that is put back, where it is still as the gesture
left it: what was written since, by a desk or in the catalogue, is never lost.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from core import db, fr
from core.access import Viewer
from core.circulation.loan_models import DeskEvent, DeskIncident, Loan, LoanPart, Reservation
from core.db import Base
from core.documentation.models import Item, ItemPart

MODELS: dict[str, type[Base]] = {
    db.table_of(model).name: model
    for model in (Loan, Reservation, Item, ItemPart, LoanPart, DeskIncident)
}
TOLD = "desk_event"  # where a session keeps the event that its unit of work wrote


@dataclass
class Trace:
    """The rows that a gesture touched, as they were before it, those it made or took out.

    ``mails``: the keys of the mails it asked for.
    """

    session: Session
    before: list[tuple[Base, dict[str, Any]]] = field(default_factory=list)
    made: list[Base] = field(default_factory=list)
    gone: list[tuple[Base, dict[str, Any]]] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)

    def touch(self, row: Base) -> None:
        """Remember a row before it is changed, once; not one that the gesture made."""
        if all(row is not held for held in (*(one for one, _ in self.before), *self.made)):
            self.before.append((row, _values(row)))

    def add(self, row: Base) -> None:
        """Write a new row, and remember that it is new."""
        self.session.add(row)
        self.session.flush()
        self.made.append(row)

    def take_out(self, row: Base) -> None:
        """Delete a row, and remember it whole."""
        self.gone.append((row, _values(row)))
        self.session.delete(row)
        self.session.flush()

    def dumped(self) -> str:
        changed = [(row, _changes(values, _values(row))) for row, values in self.before]
        held = {
            "changed": [(_name(row), _key(row), values) for row, values in changed if values],
            "made": [(_name(row), _key(row), _values(row)) for row in self.made],
            "gone": [(_name(row), values) for row, values in self.gone],
            "mails": self.mails,
        }
        return json.dumps(held, ensure_ascii=False)

    def tell(  # noqa: PLR0913  # what an event is
        self, viewer: Viewer, kind: str, told: str, *, loan: Loan | None = None,
        item_id: int | None = None, reservation_id: int | None = None, now: datetime,
    ) -> DeskEvent:  # fmt: skip
        """Write the event of the gesture, with what taking it back needs."""
        self.session.flush()
        event = DeskEvent(
            kind=kind, at=fr.stored(now), author=viewer.signature, told=told,
            loan_id=loan.id if loan else None, item_id=loan.item_id if loan else item_id,
            reservation_id=reservation_id, before=self.dumped(),
        )  # fmt: skip
        self.session.add(event)
        self.session.flush()
        self.session.info[TOLD] = event.id
        return event


def event_of(session: Session) -> int | None:
    """Return the event that a unit of work wrote last; None where it wrote none."""
    found: int | None = session.info.get(TOLD)
    return found


@dataclass(frozen=True)
class Kept:
    """What an event kept of its gesture, read again: see ``Trace``."""

    changed: list[tuple[str, list[Any], dict[str, list[Any]]]]
    made: list[tuple[str, list[Any], dict[str, Any]]]
    gone: list[tuple[str, dict[str, Any]]]
    mails: list[str]

    @property
    def copies(self) -> list[int]:
        """Return the copies whose state or place the gesture changed; a loan changes neither."""
        own = db.table_of(Item).name
        return [int(key[0]) for name, key, _ in self.changed if name == own]

    def rows(self, session: Session) -> Iterator[Base | None]:
        """Give the rows that the gesture changed or made, None for one that is gone."""
        for name, key, _ in (*self.changed, *self.made):
            yield session.get(MODELS[name], tuple(key))


def kept(text: str) -> Kept | None:
    """Read what an event kept; None where it keeps nothing (any more)."""
    held = json.loads(text or "{}")
    return Kept(**held) if set(held) == set(Kept.__dataclass_fields__) else None


def is_as_left(session: Session, held: Kept) -> bool:
    """Say whether every row is still what the gesture made of it, field by field."""
    after = [(name, key, {n: pair[1] for n, pair in values.items()})
             for name, key, values in held.changed]  # fmt: skip
    for name, key, values in (*after, *held.made):
        row = session.get(MODELS[name], tuple(key))
        if row is None or any(_plain(getattr(row, n)) != value for n, value in values.items()):
            return False
    return not any(
        session.get(MODELS[name], tuple(values[n] for n in _keys(MODELS[name])))
        for name, values in held.gone
    )


def restore(session: Session, held: Kept) -> None:
    """Put back what a gesture changed; what was not changed by it stays as it is now.

    What it made is kept where something leads to it: a loan or a reservation is closed as
    cancelled, the rest is taken out.
    """
    for name, key, _ in reversed(held.made):
        _unmake(session, session.get_one(MODELS[name], tuple(key)))
    session.flush()
    rows = [(session.get_one(MODELS[name], tuple(key)), values)
            for name, key, values in held.changed]  # fmt: skip
    wanted = [(row, _places(row) | {n: pair[0] for n, pair in values.items()})
              for row, values in rows]  # fmt: skip
    _leave_places(session, [row for row, _ in rows])
    again = [(MODELS[name](**dict.fromkeys(values)), values) for name, values in held.gone]
    for row, values in (*wanted, *again):
        for name, value in values.items():
            setattr(row, name, _read(value, type(row).model_fields[name].annotation))
        session.add(row)
        session.flush()


def _places(row: Base) -> dict[str, Any]:
    """Return where a reservation stands, which is left for a moment while rows are put back."""
    if not isinstance(row, Reservation):
        return {}
    return {name: getattr(row, name) for name in ("state", "position", "item_id", "ready_until")}


def _leave_places(session: Session, rows: list[Base]) -> None:
    """Two reservations never hold a place or a copy at once, not even between two writes."""
    for row in rows:
        if isinstance(row, Reservation):
            _give_up(row)
            session.add(row)
    session.flush()


def _give_up(row: Reservation) -> None:
    row.state, row.position, row.item_id, row.ready_until = "annulee", None, None, None


def _unmake(session: Session, row: Any) -> None:
    if isinstance(row, Loan):
        row.returned_at, row.returned_on = row.lent_at, row.lent_on
        row.return_kind = "annule"
        session.add(row)
    elif isinstance(row, Reservation):
        _give_up(row)
        row.close_reason = "geste annulé"
        session.add(row)
    else:
        session.delete(row)


def _values(row: Base) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in type(row).model_fields}


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    return {n: [value, after[n]] for n, value in before.items() if value != after[n]}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _read(value: Any, kind: Any) -> Any:
    if isinstance(value, str) and "datetime" in str(kind):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and "date" in str(kind):
        return date.fromisoformat(value)
    return value


def _name(row: Base) -> str:
    return db.table_of(type(row)).name


def _keys(model: type[Base]) -> list[str]:
    return [column.name for column in db.table_of(model).primary_key]


def _key(row: Base) -> list[Any]:
    return [getattr(row, name) for name in _keys(type(row))]
