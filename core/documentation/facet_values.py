"""The facet values of notices, read from their rows in sets; wider terms and places come along."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core.db import table_of
from core.documentation import facets
from core.documentation.desk_models import Attachment
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import (
    Availability,
    DocumentType,
    Facet,
    ItemState,
    LoanClass,
    Visibility,
)
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

IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)


def of(session: Session, drafts: Mapping[int, NoticeDraft]) -> dict[int, set[int]]:
    """Return the packed facet values of each notice."""
    found: dict[int, set[int]] = defaultdict(set)
    for own, draft in drafts.items():
        found[own] |= _own_values(draft)
    for facet, own, number in session.connection().execute(_linked(), {"ids": list(drafts)}):
        found[own].add(facets.code(Facet(facet), number))
    nowhere, online = (facets.code(Facet.AVAILABILITY, facets.AVAILABILITIES.index(one))
                       for one in (Availability.NONE, Availability.ONLINE))  # fmt: skip
    for values in found.values():
        if online in values:
            values.discard(nowhere)
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
    """Say where a document can be had: a copy in processing or in repair is not to be had yet."""
    held = [item for item in draft.items if item.state == ItemState.IN_SERVICE]
    lent = [i for i in held if i.loan_class in {LoanClass.NORMAL, LoanClass.SHORT}]
    found = {Availability.ONLINE} if draft.url else set()
    if lent:
        found.add(Availability.SHELF)
    elif held:
        found.add(Availability.ON_SITE)
    return found or {Availability.NONE}


@lru_cache(maxsize=1)
def _linked() -> sa.Executable:
    """Select (facet, notice, value) of what is linked; a narrower value brings its wider along.

    Made once: to build it costs more than to run it.
    """
    notice, agent = table_of(Notice), table_of(NoticeAgent)
    place, around = table_of(Territory), table_of(Territory).alias("around")
    link = table_of(NoticeTerritory)
    places = sa.select(link.c.notice_id, place.c.id).join_from(
        link, place, link.c.territory_id == place.c.id
    )
    parts = [
        (Facet.AUTHOR, sa.select(agent.c.notice_id, agent.c.agent_id)
         .where(agent.c.notice_id.in_(IDS))),
        (Facet.CENTRE, sa.select(notice.c.id, notice.c.centre_id)
         .where(notice.c.id.in_(IDS), notice.c.centre_id.is_not(None))),
        (Facet.CONCEPT, _concepts()),
        (Facet.THEME, _themes()),
        (Facet.AVAILABILITY, _files()),
        (Facet.TERRITORY, places.where(link.c.notice_id.in_(IDS))),
        (Facet.TERRITORY, places.with_only_columns(link.c.notice_id, around.c.id)
         .join(around, around.c.code == place.c.departement_code)
         .where(link.c.notice_id.in_(IDS), around.c.level == "departement")),
    ]  # fmt: skip
    selected = []
    for facet, statement in parts:
        one = statement.subquery()
        selected.append(sa.select(sa.literal(facet.value), *one.columns))
    return sa.union_all(*selected)


def _concepts() -> sa.Select[Any]:
    link, relation = table_of(NoticeConcept), table_of(ConceptRelation)
    start = sa.select(link.c.notice_id, link.c.concept_id).where(link.c.notice_id.in_(IDS))
    wider = start.cte("wider", recursive=True)
    wider = wider.union(  # not UNION ALL: a cycle ends by itself
        sa.select(wider.c.notice_id, relation.c.to_id).join_from(
            wider, relation,
            sa.and_(relation.c.from_id == wider.c.concept_id, relation.c.kind == "broader"),
        )
    )  # fmt: skip
    return sa.select(wider.c.notice_id, wider.c.concept_id)


def _files() -> sa.Select[Any]:
    """Select the notices with a file that everybody may open: they are had online."""
    file = table_of(Attachment)
    online = facets.AVAILABILITIES.index(Availability.ONLINE)
    return sa.select(file.c.notice_id, sa.literal(online).label("online")).where(
        file.c.notice_id.in_(IDS), file.c.access == Visibility.PUBLIC.value
    ).distinct()  # fmt: skip


def _themes() -> sa.CompoundSelect[Any]:
    link, theme = table_of(NoticeTheme), table_of(DocumentaryTheme)
    own = sa.select(link.c.notice_id, link.c.theme_id).where(link.c.notice_id.in_(IDS))
    field = sa.select(link.c.notice_id, theme.c.parent_id).join_from(link, theme)
    return own.union(field.where(link.c.notice_id.in_(IDS), theme.c.parent_id.is_not(None)))
