"""What surrounds the catalogue: where records came from, merges, baskets, and its index."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from core.db import Base


class NoticeSource(Base, table=True):
    """Where a notice came from. ``read_as`` is the draft last read there, as JSON: what differs
    from it in the notice is a local correction, which the next import leaves alone."""

    __tablename__ = "notice_source"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    source: str
    external_id: str
    encoding: str = ""
    read_as: str
    digest: str
    import_id: int | None = Field(default=None, foreign_key="catalogue_import.id", index=True)
    imported_at: datetime = Field(sa_type=sa.DateTime)


class CatalogueImport(Base, table=True):
    """One file of records applied: its report, and (``done``) what undoing it must put back."""

    __tablename__ = "catalogue_import"

    id: int | None = Field(default=None, primary_key=True)
    file_name: str
    sha256: str = Field(index=True)
    source: str
    format: str
    author: str
    imported_at: datetime = Field(sa_type=sa.DateTime)
    created: int
    updated: int
    unchanged: int
    rejected: int
    report: str
    done: str
    undone_at: datetime | None = Field(default=None, sa_type=sa.DateTime)


class Attachment(Base, table=True):
    """A file joined to a notice, known by its content; ``access`` is a Visibility."""

    __table_args__ = (
        UniqueConstraint("notice_id", "sha256"),
        CheckConstraint("access IN ('public','equipe')", name="access"),
    )

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    name: str
    mime: str
    size: int
    sha256: str
    rights: str = ""
    access: str = "equipe"
    content: bytes


class NoticeMerge(Base, table=True):
    """Two notices found to be one: what was moved, so that it can be undone."""

    __tablename__ = "notice_merge"

    id: int | None = Field(default=None, primary_key=True)
    kept_id: int = Field(foreign_key="notice.id", index=True)
    merged_id: int = Field(foreign_key="notice.id", index=True)
    moved: str
    author: str
    merged_at: datetime = Field(sa_type=sa.DateTime)
    undone_at: datetime | None = Field(default=None, sa_type=sa.DateTime)


class Basket(Base, table=True):
    """A list of notices that someone gathers; shared ones are seen by the whole team."""

    __table_args__ = (UniqueConstraint("owner", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    owner: str
    is_shared: bool = False
    created_at: datetime = Field(sa_type=sa.DateTime)


class BasketEntry(Base, table=True):
    __tablename__ = "basket_entry"

    basket_id: int = Field(foreign_key="basket.id", primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", primary_key=True, index=True)
    rank: int = 0


class SavedSearch(Base, table=True):
    """A search kept under a name: ``address`` is its query string."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("owner", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    owner: str
    address: str
    created_at: datetime = Field(sa_type=sa.DateTime)


class EmptySearch(Base, table=True):
    """A search that found nothing, how often, and when last: no reader is named."""

    __tablename__ = "empty_search"

    key: str = Field(primary_key=True)
    shown: str
    times: int
    last_at: datetime = Field(sa_type=sa.DateTime)


class NoticeText(Base, table=True):
    """The normalised words of a notice, column by column; the full-text index follows it alone.

    Made from the notice at each write, and rebuilt from the rows at any time.
    """

    __tablename__ = "notice_text"

    notice_id: int = Field(primary_key=True, foreign_key="notice.id")
    title: str = ""
    concepts: str = ""
    authors: str = ""
    abstract: str = ""
    other: str = ""
    family: str = ""


class NoticeFacets(Base, table=True):
    """The facet values of a notice, packed as 32-bit numbers (see ``facets``).

    ``audience`` is 0 where everybody may find it, 1 where the team may, 2 where nobody does.
    """

    __tablename__ = "notice_facets"

    notice_id: int = Field(primary_key=True, foreign_key="notice.id")
    audience: int = Field(index=True)
    codes: bytes


class SearchWord(Base, table=True):
    """A normalised word of the index, how it is written, and how many notices hold it."""

    __tablename__ = "search_word"

    token: str = Field(primary_key=True)
    shown: str
    length: int = Field(index=True)
    notices: int
