"""What the entry form offers: agents, publishers, subjects and places already known."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from core import access
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import entry
from core.documentation.drafts import AgentDraft, ConceptDraft, PublisherDraft
from core.documentation.models import Agent, NoticeAgent, NoticePublisher, Publisher
from core.documentation.thesaurus_models import Concept, ConceptLabel, Thesaurus
from core.territories.models import Territory

DOMAINS = ("documentation", "territories")
MOST = 2_000  # of each list: the most used; another name is typed whole
PLACES = ("region", "departement", "epci", "commune")


@dataclass(frozen=True)
class Offered:
    """Labels of what is known, most used first; all but publishers by what they stand for."""

    agents: dict[str, AgentDraft]
    publishers: list[str]
    concepts: dict[str, ConceptDraft]
    places: dict[str, str]


def offered(session: Session, viewer: Viewer) -> Offered:
    """Return what the form offers to choose from."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    return Offered(_agents(session), _publishers(session), _concepts(session), _places(session))


def _agents(session: Session) -> dict[str, AgentDraft]:
    table, use = table_of(Agent), table_of(NoticeAgent)
    columns = (table.c.kind, table.c.name, table.c.first_name, table.c.dates)
    rows = session.connection().execute(
        sa.select(*columns)
        .join_from(table, use, use.c.agent_id == table.c.id)
        .group_by(table.c.id, *columns)
        .order_by(sa.func.count().desc(), table.c.name).limit(MOST)
    )  # fmt: skip
    found: dict[str, AgentDraft] = {}
    for row in rows:
        one = AgentDraft(*row)
        found.setdefault(one.shown, one)
    return found


def _publishers(session: Session) -> list[str]:
    table, use = table_of(Publisher), table_of(NoticePublisher)
    rows = session.connection().execute(
        sa.select(table.c.name, table.c.place)
        .join_from(table, use, use.c.publisher_id == table.c.id)
        .group_by(table.c.id, table.c.name, table.c.place)
        .order_by(sa.func.count().desc(), table.c.name).limit(MOST)
    )  # fmt: skip
    return list(dict.fromkeys(entry.publisher_told(PublisherDraft(*row)) for row in rows))


def _concepts(session: Session) -> dict[str, ConceptDraft]:
    concept, label, of = table_of(Concept), table_of(ConceptLabel), table_of(Thesaurus)
    rows = session.connection().execute(
        sa.select(of.c.code.label("thesaurus"), concept.c.code, label.c.label)
        .join_from(label, concept, label.c.concept_id == concept.c.id)
        .join(of, of.c.id == concept.c.thesaurus_id)
        .where(label.c.kind == "pref", label.c.lang == "fr")
        .order_by(label.c.label, concept.c.id).limit(MOST)
    )  # fmt: skip
    found: dict[str, ConceptDraft] = {}
    for row in rows:
        found.setdefault(row.label, ConceptDraft(row.thesaurus, row.code, row.label))
    return found


def _places(session: Session) -> dict[str, str]:
    table = table_of(Territory)
    rows = session.connection().execute(
        sa.select(table.c.level, table.c.code, table.c.name)
        .where(table.c.level.in_(PLACES)).order_by(table.c.name, table.c.code)
    ).all()  # fmt: skip
    ordered = sorted(rows, key=lambda row: PLACES.index(row.level))
    return {f"{row.level}:{row.code}": f"{row.name} ({row.code})" for row in ordered}
