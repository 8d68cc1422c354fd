"""Qualitative notes: what staff say of a theme in a département and a quarter, with its figure.

The figure is kept as it was known when the note was written, beside the text; a correction keeps
it and is told by the journal, a note withdrawn too, its whole text with it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlmodel import Session, col, select

from core import fr, journal
from core.access import Right, Viewer, require
from core.competences_cles import note_figures
from core.competences_cles.follow_models import QualitativeNote
from core.competences_cles.note_figures import Figure
from core.competences_cles.portrait import KeptNote
from core.errors import DomainError
from core.territories.models import Territory

DOMAIN = "competences_cles"
DOMAINS = ("competences_cles", "territories")
THEMES = (
    "Durée des parcours", "Contenus", "Publics", "Prescription et délais", "Abandons",
    "Opérateurs", "Autre",
)  # fmt: skip
LONGEST = 2_000


@dataclass(frozen=True)
class NoteDraft:
    """A note as the form gives it. ``source``: who said it, or where it was seen."""

    ut_code: str
    quarter: str
    theme: str
    text: str
    source: str = ""
    figure: Figure | None = None


def _checked(draft: NoteDraft) -> NoteDraft:
    text = draft.text.strip()
    note_figures.check_quarter(draft.quarter)
    if draft.theme not in THEMES:
        raise DomainError("Choisissez un thème de la liste.")
    if not text:
        raise DomainError("Écrivez le texte de la note.")
    if len(text) > LONGEST:
        raise DomainError(f"La note dépasse {LONGEST} signes : coupez-la ou faites-en deux.")
    return NoteDraft(draft.ut_code, draft.quarter, draft.theme, text, draft.source.strip(),
                     draft.figure)  # fmt: skip


def place_id(session: Session, ut_code: str) -> int:
    """Return the id of a département, or refuse a code that is not known."""
    found = session.exec(
        select(Territory.id).where(Territory.level == "departement", Territory.code == ut_code)
    ).first()
    if found is None:
        raise DomainError("Ce département n’est pas connu : choisissez-en un de la liste.")
    return found


def write(session: Session, viewer: Viewer, draft: NoteDraft, *, now: datetime) -> int:
    """Add a note; return its id. Raises DomainError where something is missing."""
    require(viewer, Right.EDIT_MARKET)
    one = _checked(draft)
    note = QualitativeNote(
        territory_id=place_id(session, one.ut_code), quarter=one.quarter, theme=one.theme,
        figure=note_figures.dump(one.figure), text=one.text, source=one.source,
        author=viewer.signature, written_at=fr.stored(now),
    )  # fmt: skip
    session.add(note)
    session.flush()
    _tell(session, viewer, "note qualitative", note, now=now, after=_told(note))
    return note.id or 0


def correct(
    session: Session, viewer: Viewer, draft: NoteDraft, *, note_id: int, now: datetime
) -> None:
    """Change the quarter, theme, text and source of a note; its figure stays as it was read."""
    require(viewer, Right.EDIT_MARKET)
    one, note = _checked(draft), _held(session, note_id)
    before = _told(note)
    note.quarter, note.theme, note.text, note.source = one.quarter, one.theme, one.text, one.source
    after = _told(note)
    if before == after:
        raise DomainError("Rien n’a changé dans cette note.")
    session.add(note)
    changed = [name for name in after if before[name] != after[name]]
    _tell(session, viewer, "correction d’une note", note, now=now,
          before={name: before[name] for name in changed},
          after={name: after[name] for name in changed})  # fmt: skip


def withdraw(session: Session, viewer: Viewer, *, note_id: int, now: datetime) -> None:
    """Take a note away; the journal keeps what it said. Packs already made keep it too."""
    require(viewer, Right.EDIT_MARKET)
    note = _held(session, note_id)
    _tell(session, viewer, "retrait d’une note", note, now=now, before=_told(note))
    session.delete(note)
    session.flush()


def _held(session: Session, note_id: int) -> QualitativeNote:
    note = session.get(QualitativeNote, note_id)
    if note is None:
        raise DomainError("Cette note n’existe plus : elle a été retirée.")
    return note


def _told(note: QualitativeNote) -> dict[str, str]:
    figure = note_figures.load(note.figure)
    return {
        "quarter": note_figures.quarter_told(note.quarter), "theme": note.theme,
        "figure": figure.told() if figure is not None else "", "text": note.text,
        "source": note.source,
    }  # fmt: skip


def _tell(  # noqa: PLR0913  # what an entry of the journal is made of
    session: Session, viewer: Viewer, action: str, note: QualitativeNote, *, now: datetime,
    before: dict[str, str] | None = None, after: dict[str, str] | None = None,
) -> None:  # fmt: skip
    place = session.get_one(Territory, note.territory_id)
    journal.record(session, viewer, at=now, domain=DOMAIN, action=action,
                   subject=f"{place.name}, {note.theme}", before=before, after=after)  # fmt: skip


def known(
    session: Session, viewer: Viewer, *, ut_code: str = "", quarter: str = "", theme: str = "",
    known_on: date = date.max,
) -> list[KeptNote]:  # fmt: skip
    """Return the notes written up to a day, the latest quarter first; "" for all of a choice."""
    require(viewer, Right.READ_MARKET)
    statement = (
        select(QualitativeNote, Territory)
        .join(Territory, col(Territory.id) == col(QualitativeNote.territory_id))
        .where(col(QualitativeNote.written_at) <= datetime.combine(known_on, time.max))
        .order_by(col(QualitativeNote.quarter).desc(), col(QualitativeNote.id).desc())
    )
    wanted: dict[Any, str] = {
        Territory.code: ut_code, QualitativeNote.quarter: quarter, QualitativeNote.theme: theme,
    }  # fmt: skip
    for column, value in wanted.items():
        statement = statement.where(column == value) if value else statement
    return [_kept(note, place) for note, place in session.exec(statement)]


def _kept(note: QualitativeNote, place: Territory) -> KeptNote:
    return KeptNote(
        id=note.id or 0, ut=place.name, ut_code=place.code, quarter=note.quarter, theme=note.theme,
        text=note.text, source=note.source, author=note.author, written_on=note.written_at.date(),
        figure=note_figures.load(note.figure),
    )  # fmt: skip
