"""The full-text index of each engine: made by the migration, kept by triggers on notice_text.

SQLite has FTS5 over the stored words; PostgreSQL a vector of the same words. Neither is a table
of the model: both follow ``notice_text``, a restored backup included.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from core.db import is_sqlite

COLUMNS = ("title", "concepts", "authors", "abstract", "other")
BRIEF = COLUMNS[:3]  # the short fields, which say what a document is about
WEIGHTS = {"title": "A", "concepts": "B", "authors": "C", "abstract": "D", "other": "D"}
LAST = 16_383  # the last place that PostgreSQL tells from the next: no phrase goes on after it
PENDING = 64  # kB of new rows that PostgreSQL may leave unsorted: each search reads them all
ROW = 640  # bytes of a row of PostgreSQL's vector beyond which its longest value is set apart
# What the engine itself makes for the index; no table of ours has such a name.
OWN_TABLES = ("notice_fts", "notice_family_fts", "notice_vector", "notice_family_vector")
GIN = {
    "ix_notice_vector_words": ("notice_vector", "words"),
    "ix_notice_family_vector": ("notice_family_vector", "family"),
}
INSERT = "INSERT INTO notice_vector (notice_id, audience, codes, brief, words)"
LISTED = "unnest(string_to_array(words, ' ')) WITH ORDINALITY AS listed(word, place)"
PAIR = "word || ' ' || next"
TOKENIZE = "tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\""


def is_ours(name: str | None) -> bool:
    """Say whether a table of the store is one of the model, not of the full-text index."""
    return not (name or "").startswith(OWN_TABLES)


def create(connection: Connection) -> None:
    """Make the index and what keeps it; ``notice_text`` must exist."""
    statements = _sqlite() if is_sqlite(connection) else _postgresql()
    for statement in statements:
        connection.exec_driver_sql(statement)


def _sqlite() -> list[str]:
    listed = ", ".join(COLUMNS)
    return [
        f"CREATE VIRTUAL TABLE notice_fts USING fts5({listed}, content = 'notice_text', "
        f"content_rowid = 'notice_id', {TOKENIZE})",
        "CREATE VIRTUAL TABLE notice_family_fts USING fts5(family, content = 'notice_text', "
        f"content_rowid = 'notice_id', detail = none, {TOKENIZE})",
        *_sqlite_triggers("notice_fts", COLUMNS),
        *_sqlite_triggers("notice_family_fts", ("family",)),
    ]


def _sqlite_triggers(index: str, columns: tuple[str, ...]) -> list[str]:
    """External content must be told what leaves: FTS5's own « delete » command, with old words."""
    listed = ", ".join(columns)
    added = (
        f"INSERT INTO {index}(rowid, {listed}) "
        f"VALUES (new.notice_id, {', '.join(f'new.{name}' for name in columns)});"
    )
    removed = (
        f"INSERT INTO {index}({index}, rowid, {listed}) "
        f"VALUES ('delete', old.notice_id, {', '.join(f'old.{name}' for name in columns)});"
    )
    return [
        f"CREATE TRIGGER {index}_added AFTER INSERT ON notice_text BEGIN {added} END",
        f"CREATE TRIGGER {index}_removed AFTER DELETE ON notice_text BEGIN {removed} END",
        f"CREATE TRIGGER {index}_changed AFTER UPDATE ON notice_text BEGIN {removed} {added} END",
    ]


def _postgresql() -> list[str]:
    return [*_tables(), *_followers()]


def _tables() -> list[str]:
    """The words are numbered and weighed here, not by a text configuration: they are final.

    ``to_tsvector('simple', …)`` would read some of them as numbers or files of its own. What a
    search reads of each match (who may find it, its facet values, the ``brief`` words of its
    title, concepts and authors that it is first ranked by) lies together; all its words, which
    the index answers for, are set apart, and so are the families, seldom searched. A page then
    holds eighteen matches, not three.

    A pair of words stands at the place of its second: the last pair of a field and the first of
    the next then never follow each other.

    PostgreSQL sets values apart in rows of more than 2 kB only: ``filler`` brings each row there,
    is computed whenever the words are, and is kept as some thirty bytes.
    """
    return [
        "CREATE TABLE notice_vector (notice_id integer PRIMARY KEY REFERENCES notice_text "
        "ON DELETE CASCADE, audience integer NOT NULL, codes bytea NOT NULL, "
        "brief tsvector NOT NULL, words tsvector NOT NULL, filler text "
        "GENERATED ALWAYS AS (repeat(' ', 2048 + length(words))) STORED) "
        f"WITH (toast_tuple_target = {ROW})",
        "ALTER TABLE notice_vector ALTER words SET STORAGE EXTERNAL, "
        "ALTER brief SET STORAGE EXTERNAL, ALTER codes SET STORAGE EXTERNAL",
        "CREATE TABLE notice_family_vector (notice_id integer PRIMARY KEY REFERENCES notice_text "
        "ON DELETE CASCADE, family tsvector NOT NULL)",
        "CREATE FUNCTION notice_words(words text, weight text) RETURNS tsvector LANGUAGE sql "
        f"IMMUTABLE AS $$ {_vector('word')} FROM {LISTED} WHERE word <> '' $$",
        "CREATE FUNCTION notice_pairs(words text, weight text) RETURNS tsvector LANGUAGE sql "
        f"IMMUTABLE AS $$ {_vector(PAIR)} FROM (SELECT word, place + 1 AS place, "
        f"lead(word) OVER (ORDER BY place) AS next FROM {LISTED}) AS paired "
        f"WHERE word NOT IN ('', '_') AND next NOT IN ('', '_') AND place <= {LAST} $$",
    ]


