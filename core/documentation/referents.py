"""What drafts name (agents, publishers, concepts, themes, places), found or made in sets."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core import db, fr
from core.db import table_of
from core.documentation import normaliser, parsing
from core.documentation.drafts import AgentDraft, NoticeDraft, PublisherDraft, RawField
from core.documentation.enums import LabelKind
from core.documentation.models import (
    Agent,
    DocumentaryCentre,
    DocumentaryTheme,
    NoticeConcept,
    NoticePublisher,
    NoticeTerritory,
    NoticeTheme,
    Publisher,
)
from core.documentation.thesaurus_models import Concept, ConceptLabel, Thesaurus
from core.territories.models import Territory

CHUNK = 5_000


def agent_key(agent: AgentDraft) -> tuple[str, str]:
    """Two agents are one where kind, folded name and dates are the same."""
    text = " ".join(normaliser.spread(f"{agent.name}, {agent.first_name}, {agent.dates}").split())
    return agent.kind, fr.fold(text)[:300]


def publisher_key(publisher: PublisherDraft) -> str:
    return fr.fold(" ".join(f"{publisher.name} | {publisher.place}".split()))[:300]


@dataclass(frozen=True)
class Referents:
    """Ids of all that a set of drafts names."""

    agents: dict[tuple[str, str], int]
    publishers: dict[str, int]
    concepts: dict[tuple[str, str], int]
    themes: dict[str, int]
    territories: dict[str, int]
    centres: dict[str, int]

    def kept(self, draft: NoticeDraft) -> NoticeDraft:
        """Return a draft whose unknown themes and places are raw fields: nothing is dropped."""
        lost = [RawField("theme", code) for code in draft.themes if code not in self.themes]
        lost += [
            RawField("territoire", key) for key in draft.territories if key not in self.territories
        ]
        if not lost:
            return draft
        return replace(draft, raw=tuple(dict.fromkeys((*draft.raw, *lost))))

    def of(self, draft: NoticeDraft) -> dict[type[Any], list[int]]:
        """Return the ids that a draft's ranked lists name, by table."""
        return {
            NoticePublisher: [self.publishers[publisher_key(one)] for one in draft.publishers],
            NoticeTheme: [self.themes[code] for code in draft.themes if code in self.themes],
            NoticeTerritory: [
                self.territories[key] for key in draft.territories if key in self.territories
            ],
            NoticeConcept: list(
                dict.fromkeys(self.concepts[one.thesaurus, one.code] for one in draft.concepts)
            ),
        }


def resolve(session: Session, drafts: Sequence[NoticeDraft]) -> Referents:
    """Find what drafts name, and make the agents, publishers, concepts and centres not yet met."""
    return Referents(
        agents=_agents(session, drafts),
        publishers=_publishers(session, drafts),
        concepts=_concepts(session, drafts),
        themes=_themes(session, drafts),
        territories=_territories(session, drafts),
        centres=_centres(session, drafts),
    )


def _chunks(values: Iterable[Any]) -> Iterable[list[Any]]:
    listed = list(values)
    return (listed[at : at + CHUNK] for at in range(0, len(listed), CHUNK))


def _found_or_made(
    session: Session, model: type[Any], column: str, wanted: dict[str, Callable[[int], Any]]
) -> dict[str, int]:
    """Return the id of each key of ``wanted``; a missing one is made as its function says."""
    table = table_of(model)
    found: dict[str, int] = {}
    for part in _chunks(wanted):
        rows = session.connection().execute(
            sa.select(table.c[column], table.c.id).where(table.c[column].in_(part))
        )
        found |= {row[0]: row[1] for row in rows}
    missing = [key for key in wanted if key not in found]
    if missing:
        first = db.next_id(session, table)
        made = {key: first + place for place, key in enumerate(missing)}
        db.bulk_insert(session, table, [wanted[key](own) for key, own in made.items()])
        db.follow_ids(session, table)
        found |= made
    return found


def _agents(session: Session, drafts: Sequence[NoticeDraft]) -> dict[tuple[str, str], int]:
    """Agents are met by kind and key; the key alone is asked, the kind looked at here."""
    wanted = {agent_key(agent): agent for draft in drafts for agent in draft.agents}
    table = table_of(Agent)
    found: dict[tuple[str, str], int] = {}
    for part in _chunks({key for _, key in wanted}):
        rows = session.connection().execute(
            sa.select(table.c.kind, table.c.key, table.c.id).where(table.c.key.in_(part))
        )
        found |= {(row.kind, row.key): row.id for row in rows}
    missing = [key for key in wanted if key not in found]
    first = db.next_id(session, table) if missing else 0
    made = {key: first + place for place, key in enumerate(missing)}
    db.bulk_insert(
        session, table,
        [(own, key[0], wanted[key].name, wanted[key].first_name, wanted[key].dates, key[1])
         for key, own in made.items()],
    )  # fmt: skip
    if made:
        db.follow_ids(session, table)
    return found | made


