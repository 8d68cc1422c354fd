"""Copies into the store: added or completed by their barcode, never taken away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core import db
from core.circulation import held_copies
from core.db import table_of
from core.documentation import cleaning
from core.documentation.drafts import ItemDraft
from core.documentation.enums import ItemState, LoanClass
from core.documentation.models import Item, ItemPart

Owned = Sequence[tuple[int, tuple[ItemDraft, ...]]]


@dataclass(frozen=True)
class Outcome:
    """Barcodes left out, which another notice holds; and by barcode, what was said and not done."""

    refused: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


def write(session: Session, owned: Owned, *, is_simulated: bool = False) -> Outcome:
    """Write the copies of notices.

    A copy without barcode is added only where the notice has none with the same shelf mark.
    """
    pairs = [(own, item) for own, items in owned for item in items]
    if not pairs:
        return Outcome()
    barcodes, bare = _held(session, pairs)
    added: list[tuple[int, ItemDraft]] = []
    changed: list[tuple[int, ItemDraft]] = []
    refused: list[str] = []
    for own, item in pairs:
        mark = (own, item.shelf_mark)
        holder = barcodes.get(item.barcode) if item.barcode else None
        if holder is None:
            if item.barcode or mark not in bare:
                added.append((own, item))
                barcodes |= {item.barcode: (0, own)}
                bare.add(mark)
        elif holder[1] != own or holder[0] == 0:
            refused.append(item.barcode)
        else:
            changed.append((holder[0], item))
    _add(session, added, is_simulated=is_simulated)
    respected, kept = _respected(session, changed)
    _change(session, respected)
    return Outcome(refused, kept)


def _respected(
    session: Session, changed: Sequence[tuple[int, ItemDraft]]
) -> tuple[list[tuple[int, ItemDraft]], dict[str, str]]:
    """Leave what the desk holds of copies as it is; say so by barcode."""
    held = held_copies.read(session, [own for own, _ in changed])
    kept: dict[str, str] = {}
    result = []
    for own, item in changed:
        one = held.get(own)
        if one is None:
            result.append((own, item))
            continue
        loan_class = one.class_after(item.loan_class)
        said = [ItemState(item.state).label] if one.state != item.state else []
        said += [LoanClass(item.loan_class).label] if loan_class != item.loan_class else []
        if said:
            told = " et ".join(f"« {text} »" for text in said)
            kept[item.barcode] = (
                f"l’exemplaire {item.barcode} est {one.status.label} ici : {told} n’est pas repris"
            )
        result.append((own, replace(item, state=one.state, loan_class=loan_class)))
    return result, kept


def of(session: Session, owners: Iterable[int]) -> set[int]:
    """Return the ids of the copies of notices."""
    table = table_of(Item)
    return set(
        session.connection().execute(
            sa.select(table.c.id).where(table.c.notice_id.in_(sorted(set(owners))))
        ).scalars()
    )  # fmt: skip


def _held(
    session: Session, pairs: Iterable[tuple[int, ItemDraft]]
) -> tuple[dict[str, tuple[int, int]], set[tuple[int, str]]]:
    """Return who holds each barcode (copy, notice), and the shelf marks of copies without one."""
    table = table_of(Item)
    owners = {own for own, _ in pairs}
    codes = {item.barcode for _, item in pairs if item.barcode}
    rows = session.connection().execute(
        sa.select(table.c.id, table.c.notice_id, table.c.barcode, table.c.shelf_mark).where(
            sa.or_(table.c.notice_id.in_(owners), table.c.barcode.in_(codes))
        )
    ).all()  # fmt: skip
    return (
        {row.barcode: (row.id, row.notice_id) for row in rows if row.barcode},
        {(row.notice_id, row.shelf_mark) for row in rows if not row.barcode},
    )


def _values(item: ItemDraft) -> dict[str, Any]:
    names = (
        "barcode", "shelf_mark", "location", "section", "medium", "owner", "loan_class", "state",
        "price_cents", "note",
    )  # fmt: skip
    return {name: getattr(item, name) for name in names} | {
        "parts_expected": max(1, item.parts_expected, len(item.parts)),
        "acquired_on": cleaning.day(item.acquired_on),
    }


def _add(session: Session, pairs: Sequence[tuple[int, ItemDraft]], *, is_simulated: bool) -> None:
    if not pairs:
        return
    table = table_of(Item)
    first = db.next_id(session, table)
    rows = []
    for place, (own, item) in enumerate(pairs):
        values = _values(item) | {
            "id": first + place, "notice_id": own, "is_simulated": is_simulated,
        }  # fmt: skip
        rows.append(tuple(values[column.name] for column in table.columns))
    db.bulk_insert(session, table, rows)
    db.follow_ids(session, table)
    _write_parts(session, [(first + place, item) for place, (_, item) in enumerate(pairs)])


def _change(session: Session, pairs: Sequence[tuple[int, ItemDraft]]) -> None:
    """Write over copies what a file says of them; parts seen missing here stay so."""
    if not pairs:
        return
    table = table_of(Item)
    names = [name for name in _values(pairs[0][1]) if name != "barcode"]
    session.connection().execute(
        sa.update(table).where(table.c.id == sa.bindparam("own"))
        .values({name: sa.bindparam(name) for name in names}),
        [{"own": own} | {n: v for n, v in _values(item).items() if n != "barcode"}
         for own, item in pairs],
    )  # fmt: skip
    parts = table_of(ItemPart)
    held = set(
        session.connection().execute(
            sa.select(parts.c.item_id).where(parts.c.item_id.in_([own for own, _ in pairs]))
        ).scalars()
    )  # fmt: skip
    _write_parts(session, [(own, item) for own, item in pairs if own not in held])


def _write_parts(session: Session, pairs: Sequence[tuple[int, ItemDraft]]) -> None:
    rows = [
        (own, rank, label, True)
        for own, item in pairs
        for rank, label in enumerate(item.parts, start=1)
    ]
    db.bulk_insert(session, table_of(ItemPart), rows)
