"""Concepts that a file names by their code: the label it gives them is checked against ours."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlmodel import Session

from core.db import table_of
from core.documentation.drafts import ConceptDraft
from core.documentation.import_matching import Match, is_far
from core.documentation.import_run import Run
from core.documentation.thesaurus_models import Concept, ConceptLabel, Thesaurus

CHUNK = 5_000
Key = tuple[str, str]


def tell(run: Run, matches: Sequence[Match]) -> None:
    """Say at each record which of its concepts is called quite otherwise here: the code wins."""
    named = {(one.thesaurus, one.code)
             for match in matches for one in match.draft.concepts if one.is_named}  # fmt: skip
    held = _labels(run.session, named)
    for match in matches:
        for one in match.draft.concepts:
            labels = held.get((one.thesaurus, one.code), ())
            if one.is_named and labels and all(is_far(one.label, label) for label in labels):
                number = f"n° {one.code}" if one.code.isdecimal() else one.code
                run.say(match.one, f"le terme {number} s’appelle « {labels[0]} » ici, "
                        f"« {one.label} » dans le fichier")  # fmt: skip


def _labels(session: Session, keys: Iterable[Key]) -> dict[Key, list[str]]:
    """Return all the labels of concepts, the term that is shown first; what replaced one, its."""
    concept, of, label = table_of(Concept), table_of(Thesaurus), table_of(ConceptLabel)
    found: dict[Key, list[str]] = {}
    wanted = set(keys)
    codes = sorted({code for _, code in wanted})
    for at in range(0, len(codes), CHUNK):
        stands = sa.func.coalesce(concept.c.deprecated_by_id, concept.c.id)
        rows = session.connection().execute(
            sa.select(of.c.code, concept.c.code, label.c.label)
            .join_from(concept, of, of.c.id == concept.c.thesaurus_id)
            .join(label, label.c.concept_id == stands)
            .where(of.c.code.in_({name for name, _ in wanted}),
                   concept.c.code.in_(codes[at : at + CHUNK]))
            .order_by(label.c.kind != "pref", label.c.lang != "fr", label.c.id)
        )  # fmt: skip
        for thesaurus, code, text in rows:
            if ConceptDraft(thesaurus, code, text).is_named:
                found.setdefault((thesaurus, code), []).append(text)
    return found
