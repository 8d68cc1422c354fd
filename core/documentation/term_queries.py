"""The terms of the thesauri that a query meets, by which it is widened."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core.db import table_of
from core.documentation import search
from core.documentation.parsing import Clause
from core.documentation.search import Term
from core.documentation.thesaurus_models import ConceptLabel


def terms(session: Session, clauses: Sequence[Clause]) -> list[Term]:
    """Return the terms of the thesauri that a query meets, with the other labels of each.

    Hidden labels are ways in only: they are never shown nor searched.
    """
    keys = list(search.spans(clauses))
    if not keys:
        return []
    rows = session.connection().execute(_labels_beside(), {"keys": keys})
    found: dict[tuple[int, str], list[str]] = {}
    for concept, met, label, key in rows:
        labels = found.setdefault((concept, met), [])
        if key != met and label not in labels:
            labels.append(label)
    return [Term(concept, met, tuple(labels)) for (concept, met), labels in found.items()]


@lru_cache(maxsize=2)
def _labels_beside() -> Any:
    """Select the labels that concepts have beside those of some keys."""
    own, other = table_of(ConceptLabel), table_of(ConceptLabel).alias("other")
    return (
        sa.select(own.c.concept_id, own.c.key, other.c.label, other.c.key)
        .join_from(own, other, other.c.concept_id == own.c.concept_id)
        .where(own.c.key.in_(sa.bindparam("keys", type_=sa.String, expanding=True)),
               other.c.kind != "hidden", other.c.lang == "fr")
        .order_by(own.c.concept_id, other.c.kind.desc(), other.c.label)
    )  # fmt: skip
