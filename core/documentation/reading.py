"""Drafts out of the store: what exports, merges, undoing and the index start from."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from core.db import table_of
from core.documentation import drafts
from core.documentation.desk_models import NoticeSource
from core.documentation.drafts import (
    AgentDraft,
    ConceptDraft,
    ItemDraft,
    LinkDraft,
    NoticeDraft,
    PublisherDraft,
    RawField,
)
from core.documentation.models import (
    Agent,
    DocumentaryCentre,
    DocumentaryTheme,
    Item,
    ItemPart,
    Notice,
    NoticeAgent,
    NoticeConcept,
    NoticeField,
    NoticeKeyword,
    NoticeLink,
    NoticePublisher,
    NoticeTerritory,
    NoticeTheme,
    Publisher,
)
from core.documentation.thesaurus_models import Concept, ConceptLabel, Thesaurus
from core.territories.models import Territory

Lists = dict[int, list[Any]]
TEXTS = ("one", "two", "three", "four", "five")  # no part has more


def _place(level: str, code: str) -> str:
    return f"{level}:{code}"


MADE: dict[str, Callable[..., Any]] = {
    "agents": AgentDraft, "publishers": PublisherDraft, "themes": str, "territories": _place,
    "keywords": str, "concepts": ConceptDraft, "raw": RawField,
}  # fmt: skip
IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)


def local_id(notice_id: int) -> str:
    """Return the number that a notice born here carries to other catalogues."""
    return f"rt{notice_id:08}"


def own_id(number: str) -> int | None:
    """Return the notice that such a number names, or None where it is somebody else's.

    >>> own_id("rt00000012"), own_id("rt12a"), own_id("12")
    (12, None, None)
    """
    digits = number.removeprefix("rt")
    is_ours = digits != number and digits.isdecimal() and len(digits) < 19
    return int(digits) if is_ours else None


def read(session: Session, ids: Sequence[int]) -> dict[int, NoticeDraft]:
    """Return the draft of each notice, with all that hangs on it, in the order of the ids.

    No right is checked here.
    """
    table, centre = table_of(Notice), table_of(DocumentaryCentre)
    names = [column for column in table.columns if column.name in drafts.names()]
    rows = session.connection().execute(
        sa.select(table.c.id, centre.c.name.label("centre"), *names)
        .join_from(table, centre, isouter=True)
        .where(table.c.id.in_(ids))
    ).mappings()  # fmt: skip
    parts = _hanging(session, ids) | {
        "links": _links(session, ids), "items": _items(session, ids),
    }  # fmt: skip
    numbers = _outside(session, ids)
    found = {}
    for row in rows:
        own = row["id"]
        said = {name: value for name, value in row.items() if name != "id"}
        said |= {name: tuple(listed.get(own, ())) for name, listed in parts.items()}
        said |= {"centre": row["centre"] or "", "external_id": numbers[own].number}
        said["source"] = numbers[own].source
        found[own] = NoticeDraft(**said)
    return {own: found[own] for own in ids if own in found}


class _Outside(NamedTuple):
    """How a notice is known outside: its number, and who gave it (nobody: it is ours)."""

    number: str
    source: str


def _outside(session: Session, ids: Sequence[int]) -> dict[int, _Outside]:
    """Return the number of each notice outside: that of its first source, else our own."""
    if not ids:
        return {}
    table = table_of(NoticeSource)
    rows = session.connection().execute(
        sa.select(table.c.notice_id, table.c.external_id, table.c.source)
        .where(table.c.notice_id.in_(ids)).order_by(table.c.id.desc())
    )  # fmt: skip
    own = {one: _Outside(local_id(one), "") for one in ids}
    return own | {row[0]: _Outside(row[1], row[2]) for row in rows}


def _hanging(session: Session, ids: Sequence[int]) -> dict[str, Lists]:
    """Return what hangs on notices, by part, in its order: one statement, whatever the parts."""
    found: dict[str, Lists] = {name: defaultdict(list) for name in MADE}
    rows = session.connection().execute(_all_parts(), {"ids": list(ids)})
    for part, own, count, *texts in rows:
        found[part][own].append(MADE[part](*texts[:count]))
    return found


@lru_cache(maxsize=1)
def _all_parts() -> sa.Select[Any]:
    """Select every part, in order. Made once: to build it costs more than to run it."""
    parts = {
        "agents": _agents(), "publishers": _publishers(), "themes": _themes(),
        "territories": _territories(), "keywords": _keywords(), "concepts": _concepts(),
        "raw": _raw(),
    }  # fmt: skip
    both = sa.union_all(*(_padded(name, one) for name, one in parts.items())).subquery()
    return sa.select(
        both.c.part, both.c.own, both.c.count, *(both.c[name] for name in TEXTS)
    ).order_by(both.c.part, both.c.own, both.c.rank, both.c.tie)


def _padded(part: str, statement: sa.Select[Any]) -> sa.Select[Any]:
    """Give a statement of (notice, rank, tie, texts …) the columns that all parts share."""
    one = statement.subquery()
    own, rank, tie, *texts = one.columns
    blank = [sa.literal("")] * (len(TEXTS) - len(texts))
    return sa.select(
        sa.literal(part).label("part"), own.label("own"), rank.label("rank"),
        sa.cast(tie, sa.String).label("tie"), sa.literal(len(texts)).label("count"),
        *(text.label(name) for name, text in zip(TEXTS, [*texts, *blank], strict=True)),
    )  # fmt: skip


def _ranked(link: sa.Table, target: sa.Table, column: str, *wanted: Any) -> Any:
    """Select what ranked links lead to; the notice, the rank and the target come first."""
    return (
        sa.select(link.c.notice_id, link.c.rank, target.c.id, *wanted)
        .join_from(link, target, link.c[column] == target.c.id)
        .where(link.c.notice_id.in_(IDS))
    )


def _agents() -> Any:
    link, agent = table_of(NoticeAgent), table_of(Agent)
    wanted = (agent.c.kind, agent.c.name, agent.c.first_name, agent.c.dates, link.c.role)
    return _ranked(link, agent, "agent_id", *wanted)


def _publishers() -> Any:
    one = table_of(Publisher)
    return _ranked(table_of(NoticePublisher), one, "publisher_id", one.c.name, one.c.place)


def _themes() -> Any:
    one = table_of(DocumentaryTheme)
    return _ranked(table_of(NoticeTheme), one, "theme_id", one.c.code)


def _territories() -> Any:
    one = table_of(Territory)
    return _ranked(table_of(NoticeTerritory), one, "territory_id", one.c.level, one.c.code)


def _keywords() -> Any:
    table = table_of(NoticeKeyword)
    return sa.select(table.c.notice_id, table.c.rank, table.c.label, table.c.label.label("text")
                     ).where(table.c.notice_id.in_(IDS))  # fmt: skip


def _concepts() -> Any:
    link, one, of = table_of(NoticeConcept), table_of(Concept), table_of(Thesaurus)
    label = table_of(ConceptLabel)
    shown = (
        sa.select(label.c.label)
        .where(label.c.concept_id == one.c.id, label.c.kind == "pref")
        .order_by(label.c.lang != "fr", label.c.lang).limit(1).scalar_subquery()
    )  # fmt: skip
    wanted = (of.c.code.label("thesaurus"), one.c.code,
              sa.func.coalesce(shown, one.c.code).label("shown"))  # fmt: skip
    return _ranked(link, one, "concept_id", *wanted).join(of, one.c.thesaurus_id == of.c.id)


def _raw() -> Any:
    table = table_of(NoticeField)
    return sa.select(table.c.notice_id, table.c.rank, table.c.id, table.c.tag, table.c.text).where(
        table.c.notice_id.in_(IDS)
    )


def _links(session: Session, ids: Sequence[int]) -> Lists:
    table = table_of(NoticeLink)
    rows = session.connection().execute(
        sa.select(table.c.from_id, table.c.kind, table.c.to_id)
        .where(table.c.from_id.in_(ids)).order_by(table.c.from_id, table.c.rank, table.c.to_id)
    ).all()  # fmt: skip
    numbers = _outside(session, sorted({row.to_id for row in rows}))
    found: Lists = defaultdict(list)
    for row in rows:
        found[row.from_id].append(LinkDraft(row.kind, numbers[row.to_id].number, row.to_id))
    return found


def _items(session: Session, ids: Sequence[int]) -> Lists:
    table = table_of(Item)
    rows = session.connection().execute(
        sa.select(table).where(table.c.notice_id.in_(ids)).order_by(table.c.id)
    ).mappings().all()  # fmt: skip
    parts = _parts(session, [row["id"] for row in rows])
    found: Lists = defaultdict(list)
    for row in rows:
        said = {n: row[n] for n in ItemDraft.__dataclass_fields__ if n in row}
        day = row["acquired_on"]
        said |= {"acquired_on": day.isoformat() if day else "", "parts": tuple(parts[row["id"]])}
        found[row["notice_id"]].append(ItemDraft(**said))
    return found


def _parts(session: Session, item_ids: Sequence[int]) -> Lists:
    if not item_ids:
        return defaultdict(list)
    part = table_of(ItemPart)
    rows = session.connection().execute(
        sa.select(part.c.item_id, part.c.label)
        .where(part.c.item_id.in_(item_ids))
        .order_by(part.c.item_id, part.c.rank)
    )
    found: Lists = defaultdict(list)
    for item, label in rows:
        found[item].append(label)
    return found