def _publishers(session: Session, drafts: Sequence[NoticeDraft]) -> dict[str, int]:
    wanted = {publisher_key(one): one for draft in drafts for one in draft.publishers}
    return _found_or_made(
        session, Publisher, "key",
        {key: lambda own, key=key, one=one: (own, one.name, one.place, key)  # type: ignore[misc]
         for key, one in wanted.items()},
    )  # fmt: skip


def _centres(session: Session, drafts: Sequence[NoticeDraft]) -> dict[str, int]:
    names = {draft.centre for draft in drafts if draft.centre}
    return _found_or_made(
        session, DocumentaryCentre, "name",
        {name: lambda own, name=name: (own, name) for name in sorted(names)},  # type: ignore[misc]
    )  # fmt: skip


def _themes(session: Session, drafts: Sequence[NoticeDraft]) -> dict[str, int]:
    codes = {code for draft in drafts for code in draft.themes}
    if not codes:
        return {}
    table = table_of(DocumentaryTheme)
    rows = session.connection().execute(
        sa.select(table.c.code, table.c.id).where(table.c.code.in_(codes))
    )
    return {row.code: row.id for row in rows}


def _territories(session: Session, drafts: Sequence[NoticeDraft]) -> dict[str, int]:
    keys = {key for draft in drafts for key in draft.territories}
    if not keys:
        return {}
    table = table_of(Territory)
    codes = {key.partition(":")[2] for key in keys}
    rows = session.connection().execute(
        sa.select(table.c.level, table.c.code, table.c.id).where(table.c.code.in_(codes))
    )
    return {f"{row.level}:{row.code}": row.id for row in rows}


def _concepts(session: Session, drafts: Sequence[NoticeDraft]) -> dict[tuple[str, str], int]:
    """Find concepts by thesaurus and code; those not yet met come in with the label read.

    One that was replaced here is the one that replaced it. The label of one held is not read:
    ``concept_checking`` tells where it is quite another.
    """
    wanted = {(one.thesaurus, one.code): one for draft in drafts for one in draft.concepts}
    if not wanted:
        return {}
    names = {name for name, _ in wanted}
    lists = _found_or_made(
        session, Thesaurus, "code",
        {name: lambda own, name=name: (own, name, name) for name in sorted(names)},  # type: ignore[misc]
    )  # fmt: skip
    table = table_of(Concept)
    found: dict[tuple[int, str], int] = {}
    for part in _chunks({code for _, code in wanted}):
        rows = session.connection().execute(
            sa.select(
                table.c.thesaurus_id,
                table.c.code,
                sa.func.coalesce(table.c.deprecated_by_id, table.c.id).label("id"),
            ).where(table.c.code.in_(part), table.c.thesaurus_id.in_(lists.values()))
        )
        found |= {(row.thesaurus_id, row.code): row.id for row in rows}
    missing = [key for key in wanted if (lists[key[0]], key[1]) not in found]
    made = _make_concepts(session, [(lists[n], wanted[n, code]) for n, code in missing])
    return {(name, code): (found | made)[lists[name], code] for name, code in wanted}


def _make_concepts(
    session: Session, missing: Sequence[tuple[int, Any]]
) -> dict[tuple[int, str], int]:
    if not missing:
        return {}
    concepts, labels = table_of(Concept), table_of(ConceptLabel)
    first, label_id = db.next_id(session, concepts), db.next_id(session, labels)
    made = {(of, one.code): first + place for place, (of, one) in enumerate(missing)}
    db.bulk_insert(session, concepts, [(own, of, code, "", None, False)
                                       for (of, code), own in made.items()])  # fmt: skip
    db.bulk_insert(
        session, labels,
        [(label_id + place, first + place, LabelKind.PREFERRED.value, "fr", one.label,
          parsing.term_key(one.label)) for place, (_, one) in enumerate(missing)],
    )  # fmt: skip
    db.follow_ids(session, concepts)
    db.follow_ids(session, labels)
    return made