def _vector(lexeme: str) -> str:
    return (
        f"SELECT coalesce(string_agg(quote_literal({lexeme}) || ':' || least(place, {LAST}) "
        "|| weight, ' '), '')::tsvector"
    )


def _weighed(row: str, names: Sequence[str], of: str = "words") -> str:
    return " || ".join(f"notice_{of}({row}.{name}, '{WEIGHTS[name]}')" for name in names)


def _filled(row: str, brief: str) -> str:
    """Write all that the index answers for: words, then pairs of words that follow each other."""
    rest, pairs = _weighed(row, COLUMNS[len(BRIEF) :]), _weighed(row, COLUMNS, "pairs")
    return f"{brief} || {rest} || {pairs}"


def _followers() -> list[str]:
    """Indexes, and the triggers by which the vectors follow the words and facet values."""
    return [
        "CREATE FUNCTION follow_notice_text() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE own tsvector; BEGIN "
        f"own := {_weighed('new', BRIEF)}; "
        f"{INSERT} SELECT new.notice_id, coalesce(max(audience), 2), "
        "coalesce(string_agg(codes, ''), ''), own, "
        f"{_filled('new', 'own')} "
        "FROM notice_facets WHERE notice_id = new.notice_id "
        "ON CONFLICT (notice_id) DO UPDATE SET brief = excluded.brief, words = excluded.words; "
        "INSERT INTO notice_family_vector VALUES (new.notice_id, notice_words(new.family, 'D')) "
        "ON CONFLICT (notice_id) DO UPDATE SET family = excluded.family; RETURN NULL; END $$",
        "CREATE FUNCTION follow_notice_facets() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "UPDATE notice_vector SET audience = new.audience, codes = new.codes "
        "WHERE notice_id = new.notice_id AND (audience, codes) <> (new.audience, new.codes); "
        "RETURN NULL; END $$",
        "CREATE TRIGGER notice_facets_followed AFTER INSERT OR UPDATE ON notice_facets "
        "FOR EACH ROW EXECUTE FUNCTION follow_notice_facets()",
        "CREATE TRIGGER notice_text_followed AFTER INSERT OR UPDATE ON notice_text "
        "FOR EACH ROW EXECUTE FUNCTION follow_notice_text()",
        *(
            f"CREATE INDEX {name} ON {table} USING gin ({column}) "
            f"WITH (gin_pending_list_limit = {PENDING})"
            for name, (table, column) in GIN.items()
        ),
    ]


def shorten_pending(connection: Connection) -> None:
    """Give PostgreSQL's indexes of an older store their ``PENDING``; SQLite's have no such list.

    By default up to 4 MB of new rows wait to be sorted in: after an import, a search among
    10,000 records then takes 100 ms instead of 17.
    """
    if is_sqlite(connection):
        return
    for name in GIN:
        connection.exec_driver_sql(f"ALTER INDEX {name} SET (gin_pending_list_limit = {PENDING})")
    optimise(connection)


def renew(connection: Connection) -> None:
    """Make PostgreSQL's index again, as this release lays it out; SQLite's has not changed.

    Rows come before the indexes: filled together, they take six times as long.
    """
    if is_sqlite(connection):
        return
    for statement in (
        "DROP TRIGGER IF EXISTS notice_text_followed ON notice_text",
        "DROP TRIGGER IF EXISTS notice_facets_followed ON notice_facets",
        "DROP FUNCTION IF EXISTS follow_notice_text, follow_notice_facets, notice_words, "
        "notice_pairs",
        "DROP TABLE IF EXISTS notice_vector, notice_family_vector",
        *_tables(),
        f"{INSERT} SELECT one.notice_id, coalesce(audience, 2), coalesce(codes, ''), brief, "
        f"{_filled('one', 'brief')} FROM notice_text AS one "
        "LEFT JOIN notice_facets ON notice_facets.notice_id = one.notice_id "
        f"CROSS JOIN LATERAL (SELECT {_weighed('one', BRIEF)}) AS first (brief) "
        "ORDER BY one.notice_id",
        "INSERT INTO notice_family_vector "
        "SELECT notice_id, notice_words(family, 'D') FROM notice_text ORDER BY notice_id",
        *_followers(),
    ):
        connection.exec_driver_sql(statement)


def optimise(connection: Connection) -> None:
    """Merge the parts of the index after many rows came in."""
    if is_sqlite(connection):
        for index in OWN_TABLES[:2]:
            connection.exec_driver_sql(f"INSERT INTO {index}({index}) VALUES ('optimize')")
        return
    for name in GIN:
        connection.exec_driver_sql(f"SELECT gin_clean_pending_list('{name}')")
