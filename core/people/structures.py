"""Writes on structures: found before they are created, changed, known by other names."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core import access, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.people import rules
from core.people.enums import StructureKind
from core.people.models import Alias, Structure

DOMAIN = "people"


@dataclass(frozen=True)
class StructureDraft:
    """What staff enter of a structure. ``place`` tells apart two of the same name."""

    name: str
    acronym: str = ""
    kind: StructureKind = StructureKind.OTHER
    place: str = ""
    note: str = ""


def create_structure(
    session: Session, viewer: Viewer, draft: StructureDraft, *, now: datetime
) -> int:
    """Add a structure; one of the same name in the same place is refused."""
    access.require(viewer, Right.EDIT_PEOPLE)
    structure = Structure(name="", search_key="")
    _fill(session, structure, draft)
    _tell(session, viewer, "création d’une structure", structure, now)
    return structure.id or 0


def change_structure(
    session: Session, viewer: Viewer, draft: StructureDraft, *, structure_id: int, now: datetime
) -> None:
    """Change a structure; a name that is left is not kept: add it as another name if it is used."""
    access.require(viewer, Right.EDIT_PEOPLE)
    structure = structure_of(session, structure_id)
    _fill(session, structure, draft)
    _tell(session, viewer, "modification d’une structure", structure, now)


def _fill(session: Session, structure: Structure, draft: StructureDraft) -> None:
    key, place = rules.words(draft.name), draft.place.strip()
    if not key:
        raise DomainError("Donnez un nom à la structure.")
    held = session.exec(
        select(Structure).where(
            Structure.search_key == key, Structure.place == place,
            col(Structure.merged_into_id).is_(None), Structure.id != structure.id,
        )
    ).first()  # fmt: skip
    if held is not None:
        raise DomainError(f"« {held.name} » existe déjà{f' à {held.place}' if held.place else ''}.")
    structure.name, structure.search_key, structure.place = draft.name.strip(), key, place
    structure.acronym, structure.kind = draft.acronym.strip(), draft.kind.value
    structure.note = draft.note.strip()
    session.add(structure)
    session.flush()


def structure_of(session: Session, structure_id: int) -> Structure:
    """Return a structure, or refuse: merged or gone since the page was opened."""
    structure = session.get(Structure, structure_id)
    if structure is None or structure.merged_into_id is not None:
        raise DomainError("Cette structure n’existe plus : cherchez-la de nouveau.")
    return structure


def add_alias(
    session: Session, viewer: Viewer, *, structure_id: int, label: str, now: datetime
) -> None:
    """Add another name under which a structure is met; refused where it has it already."""
    access.require(viewer, Right.EDIT_PEOPLE)
    structure, key = structure_of(session, structure_id), rules.words(label)
    if not key:
        raise DomainError("Écrivez l’autre nom de la structure.")
    held = session.exec(
        select(Alias.id).where(Alias.structure_id == structure_id, Alias.search_key == key)
    ).first()
    if held is not None or key == structure.search_key:
        raise DomainError(f"« {label.strip()} » est déjà un nom de cette structure.")
    session.add(Alias(structure_id=structure_id, label=label.strip(), search_key=key))
    session.flush()
    _tell(session, viewer, f"autre nom ajouté : {label.strip()}", structure, now)


def remove_alias(session: Session, viewer: Viewer, *, alias_id: int, now: datetime) -> None:
    """Take another name away from a structure."""
    access.require(viewer, Right.EDIT_PEOPLE)
    alias = session.get(Alias, alias_id)
    if alias is None:
        raise DomainError("Cet autre nom n’existe plus.")
    structure = structure_of(session, alias.structure_id)
    session.delete(alias)
    session.flush()
    _tell(session, viewer, f"autre nom retiré : {alias.label}", structure, now)


def _tell(
    session: Session, viewer: Viewer, action: str, structure: Structure, now: datetime
) -> None:
    journal.record(session, viewer, at=now, domain=DOMAIN, action=action, subject=structure.name)
