"""Drafts out of the store: what exports, merges, undoing and the index start from."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

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


def local_id(notice_id: int) -> str:
    """Return the number that a notice born here carries to other catalogues."""
    return f"rt{notice_id:08}"


def read(session: Session, ids: Sequence[int]) -> dict[int, NoticeDraft]:
    """Return the draft of each notice, with all that hangs on it. No right is checked here."""
    table, centre = table_of(Notice), table_of(DocumentaryCentre)
    names = [column for column in table.columns if column.name in drafts.names()]
    rows = session.connection().execute(
        sa.select(table.c.id, centre.c.name.label("centre"), *names)
        .join_from(table, centre, isouter=True)
        .where(table.c.id.in_(ids))
    ).mappings()  # fmt: skip
    parts = {
        "agents": _agents(session, ids), "publishers": _publishers(session, ids),
        "themes": _themes(session, ids), "territories": _territories(session, ids),
        "keywords": _keywords(session, ids), "concepts": _concepts(session, ids),
        "links": _links(session, ids), "raw": _raw(session, ids), "items": _items(session, ids),
    }  # fmt: skip
    numbers = external_ids(session, ids)
    found = {}
    for row in rows:
        own = row["id"]
        said = {name: value for name, value in row.items() if name != "id"}
        said |= {name: tuple(listed.get(own, ())) for name, listed in parts.items()}
        said |= {"centre": row["centre"] or "", "external_id": numbers[own]}
        found[own] = NoticeDraft(**said)
    return found


def external_ids(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the number of each notice outside: that of its first source, else our own."""
    table = table_of(NoticeSource)
    rows = session.connection().execute(
        sa.select(table.c.notice_id, table.c.external_id)
        .where(table.c.notice_id.in_(ids)).order_by(table.c.id.desc())
    )  # fmt: skip
    return {own: local_id(own) for own in ids} | {row[0]: row[1] for row in rows}


def _gathered(session: Session, statement: Any, make: Any) -> Lists:
    found: Lists = defaultdict(list)
    for row in session.connection().execute(statement):
        found[row[0]].append(make(*row[1:]))
    return found


def _ranked(link: sa.Table, target: sa.Table, column: str, *wanted: Any) -> Any:
    """Select what ranked links lead to; the notice comes first."""
    return (
        sa.select(link.c.notice_id, *wanted)
        .join_from(link, target, link.c[column] == target.c.id)
        .order_by(link.c.notice_id, link.c.rank, target.c.id)
    )


def _agents(session: Session, ids: Sequence[int]) -> Lists:
    link, agent = table_of(NoticeAgent), table_of(Agent)
    wanted = (agent.c.kind, agent.c.name, agent.c.first_name, agent.c.dates, link.c.role)
    statement = _ranked(link, agent, "agent_id", *wanted).where(link.c.notice_id.in_(ids))
    return _gathered(session, statement, AgentDraft)


def _publishers(session: Session, ids: Sequence[int]) -> Lists:
    link, one = table_of(NoticePublisher), table_of(Publisher)
    statement = _ranked(link, one, "publisher_id", one.c.name, one.c.place)
    return _gathered(session, statement.where(link.c.notice_id.in_(ids)), PublisherDraft)


def _themes(session: Session, ids: Sequence[int]) -> Lists:
    link, one = table_of(NoticeTheme), table_of(DocumentaryTheme)
    statement = _ranked(link, one, "theme_id", one.c.code).where(link.c.notice_id.in_(ids))
    return _gathered(session, statement, str)


def _territories(session: Session, ids: Sequence[int]) -> Lists:
    link, one = table_of(NoticeTerritory), table_of(Territory)
    statement = _ranked(link, one, "territory_id", one.c.level, one.c.code)
    return _gathered(
        session, statement.where(link.c.notice_id.in_(ids)), lambda level, code: f"{level}:{code}"
    )


def _keywords(session: Session, ids: Sequence[int]) -> Lists:
    table = table_of(NoticeKeyword)
    statement = (
        sa.select(table.c.notice_id, table.c.label)
        .where(table.c.notice_id.in_(ids))
        .order_by(table.c.notice_id, table.c.rank, table.c.label)
    )
    return _gathered(session, statement, str)


def _concepts(session: Session, ids: Sequence[int]) -> Lists:
    link, one, of = table_of(NoticeConcept), table_of(Concept), table_of(Thesaurus)
    label = table_of(ConceptLabel)
    shown = (
        sa.select(label.c.label)
        .where(label.c.concept_id == one.c.id, label.c.kind == "pref")
        .order_by(label.c.lang != "fr", label.c.lang).limit(1).scalar_subquery()
    )  # fmt: skip
    statement = (
        sa.select(link.c.notice_id, of.c.code, one.c.code, sa.func.coalesce(shown, one.c.code))
        .join_from(link, one, link.c.concept_id == one.c.id)
        .join(of, one.c.thesaurus_id == of.c.id)
        .where(link.c.notice_id.in_(ids))
        .order_by(link.c.notice_id, link.c.rank, one.c.id)
    )
    return _gathered(session, statement, ConceptDraft)


def _links(session: Session, ids: Sequence[int]) -> Lists:
    table = table_of(NoticeLink)
    rows = session.connection().execute(
        sa.select(table.c.from_id, table.c.kind, table.c.to_id)
        .where(table.c.from_id.in_(ids)).order_by(table.c.from_id, table.c.rank, table.c.to_id)
    ).all()  # fmt: skip
    numbers = external_ids(session, sorted({row.to_id for row in rows}))
    found: Lists = defaultdict(list)
    for row in rows:
        found[row.from_id].append(LinkDraft(row.kind, numbers[row.to_id]))
    return found


def _raw(session: Session, ids: Sequence[int]) -> Lists:
    table = table_of(NoticeField)
    statement = (
        sa.select(table.c.notice_id, table.c.tag, table.c.text)
        .where(table.c.notice_id.in_(ids))
        .order_by(table.c.notice_id, table.c.rank)
    )
    return _gathered(session, statement, RawField)


def _items(session: Session, ids: Sequence[int]) -> Lists:
    table, part = table_of(Item), table_of(ItemPart)
    parts = _gathered(
        session,
        sa.select(part.c.item_id, part.c.label)
        .join_from(part, table)
        .where(table.c.notice_id.in_(ids))
        .order_by(part.c.item_id, part.c.rank),
        str,
    )
    rows = session.connection().execute(
        sa.select(table).where(table.c.notice_id.in_(ids)).order_by(table.c.id)
    )
    found: Lists = defaultdict(list)
    for row in rows.mappings():
        said = {n: row[n] for n in ItemDraft.__dataclass_fields__ if n in row}
        day = row["acquired_on"]
        said |= {"acquired_on": day.isoformat() if day else "", "parts": tuple(parts[row["id"]])}
        found[row["notice_id"]].append(ItemDraft(**said))
    return found
