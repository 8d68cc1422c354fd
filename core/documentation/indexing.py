"""What the search reads of a notice: its words, its facet values, and the words of all.

Made again at each write, in the same unit of work: a saved notice is found by the next query.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from core import db
from core.db import is_sqlite, table_of
from core.documentation import (
    facet_values,
    facets,
    normaliser,
    numbers,
    parsing,
    reading,
    search_index,
)
from core.documentation.desk_models import NoticeFacets, NoticeText, SearchWord
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import (
    DocumentType,
    NoticeState,
    Visibility,
)
from core.documentation.models import (
    Notice,
)
from core.documentation.thesaurus_models import ConceptLabel

BATCH = 1_000
WORDS, VERSION = "catalogue_words", 3  # raised whenever words are cut otherwise than before
APART = " _ "  # a token of no word: no phrase runs over it
Words = Counter[str]


def refresh(session: Session, ids: Sequence[int]) -> None:
    """Index notices again from their rows."""
    for at in range(0, len(ids), BATCH):
        _refresh(session, list(ids[at : at + BATCH]))


def rebuild(session: Session) -> int:
    """Make the whole index again from the rows; return how many notices it holds."""
    ids = list(session.connection().execute(sa.select(table_of(Notice).c.id)).scalars())
    refresh(session, ids)
    search_index.optimise(session.connection())
    return len(ids)


def follow_words(session: Session) -> None:
    """Make again what a release that cut words otherwise has left, once for each store.

    The release is noted among the revisions: it goes with the store, in its backups too. Run
    after all migrations, since notices are read by the tables of this release.
    """
    if db.revisions(session).get(WORDS, 0) == VERSION:
        return
    label = table_of(ConceptLabel)
    connection = session.connection()
    rows = connection.execute(sa.select(label.c.id, label.c.label, label.c.key)).all()
    keys = [
        {"own": own, "new": key}
        for own, text, held in rows
        if (key := parsing.term_key(text)) != held
    ]
    if keys:
        renamed = sa.update(label).where(label.c.id == sa.bindparam("own"))
        connection.execute(renamed.values(key=sa.bindparam("new")), keys)
    if rebuild(session) or keys:
        db.raise_revision(session, "documentation")
    session.merge(db.Revision(domain=WORDS, value=VERSION))
    session.flush()


def _refresh(session: Session, ids: list[int]) -> None:
    drafts = reading.read(session, ids)
    shown: dict[str, str] = {}
    rows = {own: _text(own, draft, shown) for own, draft in drafts.items()}
    gone = _take_away(session, ids)
    # Facets come first: PostgreSQL's row of both, made with the words, is then written once.
    values = facet_values.of(session, drafts)
    db.bulk_insert(
        session, table_of(NoticeFacets),
        [(own, audience(draft.status, draft.visibility), facets.packed(values[own]))
         for own, draft in drafts.items()],
    )  # fmt: skip
    db.bulk_insert(session, table_of(NoticeText), rows.values())
    _count_words(session, _words(rows.values()), gone, shown)


def forget(session: Session, ids: Sequence[int]) -> None:
    """Take notices out of the index."""
    _count_words(session, Counter(), _take_away(session, list(ids)), {})


def audience(status: str, visibility: str) -> int:
    """Say who may find a notice: 0 everybody, 1 the team, 2 nobody."""
    if status in {NoticeState.DELETED, NoticeState.MERGED}:
        return 2
    return int(status != NoticeState.PUBLISHED or visibility != Visibility.PUBLIC)


def _text(own: int, draft: NoticeDraft, shown: dict[str, str]) -> tuple[int | str, ...]:
    """Return the row of notice_text, and note how each word is written."""
    title = [draft.title, draft.subtitle, draft.parallel_title, draft.part_title]
    concepts = [*(one.label for one in draft.concepts), *draft.keywords]
    authors = [*(f"{one.first_name} {one.name}" for one in draft.agents), draft.responsibility]
    abstract = [draft.abstract, draft.contents]
    publishers = [one.name for one in draft.publishers]
    shelves = [item.shelf_mark for item in draft.items]
    other = [
        draft.notes, draft.series, draft.edition, *publishers, *shelves,
        *(item.barcode for item in draft.items), draft.classification,
    ]  # fmt: skip
    marked = [
        *(f"e_{token}" for token in _tokens(publishers)),
        *(f"k_{token}" for token in _tokens(shelves)),
        *(f"t_{token}" for token in _tokens([DocumentType(draft.doc_type).label])),
        *(f"{mark}{number}" for number in _numbers(draft) for mark in ("", "i_")),
    ]
    columns = [_indexed(part) for part in (title, concepts, authors, abstract, other)]
    columns[-1] = " ".join([columns[-1], "_", *marked]).strip()
    everything = " ".join((*title, *concepts, *authors, *abstract, *other))
    for word in normaliser.words(normaliser.spread(everything)):
        shown.setdefault(normaliser.token(word), word.lower())
    family = normaliser.families(" ".join((*title, *concepts, draft.abstract)))
    return (own, *columns, family)


def _indexed(texts: Iterable[str]) -> str:
    return APART.join(normaliser.indexed(text) for text in texts if text)


def _tokens(texts: Iterable[str]) -> list[str]:
    return [token for text in texts for token in normaliser.indexed(text).split()]


def _numbers(draft: NoticeDraft) -> set[str]:
    """Return every way to type the numbers of a document: ISBN of 13 and of 10, ISSN."""
    found = {draft.isbn, numbers.isbn10(draft.isbn), draft.issn.replace("-", "")}
    found.add("".join(sign for sign in draft.isbn_text.lower() if sign in "0123456789x")[:13])
    return {number.lower() for number in found if number}


def _words(rows: Iterable[Sequence[int | str]]) -> Words:
    """Count, for each word that can be proposed, the notices that hold it."""
    counts: Words = Counter()
    for row in rows:
        counts.update({word for column in row[1:6] for word in str(column).split()})
    return Counter({word: n for word, n in counts.items() if len(word) > 3 and word.isalpha()})


def _take_away(session: Session, ids: list[int]) -> Words:
    """Remove notices from the index; return the words that leave with them."""
    text, values = table_of(NoticeText), table_of(NoticeFacets)
    connection = session.connection()
    held = connection.execute(
        sa.delete(text).where(text.c.notice_id.in_(ids)).returning(*text.columns)
    ).all()
    if held:
        connection.execute(sa.delete(values).where(values.c.notice_id.in_(ids)))
    return _words([tuple(row) for row in held])


def _count_words(session: Session, came: Words, gone: Words, shown: Mapping[str, str]) -> None:
    """Move the count of each word; one that no notice holds any more leaves."""
    changes = {word: came[word] - gone[word] for word in sorted({*came, *gone})}
    rows = [
        {"token": word, "shown": shown.get(word, word), "length": len(word), "notices": change}
        for word, change in changes.items()
        if change
    ]
    if not rows:
        return
    table, connection = table_of(SearchWord), session.connection()
    insert = sqlite.insert if is_sqlite(connection) else postgresql.insert
    new = insert(table)
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["token"], set_={"notices": table.c.notices + new.excluded.notices}
        ),
        rows,
    )
    less = [word for word, change in changes.items() if change < 0]
    if less:
        own = [table.c.token.in_(less)] if len(less) <= BATCH else []
        connection.execute(sa.delete(table).where(*own, table.c.notices <= 0))
