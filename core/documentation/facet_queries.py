"""What the values of the facets are called, and which are under which."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import sqlalchemy as sa
from sqlmodel import Session

from core import fr
from core.db import table_of
from core.documentation import facet_tree, facets, thesaurus_queries
from core.documentation.enums import Facet, language_told
from core.documentation.facet_tree import Value
from core.documentation.models import Agent, DocumentaryCentre, DocumentaryTheme
from core.documentation.thesaurus_models import Concept, ConceptRelation
from core.territories.models import Territory

DOMAINS = ("documentation", "territories")
BATCH = 10_000  # numbers of one statement


@dataclass(frozen=True)
class Offered:
    """The values of each facet, in the order they are offered."""

    by_facet: Mapping[Facet, tuple[Value, ...]] = field(default_factory=dict)

    def of(self, facet: Facet) -> tuple[Value, ...]:
        return self.by_facet.get(facet, ())

    @cached_property
    def names(self) -> Mapping[tuple[Facet, int], str]:
        """Return the label of each value, by its facet and number."""
        return {
            (facet, one.number): one.label
            for facet, values in self.by_facet.items()
            for one in values
        }


def offered(session: Session, *, counts: facets.Counts) -> Offered:
    """Return the values counted, as they are offered; years newest first.

    No right is checked: ``counts`` come from a search, which showed only what is the viewer's.
    """
    found: dict[Facet, tuple[Value, ...]] = {}
    for facet in Facet:
        kept = dict(counts.get(facet, {}))
        names = _names(session, facet, list(kept))
        if facet is Facet.YEAR:
            found[facet] = tuple(
                Value(year, str(year), kept[year]) for year in sorted(kept, reverse=True)
            )
        else:
            found[facet] = facet_tree.arranged(kept, names, _parents(session, facet, list(kept)))
    return Offered(found)


def numbers_of(
    session: Session, *, facet: Facet, labels: Sequence[str], counts: facets.Counts
) -> dict[str, tuple[int, ...]]:
    """Return, by label, the values of a facet that a search counts; a label may name several."""
    found: dict[str, tuple[int, ...]] = {}
    wanted = set(labels)
    for number, label in _names(session, facet, list(counts.get(facet, {}))).items():
        if label in wanted:
            found[label] = (*found.get(label, ()), number)
    return found


def matching(
    session: Session, *, facet: Facet, text: str, counts: Mapping[int, int], limit: int
) -> tuple[int, ...]:
    """Return the values of a facet whose label holds every word of a text, frequent ones first."""
    words = fr.fold(text).split()
    met = {
        number: counts[number]
        for number, label in _names(session, facet, list(counts)).items()
        if all(word in fr.fold(label) for word in words)
    }
    return tuple(facet_tree.most(met, limit))


def _names(session: Session, facet: Facet, numbers_: Sequence[int]) -> Mapping[int, str]:
    fixed: dict[Facet, Callable[[int], str]] = {
        Facet.TYPE: lambda n: facets.TYPES[n].label,
        Facet.AVAILABILITY: lambda n: facets.AVAILABILITIES[n].label,
        Facet.LANGUAGE: lambda n: language_told(facets.language_text(n)), Facet.YEAR: str,
    }  # fmt: skip
    if facet in fixed:
        return {number: fixed[facet](number) for number in numbers_}
    found: dict[int, str] = {}
    for at in range(0, len(numbers_), BATCH):
        rows = session.connection().execute(_named(facet, numbers_[at : at + BATCH]))
        found |= {row[0]: row[1] for row in rows}
    return found


def _named(facet: Facet, ids: Sequence[int]) -> sa.Executable:
    agent, concept = table_of(Agent), table_of(Concept)
    if facet is Facet.AUTHOR:
        comma = sa.case((agent.c.first_name != "", ", "), else_="")
        return sa.select(agent.c.id, agent.c.name + comma + agent.c.first_name).where(
            agent.c.id.in_(ids)
        )
    if facet is Facet.CONCEPT:
        term = thesaurus_queries.shown_term(concept.c.id)
        return sa.select(concept.c.id, sa.func.coalesce(term, "?")).where(concept.c.id.in_(ids))
    table, column = {
        Facet.THEME: (table_of(DocumentaryTheme), "label"),
        Facet.TERRITORY: (table_of(Territory), "name"),
        Facet.CENTRE: (table_of(DocumentaryCentre), "name"),
    }[facet]
    return sa.select(table.c.id, table.c[column]).where(table.c.id.in_(ids))


def _parents(session: Session, facet: Facet, ids: Sequence[int]) -> Mapping[int, int]:
    """Return the wider value of each, where a facet is a tree."""
    theme, relation = table_of(DocumentaryTheme), table_of(ConceptRelation)
    place = table_of(Territory)
    around = place.alias("around")
    trees = {
        Facet.THEME: sa.select(theme.c.id, theme.c.parent_id)
        .where(theme.c.id.in_(ids), theme.c.parent_id.is_not(None)),
        Facet.CONCEPT: sa.select(relation.c.from_id, sa.func.min(relation.c.to_id))
        .where(relation.c.from_id.in_(ids), relation.c.to_id.in_(ids),
               relation.c.kind == "broader")
        .group_by(relation.c.from_id),
        Facet.TERRITORY: sa.select(place.c.id, around.c.id)
        .join_from(place, around, around.c.code == place.c.departement_code)
        .where(place.c.id.in_(ids), around.c.level == "departement",
               place.c.level != "departement"),
    }  # fmt: skip
    if facet not in trees or not ids:
        return {}
    rows = session.connection().execute(trees[facet])
    return {row[0]: row[1] for row in rows}
