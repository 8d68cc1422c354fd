"""Writes on who holds a lot, with whom, and on who sends people to it."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.competences_cles import market, market_changes
from core.competences_cles.market_enums import MemberRole, PrescriberKind
from core.competences_cles.market_models import Attribution, AttributionMember, Prescripteur
from core.competences_cles.models import BonDeCommande, ParcoursVersion
from core.errors import DomainError
from core.people.models import Structure

DOMAIN = "competences_cles"
WHOLE = 1_000


def structure_of(session: Session, structure_id: int) -> Structure:
    """Return a structure, or refuse: merged or gone since the page was opened."""
    found = session.get(Structure, structure_id)
    if found is None or found.merged_into_id is not None:
        raise DomainError("Cette structure n’existe plus : cherchez-la de nouveau.")
    return found


def attribution_of(session: Session, attribution_id: int) -> Attribution:
    found = session.get(Attribution, attribution_id)
    if found is None:
        raise DomainError("Cette attribution n’existe plus : rechargez la page.")
    return found


def _subject(session: Session, held: Attribution) -> str:
    lot = market_changes.lot_of(session, held.lot_id)
    return f"lot {lot.number}, {session.get_one(Structure, held.structure_id).name}"


def end_attribution(
    session: Session, viewer: Viewer, *, attribution_id: int, ends_on: date | None, now: datetime
) -> None:
    """Say the last day of a holder; its orders must begin before it. None: no end."""
    access.require(viewer, Right.EDIT_MARKET)
    held = attribution_of(session, attribution_id)
    market.check_span(held.starts_on, ends_on)
    others = session.exec(
        select(Attribution).where(
            Attribution.lot_id == held.lot_id, Attribution.id != attribution_id
        )
    )
    for one in others:
        if market.overlap((one.starts_on, one.ends_on), (held.starts_on, ends_on)):
            raise DomainError(
                f"Un autre titulaire commence le {fr.day(one.starts_on)} : finissez avant."
            )
    later = _orders(session, held, after=ends_on) if ends_on else []
    if later:
        raise DomainError(
            f"Ce titulaire a des bons qui commencent ensuite : {', '.join(later[:5])}. Choisissez "
            "une date plus tardive."
        )
    held.ends_on = ends_on
    session.add(held)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="fin d’une attribution",
                   subject=_subject(session, held), after={"valid_to": ends_on})  # fmt: skip


def _orders(session: Session, held: Attribution, *, after: date | None = None) -> list[str]:
    """List the orders of a holder in its lot that begin in its time, or after a day of it."""
    bon = BonDeCommande
    statement = select(bon.number).where(
        bon.lot_id == held.lot_id, bon.structure_id == held.structure_id,
        bon.starts_on >= held.starts_on, bon.starts_on <= (held.ends_on or date.max),
    )  # fmt: skip
    if after is not None:
        statement = statement.where(bon.starts_on > after)
    return list(session.exec(statement.order_by(bon.number)))


def remove_attribution(
    session: Session, viewer: Viewer, *, attribution_id: int, now: datetime
) -> None:
    """Remove an attribution made by mistake, with its group, while it has no order."""
    access.require(viewer, Right.EDIT_MARKET)
    held = attribution_of(session, attribution_id)
    found = _orders(session, held)
    if found:
        raise DomainError(
            f"Ce titulaire a des bons dans ce lot ({', '.join(found[:5])}) : terminez "
            "l’attribution plutôt que de la retirer."
        )
    subject = _subject(session, held)
    session.connection().execute(
        sa.delete(AttributionMember).where(col(AttributionMember.attribution_id) == held.id)
    )
    session.delete(held)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="attribution retirée",
                   subject=subject)  # fmt: skip


@dataclass(frozen=True)
class MemberDraft:
    """Who joins the group of a lot. ``share`` in thousandths of the lot, None where not said."""

    attribution_id: int
    structure_id: int
    role: MemberRole = MemberRole.PARTNER
    share: int | None = None


def add_member(session: Session, viewer: Viewer, draft: MemberDraft, *, now: datetime) -> int:
    """Add an operator to the group that holds a lot; its lead is the titulaire, not a member."""
    access.require(viewer, Right.EDIT_MARKET)
    held = attribution_of(session, draft.attribution_id)
    structure = structure_of(session, draft.structure_id)
    members = session.exec(
        select(AttributionMember).where(AttributionMember.attribution_id == held.id)
    ).all()
    if draft.structure_id in {held.structure_id, *(one.structure_id for one in members)}:
        raise DomainError(f"{structure.name} est déjà dans ce groupement.")
    if draft.share is not None and not 0 < draft.share <= WHOLE:
        raise DomainError("La part d’un membre est entre 0 et 100 %.")
    if sum(one.share or 0 for one in members) + (draft.share or 0) > WHOLE:
        raise DomainError("Les parts des membres dépasseraient 100 % : corrigez-les.")
    member = AttributionMember(
        attribution_id=draft.attribution_id, structure_id=draft.structure_id,
        role=draft.role.value, share=draft.share,
    )  # fmt: skip
    session.add(member)
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="membre d’un groupement ajouté",
        subject=_subject(session, held),
        after={"structure": structure.name, "kind": draft.role.label},
    )  # fmt: skip
    return member.id or 0


def remove_member(session: Session, viewer: Viewer, *, member_id: int, now: datetime) -> None:
    """Take an operator out of the group that holds a lot."""
    access.require(viewer, Right.EDIT_MARKET)
    member = session.get(AttributionMember, member_id)
    if member is None:
        raise DomainError("Ce membre n’existe plus : rechargez la page.")
    held = attribution_of(session, member.attribution_id)
    name = session.get_one(Structure, member.structure_id).name
    session.delete(member)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="membre d’un groupement retiré",
                   subject=_subject(session, held), before={"structure": name})  # fmt: skip


@dataclass(frozen=True)
class PrescriberDraft:
    """A service that sends people, named as the exports name it."""

    name: str
    kind: PrescriberKind = PrescriberKind.OTHER
    territory_id: int | None = None


def save_prescriber(
    session: Session, viewer: Viewer, draft: PrescriberDraft, *, prescriber_id: int | None = None,
    now: datetime,
) -> int:  # fmt: skip
    """Add a prescriber, or change one; the exports name it, so that two never share a name."""
    access.require(viewer, Right.EDIT_MARKET)
    name = draft.name.strip()
    if not name:
        raise DomainError("Donnez le nom du prescripteur, comme les exports l’écrivent.")
    held = session.exec(select(Prescripteur).where(Prescripteur.name == name)).first()
    if held is not None and held.id != prescriber_id:
        raise DomainError(f"Le prescripteur « {name} » existe déjà.")
    found = Prescripteur(name="") if prescriber_id is None else _prescriber(session, prescriber_id)
    before = found.name
    found.name, found.kind, found.territory_id = name, draft.kind.value, draft.territory_id
    session.add(found)
    session.flush()
    action = "prescripteur modifié" if before else "prescripteur ajouté"
    journal.record(session, viewer, at=now, domain=DOMAIN, action=action, subject=name,
                   before={"name": before}, after={"kind": draft.kind.label})  # fmt: skip
    return found.id or 0


def _prescriber(session: Session, prescriber_id: int) -> Prescripteur:
    found = session.get(Prescripteur, prescriber_id)
    if found is None:
        raise DomainError("Ce prescripteur n’existe plus : rechargez la page.")
    return found


def remove_prescriber(
    session: Session, viewer: Viewer, *, prescriber_id: int, now: datetime
) -> None:
    """Remove a prescriber that no parcours names."""
    access.require(viewer, Right.EDIT_MARKET)
    found = _prescriber(session, prescriber_id)
    if market_changes.is_used(session, col(ParcoursVersion.prescriber), found.name):
        raise DomainError(f"Des parcours viennent de « {found.name} » : il ne se retire pas.")
    session.delete(found)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="prescripteur retiré",
                   subject=found.name)  # fmt: skip
