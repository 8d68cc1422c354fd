"""The facet values of notices, read from their rows in sets; wider terms and places come along."""

from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa
from sqlmodel import Session

from core.db import table_of
from core.documentation import facets
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import Availability, DocumentType, Facet, ItemState, LoanClass
from core.documentation.models import (
    DocumentaryTheme,
    Notice,
    NoticeAgent,
    NoticeConcept,
    NoticeTerritory,
    NoticeTheme,
)
from core.documentation.thesaurus_models import ConceptRelation
from core.territories.models import Territory

HELD = (ItemState.IN_SERVICE, ItemState.PROCESSING, ItemState.REPAIR)


def of(session: Session, drafts: Mapping[int, NoticeDraft]) -> dict[int, set[int]]:
    """Return the packed facet values of each notice."""
    found: dict[int, set[int]] = defaultdict(set)
    for own, draft in drafts.items():
        found[own] |= _own_values(draft)
    ids = list(drafts)
    for facet, statement in _linked(ids):
        for own, number in session.connection().execute(statement):
            found[own].add(facets.code(facet, number))
    for own, number in _territories(session, ids):
        found[own].add(facets.code(Facet.TERRITORY, number))
    return found


def _own_values(draft: NoticeDraft) -> set[int]:
    """Return the values that a notice itself says: type, year, languages, where it can be had."""
    found = {facets.code(Facet.TYPE, facets.TYPES.index(DocumentType(draft.doc_type)))}
    if draft.pub_year is not None:
        found.add(facets.code(Facet.YEAR, draft.pub_year))
    for language in draft.languages.split():
        number = facets.language_number(language)
        if number:
            found.add(facets.code(Facet.LANGUAGE, number))
    for where in _availability(draft):
        found.add(facets.code(Facet.AVAILABILITY, facets.AVAILABILITIES.index(where)))
    return found


def _availability(draft: NoticeDraft) -> set[Availability]:
    held = [item for item in draft.items if item.state in HELD]
    lent = [i for i in held if i.loan_class in {LoanClass.NORMAL, LoanClass.SHORT}]
    found = {Availability.ONLINE} if draft.url else set()
    if lent:
        found.add(Availability.SHELF)
    elif held:
        found.add(Availability.ON_SITE)
    return found or {Availability.NONE}


def _linked(ids: list[int]) -> list[tuple[Facet, sa.Executable]]:
    """Select (notice, value) of what is linked; a narrower value brings its wider ones along."""
    notice, agent = table_of(Notice), table_of(NoticeAgent)
    return [
        (Facet.AUTHOR, sa.select(agent.c.notice_id, agent.c.agent_id)
         .where(agent.c.notice_id.in_(ids))),
        (Facet.CENTRE, sa.select(notice.c.id, notice.c.centre_id)
         .where(notice.c.id.in_(ids), notice.c.centre_id.is_not(None))),
        (Facet.CONCEPT, _concepts(ids)),
        (Facet.THEME, _themes(ids)),
    ]  # fmt: skip


def _concepts(ids: list[int]) -> sa.Executable:
    link, relation = table_of(NoticeConcept), table_of(ConceptRelation)
    start = sa.select(link.c.notice_id, link.c.concept_id).where(link.c.notice_id.in_(ids))
    wider = start.cte("wider", recursive=True)
    wider = wider.union(  # not UNION ALL: a cycle ends by itself
        sa.select(wider.c.notice_id, relation.c.to_id).join_from(
            wider, relation,
            sa.and_(relation.c.from_id == wider.c.concept_id, relation.c.kind == "broader"),
        )
    )  # fmt: skip
    return sa.select(wider.c.notice_id, wider.c.concept_id)


def _themes(ids: list[int]) -> sa.Executable:
    link, theme = table_of(NoticeTheme), table_of(DocumentaryTheme)
    own = sa.select(link.c.notice_id, link.c.theme_id).where(link.c.notice_id.in_(ids))
    field = sa.select(link.c.notice_id, theme.c.parent_id).join_from(link, theme)
    return own.union(field.where(link.c.notice_id.in_(ids), theme.c.parent_id.is_not(None)))


def _territories(session: Session, ids: list[int]) -> list[tuple[int, int]]:
    """Return (notice, territory), each territory with its département."""
    link, place = table_of(NoticeTerritory), table_of(Territory)
    rows = session.connection().execute(
        sa.select(link.c.notice_id, place.c.id, place.c.departement_code)
        .join_from(link, place, link.c.territory_id == place.c.id)
        .where(link.c.notice_id.in_(ids))
    ).all()  # fmt: skip
    codes = {row.departement_code for row in rows} - {""}
    around: dict[str, int] = {}
    if codes:
        found = session.connection().execute(
            sa.select(place.c.code, place.c.id).where(
                place.c.level == "departement", place.c.code.in_(codes)
            )
        )
        around = {row[0]: row[1] for row in found}
    wider = [(row[0], around[row[2]]) for row in rows if row[2] in around]
    return [(row[0], row[1]) for row in rows] + wider
