"""Thesauri: concepts, their labels, and how they lead to each other."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from core.db import Base


class Thesaurus(Base, table=True):
    """A list of concepts with an origin; ``code`` is how files name it."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str


class Concept(Base, table=True):
    """A concept, known in its thesaurus by ``code`` (an address, a number, or its own key).

    ``is_edited``: changed by hand here; a file that names it leaves it as it is.
    """

    __table_args__ = (UniqueConstraint("thesaurus_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    thesaurus_id: int = Field(foreign_key="thesaurus.id", index=True)
    code: str
    note: str = ""
    deprecated_by_id: int | None = Field(default=None, foreign_key="concept.id")
    is_edited: bool = False


class ConceptLabel(Base, table=True):
    """A label of a concept; ``key`` is its normalised words, by which a query meets it."""

    __tablename__ = "concept_label"
    __table_args__ = (
        CheckConstraint("kind IN ('pref','alt','hidden')", name="kind"),
        UniqueConstraint("concept_id", "kind", "lang", "label"),
        Index(
            "uq_concept_label_preferred", "concept_id", "lang", unique=True,
            sqlite_where=text("kind = 'pref'"), postgresql_where=text("kind = 'pref'"),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    concept_id: int = Field(foreign_key="concept.id", index=True)
    kind: str
    lang: str = "fr"
    label: str
    key: str = Field(index=True)


class ConceptRelation(Base, table=True):
    """``from`` has ``to`` as its broader term, or as one to see also."""

    __tablename__ = "concept_relation"
    __table_args__ = (
        CheckConstraint("from_id <> to_id", name="not_itself"),
        CheckConstraint("kind IN ('broader','related')", name="kind"),
    )

    from_id: int = Field(foreign_key="concept.id", primary_key=True)
    to_id: int = Field(foreign_key="concept.id", primary_key=True, index=True)
    kind: str = Field(primary_key=True)
