"""Which notice each record of a file is: by its number, unless that plainly names another one."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlmodel import Session

from core.db import table_of
from core.documentation import drafts, normaliser, reading
from core.documentation.desk_models import NoticeSource
from core.documentation.drafts import NoticeDraft
from core.documentation.models import Notice
from core.documentation.readings import Reading

LOCAL = "local"  # the source of files that come from nobody in particular: its numbers meet
CHUNK = 5_000
FAR = 50.0  # of 100: titles less alike are those of two documents
Key = tuple[str, str]


class Held(NamedTuple):
    """What is known under a number: its row of notice_source, its notice, how that is called."""

    source_id: int
    notice_id: int
    title: str


@dataclass(frozen=True)
class Match:
    """A record to enter under its number. ``notice_id`` is None where it is a new one.

    ``source_id`` is the row of its source, None where the record left here (« rt00000012 », or
    a number with our mark of where it came from) and comes back edited.
    """

    one: Reading
    draft: NoticeDraft
    key: Key
    notice_id: int | None = None
    source_id: int | None = None


@dataclass
class Matched:
    """The records to enter, in order; those that a later one replaces; and what is to be said."""

    wanted: list[Match] = field(default_factory=list)
    doubles: list[Reading] = field(default_factory=list)
    said: list[tuple[Reading, str]] = field(default_factory=list)


def is_far(one: str, other: str) -> bool:
    """Say whether two titles are those of two documents.

    >>> is_far("Guide du logement", "Illettrisme"), is_far("Insertion", "L’insertion (corrigé)")
    (True, False)
    """
    pair = (normaliser.sort_key(one), normaliser.sort_key(other))
    return fuzz.token_set_ratio(*pair) < FAR


def match(session: Session, source: str, readings: Iterable[Reading]) -> Matched:
    """Find what each record of a file is.

    Of two under one number, the last counts; where their titles are far apart, both do. A file of
    no named source whose number is held by a document with a title far apart brings a new one.
    """
    done = Matched()
    single = _once(done, source, readings)
    held = _held(session, single)
    moved: dict[Key, Match] = {}
    for key, one in single.items():
        if key in held and key[0] == LOCAL and _is_other(session, held[key], one):
            title = held[key].title
            done.said.append((one.one, f"le numéro {key[1]} est déjà celui de « {title} » : entrée "
                              "comme une autre notice (nommez l’origine du fichier)"))  # fmt: skip
            moved[key] = _under_another(one)
    again = _held(session, {one.key: one for one in moved.values()})
    links = {key[1]: one.key[1] for key, one in moved.items()}
    ours = _ours(session, [one for key, one in single.items() if key not in held])
    for key, one in single.items():
        placed = _placed(moved.get(key, one), (again if key in moved else held), ours)
        done.wanted.append(_relinked(placed, links))
    return done


def _once(done: Matched, source: str, readings: Iterable[Reading]) -> dict[Key, Match]:
    """Give each record its number, once in the file."""
    found: dict[Key, Match] = {}
    for one in readings:
        if one.draft is None:
            continue
        number = one.draft.external_id or f"sha:{one.draft.digest[:24]}"
        key = (one.draft.source or source, number)
        new = Match(one, replace(one.draft, external_id=number), key)
        if key in found and is_far(found[key].draft.title, new.draft.title):
            done.said.append((one, f"numéro {number} déjà pris par un autre document du fichier : "
                              "entrée comme une autre notice"))  # fmt: skip
            new = _under_another(new)
        if new.key in found:
            done.doubles.append(found.pop(new.key).one)
        found[new.key] = new
    return found


def _under_another(one: Match) -> Match:
    """Return a record under a number that its title makes its own, the same each time."""
    sign = hashlib.sha256(normaliser.sort_key(one.draft.title).encode()).hexdigest()[:8]
    number = f"{one.key[1]}~{sign}"
    return replace(one, draft=replace(one.draft, external_id=number), key=(one.key[0], number))


def _held(session: Session, keys: Iterable[Key]) -> dict[Key, Held]:
    by_source: dict[str, list[str]] = {}
    for source, number in keys:
        by_source.setdefault(source, []).append(number)
    table, notice = table_of(NoticeSource), table_of(Notice)
    found: dict[Key, Held] = {}
    for source, numbers in by_source.items():
        for at in range(0, len(numbers), CHUNK):
            rows = session.connection().execute(
                sa.select(table.c.external_id, table.c.id, table.c.notice_id, notice.c.title)
                .join_from(table, notice, table.c.notice_id == notice.c.id)
                .where(table.c.source == source,
                       table.c.external_id.in_(numbers[at : at + CHUNK]))
            )  # fmt: skip
            found |= {(source, row[0]): Held(*row[1:]) for row in rows}
    return found


def _is_other(session: Session, held: Held, one: Match) -> bool:
    """Say whether a record is another document than the one held under its number."""
    if not is_far(held.title, one.draft.title):
        return False
    row = session.get_one(NoticeSource, held.source_id)
    return is_far(drafts.from_json(row.read_as).title, one.draft.title)


def _ours(session: Session, listed: Sequence[Match]) -> dict[Key, int]:
    """Return the notices that records name by our own numbers, where the titles agree.

    One that was merged since is the one that stayed.
    """
    own = {key: one for one in listed if (key := reading.own_id(one.key[1])) is not None}
    table, ids = table_of(Notice), list(own)
    found: dict[Key, int] = {}
    for at in range(0, len(ids), CHUNK):
        rows = session.connection().execute(
            sa.select(table.c.id, sa.func.coalesce(table.c.merged_into_id, table.c.id),
                      table.c.title).where(table.c.id.in_(ids[at : at + CHUNK]))
        )  # fmt: skip
        found |= {
            own[number].key: kept
            for number, kept, title in rows
            if not is_far(title, own[number].draft.title)
        }
    return found


def _placed(one: Match, held: Mapping[Key, Held], ours: Mapping[Key, int]) -> Match:
    known = held.get(one.key)
    if known is None:
        return replace(one, notice_id=ours.get(one.key))
    came_back = bool(one.one.draft and one.one.draft.source)
    return replace(one, notice_id=known.notice_id, source_id=None if came_back else known.source_id)


def _relinked(one: Match, numbers: Mapping[str, str]) -> Match:
    """Let links of a record follow those of its file that had to take another number."""
    if not any(link.external_id in numbers for link in one.draft.links):
        return one
    links: Any = tuple(
        replace(link, external_id=numbers.get(link.external_id, link.external_id))
        for link in one.draft.links
    )
    return replace(one, draft=replace(one.draft, links=links))
