"""What a gesture of the desk changes, kept so that it can be taken back: rows as they were."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from core import db
from core.access import Viewer
from core.circulation.loan_models import DeskEvent, DeskIncident, Loan, LoanPart, Reservation
from core.db import Base
from core.documentation.models import Item, ItemPart

MODELS: dict[str, type[Base]] = {
    db.table_of(model).name: model
    for model in (Loan, Reservation, Item, ItemPart, LoanPart, DeskIncident)
}


@dataclass
class Trace:
    """The rows that a gesture touched, before it, and those it made."""

    session: Session
    before: list[tuple[str, list[Any], dict[str, Any]]] = field(default_factory=list)
    made: list[tuple[str, list[Any]]] = field(default_factory=list)

    def touch(self, row: Base) -> None:
        """Remember a row before it is changed, once; not one that the gesture made."""
        name, key = _name(row), _key(row)
        known = [*self.made, *((other, held) for other, held, _ in self.before)]
        if (name, key) not in known:
            self.before.append((name, key, {n: getattr(row, n) for n in type(row).model_fields}))

    def add(self, row: Base) -> None:
        """Write a new row, and remember that it is new."""
        self.session.add(row)
        self.session.flush()
        self.made.append((_name(row), _key(row)))

    def dumped(self) -> str:
        return json.dumps({"before": self.before, "made": self.made}, default=_written,
                          ensure_ascii=False)  # fmt: skip

    def tell(  # noqa: PLR0913  # what an event is
        self, viewer: Viewer, kind: str, told: str, *, loan: Loan | None = None,
        item_id: int | None = None, reservation_id: int | None = None, now: datetime,
    ) -> DeskEvent:  # fmt: skip
        """Write the event of the gesture, with what taking it back needs."""
        self.session.flush()
        event = DeskEvent(
            kind=kind, at=now.replace(tzinfo=None), author=viewer.signature, told=told,
            loan_id=loan.id if loan else None, item_id=loan.item_id if loan else item_id,
            reservation_id=reservation_id, before=self.dumped(),
        )  # fmt: skip
        self.session.add(event)
        self.session.flush()
        return event


def restored(session: Session, text: str) -> None:
    """Bring the rows of a gesture back to what they were before it.

    What it made is kept where something leads to it: a loan or a reservation is closed as
    cancelled, the rest is taken out.
    """
    held = json.loads(text)
    for name, key in reversed(held["made"]):
        row = session.get(MODELS[name], tuple(key))
        if row is not None:
            _unmake(session, row)
    session.flush()
    rows = [(session.get(MODELS[name], tuple(key)), values) for name, key, values in held["before"]]
    for row, _ in rows:
        if isinstance(row, Reservation):  # two rows never hold a place at once
            row.position, row.state = None, "annulee"
            row.item_id = row.ready_until = None
            session.add(row)
    session.flush()
    for row, values in rows:
        if row is not None:
            _set(row, values)
            session.add(row)
            session.flush()


def _unmake(session: Session, row: Any) -> None:
    if isinstance(row, Loan):
        row.returned_at, row.returned_on = row.lent_at, row.lent_on
        row.return_kind = "annule"
        session.add(row)
    elif isinstance(row, Reservation):
        row.state, row.close_reason, row.position = "annulee", "geste annulé", None
        row.item_id = row.ready_until = None
        session.add(row)
    else:
        session.delete(row)


def _set(row: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        kind = type(row).model_fields[name].annotation
        setattr(row, name, _read(value, kind))


def _read(value: Any, kind: Any) -> Any:
    if isinstance(value, str) and "datetime" in str(kind):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and "date" in str(kind):
        return date.fromisoformat(value)
    return value


def _written(value: Any) -> str:
    return str(value.isoformat())


def _name(row: Base) -> str:
    return db.table_of(type(row)).name


def _key(row: Base) -> list[Any]:
    return [getattr(row, column.name) for column in db.table_of(type(row)).primary_key]
