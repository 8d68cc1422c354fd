"""Records of a file written into the catalogue, a batch at a time, each notice once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from core import db, fr
from core.db import table_of
from core.documentation import drafts, reading, writing
from core.documentation.comparing import Forms
from core.documentation.copies import CopiesWritten
from core.documentation.desk_models import NoticeSource
from core.documentation.drafts import ItemDraft, NoticeDraft
from core.documentation.enums import NoticeState
from core.documentation.import_matching import Match
from core.documentation.import_run import Run
from core.documentation.models import Notice
from core.documentation.readings import Reading

CHUNK = 5_000
FRENCH = {
    "title": "titre", "subtitle": "complément du titre", "parallel_title": "titre parallèle",
    "part_title": "titre de partie", "responsibility": "mention de responsabilité",
    "edition": "édition", "extent": "importance matérielle", "abstract": "résumé",
    "contents": "contenu", "rights": "droits", "url": "adresse", "issn": "ISSN",
    "isbn_text": "ISBN lu", "identifiers": "identifiants", "price_text": "prix",
    "classification": "classement", "volume": "volume", "country": "pays", "languages": "langues",
    "level": "niveau", "keywords": "mots-clés", "concepts": "sujets", "agents": "auteurs",
    "publishers": "éditeurs", "themes": "thèmes", "territories": "territoires",
    "pub_date_text": "date", "pub_year": "année", "doc_type": "type", "links": "liens",
    "raw": "zones gardées", "isbn": "ISBN", "series": "collection", "shelf_mark": "cote",
    "location": "localisation", "section": "section", "medium": "support",
    "owner": "propriétaire", "loan_class": "condition de prêt", "state": "état",
    "price_cents": "prix", "note": "note", "parts_expected": "nombre d’éléments",
    "acquired_on": "date d’acquisition", "external_id": "identifiant", "notes": "notes",
    "centre": "centre", "visibility": "visibilité", "status": "état de la notice",
    "items": "exemplaires", "source": "origine", "barcode": "code-barres", "parts": "éléments",
}  # fmt: skip


def told(names: Iterable[str]) -> str:
    """Name fields of a record or of a copy in French."""
    return ", ".join(FRENCH.get(name, name) for name in names)


class State(NamedTuple):
    status: str
    version: int


def states(session: Session, ids: Sequence[int]) -> dict[int, State]:
    """Return the status and the version of each notice that there is."""
    table = table_of(Notice)
    found: dict[int, State] = {}
    for at in range(0, len(ids), CHUNK):
        rows = session.connection().execute(
            sa.select(table.c.id, table.c.status, table.c.version).where(
                table.c.id.in_(ids[at : at + CHUNK])
            )
        )
        found |= {row[0]: State(*row[1:]) for row in rows}
    return found


@dataclass
class _Pending:
    """A notice held, as it is to be written: several records of a file may be it, in turn."""

    one: Reading
    draft: NoticeDraft
    items: dict[tuple[str, str], ItemDraft] = field(default_factory=dict)
    bases: tuple[ItemDraft, ...] = ()

    def give(self, items: Iterable[ItemDraft]) -> None:
        """Add copies; one that two records give is given once."""
        listed = list(items)
        self.items |= {(one.barcode, "" if one.barcode else f"{rank}"): one
                       for rank, one in enumerate(listed, start=len(self.items))}  # fmt: skip

    def entry(self, own: int) -> writing.Entry:
        return writing.Entry(
            replace(self.draft, items=tuple(self.items.values())), own, self.bases
        )  # fmt: skip


def enter(run: Run, matches: Sequence[Match]) -> None:
    """Write the records of a batch: new ones, and those held that changed at their source."""
    new = [one for one in matches if one.notice_id is None]
    pending = _Batch(run, [one for one in matches if one.notice_id is not None]).pending
    run.owners |= set(pending)
    entries = [writing.Entry(one.draft, bases=()) for one in new]
    entries += [one.entry(own) for own, one in pending.items()]
    written = writing.write(run.session, entries, now=run.now)
    fresh = written.ids[: len(new)]
    run.created += fresh
    run.report.created += len(fresh)
    readings = [*(one.one for one in new), *(one.one for one in pending.values())]
    note_copies(run, written.copies, dict(zip(written.ids, readings, strict=True)))
    run.links |= {own: e.draft.links for own, e in zip(written.ids, entries, strict=True)}
    for one in new:
        run.report.tell_fate(one.one, "nouvelle")
    _add_sources(run, list(zip(fresh, new, strict=True)))


class _Batch:
    """The records of a batch whose notices are held, brought into them."""

    def __init__(self, run: Run, matches: Sequence[Match]) -> None:
        self.run = run
        self.pending: dict[int, _Pending] = {}
        ids = sorted({one.notice_id for one in matches if one.notice_id is not None})
        self.ours = reading.read(run.session, ids)
        self.states = states(run.session, ids)
        self.rows = _rows(run.session, [one.source_id or 0 for one in matches])
        read_as = {own: drafts.from_json(row["read_as"]) for own, row in self.rows.items()}
        self.forms = Forms(
            run.session, run.file.source,
            [*self.ours.values(), *read_as.values(), *(one.draft for one in matches)],
        )  # fmt: skip
        updated: list[dict[str, Any]] = []
        for one in matches:
            updated += self._take(one, one.notice_id or 0, read_as.get(one.source_id or 0))
        _change_sources(run, updated)

    def _take(self, one: Match, own: int, before: NoticeDraft | None) -> list[dict[str, Any]]:
        """Bring one record into its notice; return what its source now says."""
        run, row = self.run, self.rows.get(one.source_id or 0)
        if self.states[own].status == NoticeState.DELETED:
            run.report.unchanged += 1
            run.report.tell_fate(one.one, "laissée de côté")
            run.say(one.one, "supprimée ici : rien n’en est repris")
            return []
        if row is None or before is None:
            self._edit(one, own)
            return []
        if row["digest"] == one.draft.digest:
            run.report.unchanged += 1
            run.report.tell_fate(one.one, "inchangée")
            return []
        here = self._pending(one, own)
        here.draft, kept = drafts.merged(here.draft, before, one.draft, self.forms.of)
        if kept:
            run.say(one.one, f"corrigé ici, laissé tel quel : {told(kept)}")
        here.give(one.draft.items)
        here.bases += before.items
        run.sources.append((row["id"], row["read_as"], row["digest"], row["import_id"]))
        values = {"read_as": one.draft.as_json(), "digest": one.draft.digest}
        return [values | {"own": row["id"], "import_id": run.import_id}]

    def _pending(self, one: Match, own: int) -> _Pending:
        """Return the notice a record is brought into, noted as it was before this import."""
        run = self.run
        run.report.updated += 1
        run.report.tell_fate(one.one, "mise à jour")
        run.changed.setdefault(own, (self.ours[own].as_json(), self.states[own].version))
        return self.pending.setdefault(own, _Pending(one.one, self._ours(own)))

    def _ours(self, own: int) -> NoticeDraft:
        draft = drafts.gathered(self.ours[own])
        return replace(draft, links=self.run.links.get(own, draft.links))

    def _edit(self, one: Match, own: int) -> None:
        """Bring back a record that left here: what it says over what is here, but its lists.

        Files say less of them than we do (no function of an agent, no thesaurus of a subject):
        they fill what is empty here only.
        """
        draft = self.pending[own].draft if own in self.pending else self._ours(own)
        forms = {name: self.forms.of(each) for name, each in (("ours", draft), ("new", one.draft))}
        news = [n for n in (*drafts.SCALARS, *drafts.LISTS) if n not in {"links", "raw"}
                and getattr(one.draft, n) not in ("", None, ())
                and forms["new"][n] != forms["ours"][n]]  # fmt: skip
        kept = [n for n in news if n in LEFT and getattr(draft, n)]
        taken = {n: getattr(one.draft, n) for n in news if n not in kept}
        known = {item.barcode for item in self.ours[own].items}
        added = [item for item in one.draft.items if item.barcode and item.barcode not in known]
        if kept:
            self.run.say(one.one, f"déjà dit ici, laissé tel quel : {told(kept)}")
        if not taken and not added:
            self.run.report.unchanged += 1
            self.run.report.tell_fate(one.one, "inchangée")
            return
        here = self._pending(one, own)
        here.draft = replace(draft, **taken)
        here.give(added)


LEFT = {*drafts.LISTS, "doc_type", "level"}  # what files say less well than we do


def _rows(session: Session, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    table = table_of(NoticeSource)
    rows = session.connection().execute(sa.select(table).where(table.c.id.in_(ids)))
    return {row["id"]: dict(row) for row in rows.mappings()}


def note_copies(run: Run, done: CopiesWritten, readings: Mapping[int, Reading]) -> None:
    """Say what was left out of the copies that were given, and note what was done to others."""
    for own, code in done.refused:
        run.say(readings[own], f"code-barres {code} déjà pris : exemplaire refusé")
    for own, code, names in done.kept:
        run.say(readings[own], f"exemplaire {code} corrigé ici, laissé tel quel : {told(names)}")
    for own, text in done.told:
        run.say(readings[own], text)
    created = set(run.created)  # their copies leave with them
    run.copies.added += [pair for pair in done.added if pair[0] not in created]
    run.copies.parted += done.parted
    for own, columns in done.changed.items():
        held = run.copies.changed.setdefault(own, {})
        for name, (old, new) in columns.items():
            held[name] = (held[name][0] if name in held else old, new)


def _add_sources(run: Run, pairs: Sequence[tuple[int, Match]]) -> None:
    table = table_of(NoticeSource)
    moment = fr.stored(run.now)
    first = db.next_id(run.session, table)
    db.bulk_insert(
        run.session, table,
        [(first + place, own, *one.key, "", one.draft.as_json(), one.draft.digest, run.import_id,
          moment) for place, (own, one) in enumerate(pairs)],
    )  # fmt: skip
    db.follow_ids(run.session, table)


def _change_sources(run: Run, changes: list[dict[str, Any]]) -> None:
    if not changes:
        return
    table = table_of(NoticeSource)
    names = ("read_as", "digest", "import_id")
    run.session.connection().execute(
        sa.update(table).where(table.c.id == sa.bindparam("own")).values(
            {name: sa.bindparam(name) for name in names}
        ),
        changes,
    )  # fmt: skip
