"""The catalogue: records of documents (notices), who made them, and the copies that are held."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from core.db import Base


class Notice(Base, table=True):
    """One record of the catalogue: a book, an article, a periodical, one of its issues, a kit.

    ``title_sort`` is the title as it is sorted (folded, without its first article). ``isbn`` is
    13 digits or empty, and may be shared (sets, reprints); ``isbn_text`` is what was read.
    ``pub_year`` is None where no year is known; ``languages`` are ISO 639-2 codes with a space
    between. A merged notice keeps its row and names the one that stays.
    """

    __table_args__ = (
        CheckConstraint("title <> ''", name="titled"),
        CheckConstraint("pub_year IS NULL OR pub_year BETWEEN 1400 AND 2100", name="year"),
        CheckConstraint(
            "status IN ('brouillon','publie','masque','supprime','fusionne')", name="status"
        ),
        CheckConstraint("(status = 'fusionne') = (merged_into_id IS NOT NULL)", name="merged"),
        CheckConstraint("visibility IN ('public','equipe')", name="visibility"),
        CheckConstraint("level IN ('m','s','a','b','c')", name="level"),
        CheckConstraint("isbn = '' OR length(isbn) = 13", name="isbn"),
    )

    id: int | None = Field(default=None, primary_key=True)
    doc_type: str = Field(default="livre", index=True)
    level: str = "m"
    title: str
    subtitle: str = ""
    parallel_title: str = ""
    part_title: str = ""
    title_sort: str = Field(index=True)
    responsibility: str = ""
    edition: str = ""
    pub_date_text: str = ""
    pub_year: int | None = Field(default=None, index=True)
    languages: str = ""
    country: str = ""
    extent: str = ""
    series: str = ""
    volume: str = ""
    notes: str = ""
    contents: str = ""
    abstract: str = ""
    rights: str = ""
    url: str = ""
    isbn: str = Field(default="", index=True)
    isbn_text: str = ""
    issn: str = ""
    identifiers: str = ""
    price_text: str = ""
    classification: str = ""
    status: str = Field(default="publie", index=True)
    visibility: str = "public"
    centre_id: int | None = Field(default=None, foreign_key="documentary_centre.id", index=True)
    merged_into_id: int | None = Field(default=None, foreign_key="notice.id", index=True)
    is_simulated: bool = False
    version: int = 1
    created_at: datetime = Field(sa_type=sa.DateTime)
    updated_at: datetime = Field(sa_type=sa.DateTime, index=True)
    published_at: datetime | None = Field(default=None, sa_type=sa.DateTime)


class DocumentaryCentre(Base, table=True):
    """A centre that owns records of the shared catalogue; ours is ``R&T``."""

    __tablename__ = "documentary_centre"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)


class Agent(Base, table=True):
    """A person, a body or a meeting, written once; ``key`` is its folded name and dates."""

    __table_args__ = (
        UniqueConstraint("kind", "key"),
        CheckConstraint("kind IN ('personne','collectivite','congres')", name="kind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    name: str
    first_name: str = ""
    dates: str = ""
    key: str


class NoticeAgent(Base, table=True):
    """An agent of a notice, with the UNIMARC code of what it did (``role``)."""

    __tablename__ = "notice_agent"

    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    agent_id: int = Field(foreign_key="agent.id", primary_key=True, index=True)
    role: str = Field(default="", primary_key=True)
    rank: int = 0


class Publisher(Base, table=True):
    """A publisher at a place; ``key`` is both, folded."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    place: str = ""
    key: str = Field(unique=True)


class NoticePublisher(Base, table=True):
    """A publisher of a notice: as many as there are, in order."""

    __tablename__ = "notice_publisher"

    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    publisher_id: int = Field(foreign_key="publisher.id", primary_key=True, index=True)
    rank: int = 0


class DocumentaryTheme(Base, table=True):
    """A field or theme of the centre; a theme lies inside a field."""

    __tablename__ = "documentary_theme"
    __table_args__ = (CheckConstraint("parent_id IS NULL OR parent_id <> id", name="parent"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    label: str
    parent_id: int | None = Field(default=None, foreign_key="documentary_theme.id")


class NoticeTheme(Base, table=True):
    __tablename__ = "notice_theme"

    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    theme_id: int = Field(foreign_key="documentary_theme.id", primary_key=True, index=True)
    rank: int = 0


class NoticeTerritory(Base, table=True):
    """A territory that a document is about."""

    __tablename__ = "notice_territory"

    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    territory_id: int = Field(foreign_key="territory.id", primary_key=True, index=True)
    rank: int = 0


class NoticeKeyword(Base, table=True):
    """A free keyword, outside any thesaurus."""

    __tablename__ = "notice_keyword"

    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    label: str = Field(primary_key=True)
    rank: int = 0


class NoticeConcept(Base, table=True):
    """A concept of a thesaurus that a document is indexed by."""

    __tablename__ = "notice_concept"

    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    concept_id: int = Field(foreign_key="concept.id", primary_key=True, index=True)
    rank: int = 0


class NoticeLink(Base, table=True):
    """What a notice is to another: an article in an issue, an issue of a periodical …"""

    __tablename__ = "notice_link"
    __table_args__ = (CheckConstraint("from_id <> to_id", name="not_itself"),)

    from_id: int = Field(foreign_key="notice.id", primary_key=True)
    to_id: int = Field(foreign_key="notice.id", primary_key=True, index=True)
    kind: str = Field(primary_key=True)
    rank: int = 0


class NoticeField(Base, table=True):
    """A field of an imported record that has no place of its own here: kept as it was read."""

    __tablename__ = "notice_field"

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    tag: str
    text: str
    rank: int = 0


class Item(Base, table=True):
    """One copy (exemplaire) that the centre holds. Being on loan is derived, never stored here.

    ``barcode`` is nobody else's, empty where there is none; ``parts_expected`` above 1 is a kit.
    """

    __tablename__ = "exemplaire"
    __table_args__ = (
        Index(
            "uq_exemplaire_barcode", "barcode", unique=True,
            sqlite_where=sa.text("barcode <> ''"), postgresql_where=sa.text("barcode <> ''"),
        ),
        CheckConstraint(
            "state IN ('en_service','en_traitement','en_reparation','perdu','retire')",
            name="state",
        ),
        CheckConstraint(
            "loan_class IN ('normal','court','sur_place','exclu')", name="loan_class"
        ),
        CheckConstraint("parts_expected >= 1", name="parts"),
        CheckConstraint("price_cents IS NULL OR price_cents >= 0", name="price"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    barcode: str = ""
    shelf_mark: str = Field(default="", index=True)
    location: str = ""
    section: str = ""
    medium: str = ""
    owner: str = ""
    loan_class: str = "normal"
    state: str = "en_service"
    parts_expected: int = 1
    acquired_on: date | None = None
    price_cents: int | None = None
    note: str = ""
    is_simulated: bool = False


class ItemPart(Base, table=True):
    """A part of a kit, and whether it is there."""

    __tablename__ = "exemplaire_part"

    item_id: int = Field(foreign_key="exemplaire.id", primary_key=True)
    rank: int = Field(primary_key=True)
    label: str
    is_present: bool = True
