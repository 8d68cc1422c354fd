"""Copies into the store: added or completed by their barcode, never taken away."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
Bases = Mapping[int, tuple[ItemDraft, ...]]
Values = dict[str, Any]


@dataclass
class CopiesWritten:
    """What became of the copies that were given.

    ``refused`` are barcodes left out, with their notice: another copy holds them. ``added`` are the
    new copies, with their notice. ``changed`` says for each copy what its columns were and are;
    ``parted`` got its parts; ``kept`` names, by barcode, the columns corrected here and so left
    alone, with their notice; ``told`` says, with their notice, of copies whose state is the desk's.
    """

    refused: list[tuple[int, str]] = field(default_factory=list)
    added: list[tuple[int, int]] = field(default_factory=list)
    changed: dict[int, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    parted: list[int] = field(default_factory=list)
    kept: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    told: list[tuple[int, str]] = field(default_factory=list)


def write(
    session: Session, owned: Owned, *, bases: Bases | None = None, is_simulated: bool = False
) -> CopiesWritten:
    """Write the copies of notices; a barcode that another copy holds is left out, and told.

    ``bases`` are the copies as their source last gave them, by notice: what differs from them here
    was corrected here and stays. Without it, what is given is written over. Of copies without
    barcode, as many are added as the notice lacks under their shelf mark.
    """
    done = CopiesWritten()
    pairs = [(own, item) for own, items in owned for item in items]
    if not pairs:
        return done
    barcodes, bare = _held(session, pairs)
    added: list[tuple[int, ItemDraft]] = []
    completed: list[tuple[Mapping[str, Any], ItemDraft]] = []
    for own, item in pairs:
        holder = barcodes.get(item.barcode) if item.barcode else None
        if holder is not None and holder["notice_id"] == own:
            completed.append((holder, item))
        elif holder is not None:
            done.refused.append((own, item.barcode))
        elif item.barcode or not bare[own, item.shelf_mark]:
            added.append((own, item))
            barcodes |= {item.barcode: TAKEN} if item.barcode else {}
        else:
            bare[own, item.shelf_mark] -= 1
    done.added = _add(session, added, is_simulated=is_simulated)
    _complete(session, completed, bases, done)
    return done


TAKEN: Mapping[str, Any] = {"notice_id": None}  # by a copy of the same file


def _held(
    session: Session, pairs: Iterable[tuple[int, ItemDraft]]
) -> tuple[dict[str, Mapping[str, Any]], Counter[tuple[int, str]]]:
    """Return the copy that holds each barcode, and count copies without one by shelf mark."""
    table = table_of(Item)
    owners = {own for own, _ in pairs}
    codes = {item.barcode for _, item in pairs if item.barcode}
    rows = session.connection().execute(
        sa.select(table).where(
            sa.or_(table.c.notice_id.in_(owners), table.c.barcode.in_(codes))
        )
    ).mappings().all()  # fmt: skip
    return (
        {row["barcode"]: dict(row) for row in rows if row["barcode"]},
        Counter((row["notice_id"], row["shelf_mark"]) for row in rows if not row["barcode"]),
    )


def _values(item: ItemDraft) -> Values:
    names = (
        "barcode", "shelf_mark", "location", "section", "medium", "owner", "loan_class", "state",
        "price_cents", "note",
    )  # fmt: skip
    return {name: getattr(item, name) for name in names} | {
        "parts_expected": max(1, item.parts_expected, len(item.parts)),
        "acquired_on": cleaning.day(item.acquired_on),
    }


def _add(
    session: Session, pairs: Sequence[tuple[int, ItemDraft]], *, is_simulated: bool
) -> list[tuple[int, int]]:
    if not pairs:
        return []
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
    return [(own, first + place) for place, (own, _) in enumerate(pairs)]


def _complete(
    session: Session, pairs: Sequence[tuple[Mapping[str, Any], ItemDraft]], bases: Bases | None,
    done: CopiesWritten,
) -> None:  # fmt: skip
    """Bring what is given into copies that are held, and note what they were before."""
    pairs = _respected(session, pairs, done)
    for row, item in pairs:
        own = row["notice_id"]
        base = None if bases is None else _base(item, bases.get(own, ()))
        values, kept = _brought(row, item, base)
        if values:
            done.changed[row["id"]] = {name: (row[name], value) for name, value in values.items()}
        if kept:
            done.kept.append((own, item.barcode, kept))
    _change(
        session,
        [(row["id"], dict(row) | {n: new for n, (_, new) in done.changed[row["id"]].items()})
         for row, _ in pairs if row["id"] in done.changed],
    )  # fmt: skip
    done.parted = _complete_parts(session, [(row["id"], item) for row, item in pairs])


def _respected(
    session: Session, pairs: Sequence[tuple[Mapping[str, Any], ItemDraft]], done: CopiesWritten
) -> list[tuple[Mapping[str, Any], ItemDraft]]:
    """Leave what the desk holds of copies as it is, and say so."""
    held = held_copies.read(session, [row["id"] for row, _ in pairs])
    result = []
    for row, item in pairs:
        one = held.get(row["id"])
        if one is None:
            result.append((row, item))
            continue
        loan_class = one.class_after(item.loan_class)
        said = [ItemState(item.state).label] if one.state != item.state else []
        said += [LoanClass(item.loan_class).label] if loan_class != item.loan_class else []
        if said:
            named = " et ".join(f"« {text} »" for text in said)
            done.told.append((row["notice_id"], f"l’exemplaire {item.barcode} est "
                              f"{one.status.label} ici : {named} n’est pas repris"))  # fmt: skip
        result.append((row, replace(item, state=one.state, loan_class=loan_class)))
    return result


def _base(item: ItemDraft, listed: Iterable[ItemDraft]) -> ItemDraft:
    """Return a copy as its source last gave it; one that it gives for the first time is blank."""
    return next((one for one in listed if one.barcode == item.barcode), ItemDraft())


def _brought(
    row: Mapping[str, Any], item: ItemDraft, base: ItemDraft | None
) -> tuple[Values, tuple[str, ...]]:
    """Return the columns to write over a copy, and those corrected here, which are left alone."""
    new = {name: value for name, value in _values(item).items() if row[name] != value}
    if base is None:
        return new, ()
    old = _values(base)
    news = {name: value for name, value in new.items() if old[name] != value}
    return (
        {name: value for name, value in news.items() if row[name] == old[name]},
        tuple(name for name in news if row[name] != old[name]),
    )


def _change(session: Session, pairs: Sequence[tuple[int, Values]]) -> None:
    """Write over copies what their columns are to be."""
    if not pairs:
        return
    table = table_of(Item)
    names = [name for name in _values(ItemDraft()) if name != "barcode"]
    session.connection().execute(
        sa.update(table).where(table.c.id == sa.bindparam("own"))
        .values({name: sa.bindparam(name) for name in names}),
        [{"own": own} | {name: values[name] for name in names} for own, values in pairs],
    )  # fmt: skip


def _complete_parts(session: Session, pairs: Sequence[tuple[int, ItemDraft]]) -> list[int]:
    """Write the parts of copies that have none; those seen missing here stay so."""
    wanted = [(own, item) for own, item in pairs if item.parts]
    if not wanted:
        return []
    parts = table_of(ItemPart)
    held = set(
        session.connection().execute(
            sa.select(parts.c.item_id).where(parts.c.item_id.in_([own for own, _ in wanted]))
        ).scalars()
    )  # fmt: skip
    bare = [(own, item) for own, item in wanted if own not in held]
    _write_parts(session, bare)
    return [own for own, _ in bare]


def _write_parts(session: Session, pairs: Sequence[tuple[int, ItemDraft]]) -> None:
    rows = [
        (own, rank, label, True)
        for own, item in pairs
        for rank, label in enumerate(item.parts, start=1)
    ]
    db.bulk_insert(session, table_of(ItemPart), rows)


def put_back(session: Session, changed: Mapping[int, Values], parted: Sequence[int]) -> set[int]:
    """Give copies the values they had, where they still have those an import wrote, and take the
    parts it gave; return their notices. ``changed`` is as ``CopiesWritten`` says it.
    """
    table, parts = table_of(Item), table_of(ItemPart)
    rows = session.connection().execute(
        sa.select(table).where(table.c.id.in_([*changed, *parted]))
    ).mappings().all()  # fmt: skip
    back = [
        (row["id"], dict(row) | {n: old for n, (old, new) in changed[row["id"]].items()
                                 if row[n] == new})
        for row in rows if row["id"] in changed
    ]  # fmt: skip
    _change(session, back)
    session.connection().execute(sa.delete(parts).where(parts.c.item_id.in_(parted)))
    return {row["notice_id"] for row in rows}
