"""Writes on the rules of lending. A loan under way keeps the rule of its own day."""

from dataclasses import asdict
from datetime import datetime

import pandas as pd
from sqlmodel import Session, col, select

from core import access, journal
from core.access import Right, Viewer
from core.circulation import shelf
from core.circulation.loan_rules import Rule
from core.circulation.models import LoanRule, ReaderCategory
from core.documentation.enums import DocumentType, LoanClass
from core.errors import DomainError

DOMAIN = "circulation"
DOMAINS = ("circulation",)
KEYS = ("category", "loan_class", "doc_type")
MOST_DAYS, MOST_LOANS = 400, 200
ANY = "tous"


def save(session: Session, viewer: Viewer, *, rule: Rule, now: datetime) -> None:
    """Write a rule in the place of that of the same keys. Raises DomainError where it cannot be."""
    access.require(viewer, Right.EDIT_READERS)
    _check(session, rule)
    keys = [getattr(LoanRule, name) == getattr(rule, name) for name in KEYS]
    row = session.exec(select(LoanRule).where(*keys)).first() or LoanRule(**asdict(rule))
    for name, value in asdict(rule).items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    whom = ", ".join(filter(None, (rule.category, rule.loan_class, rule.doc_type))) or ANY
    journal.record(session, viewer, at=now, domain=DOMAIN, action="règle de prêt",
                   subject=f"{whom} : {rule.days} jours, {rule.max_loans} documents")  # fmt: skip


def remove(session: Session, viewer: Viewer, *, rule_id: int, now: datetime) -> None:
    """Take a rule away; the one for everybody stays."""
    access.require(viewer, Right.EDIT_READERS)
    row = session.get(LoanRule, rule_id)
    if row is None:
        raise DomainError("Cette règle n’existe plus : rechargez la page.")
    if not any(getattr(row, name) for name in KEYS):
        raise DomainError("La règle générale reste : changez-la plutôt.")
    session.delete(row)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="règle de prêt",
                   subject="retirée")  # fmt: skip


def table(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row a rule, the general one first: id, who, what, kind (labels), then its numbers."""
    access.require(viewer, Right.LEND)
    names = {row.code: row.label for row in session.exec(select(ReaderCategory))}
    classes = {one.value: one.label for one in LoanClass}
    types = {one.value: one.label for one in DocumentType}
    rows = session.exec(select(LoanRule).order_by(*(col(getattr(LoanRule, name)) for name in KEYS)))
    return pd.DataFrame(
        [
            (row.id, names.get(row.category, ANY), classes.get(row.loan_class, ANY),
             types.get(row.doc_type, ANY), row.days, row.max_loans, row.max_renewals,
             row.renewal_days, row.hold_days, row.block_after_days)
            for row in rows
        ],
        columns=["id", "who", "what", "kind", "days", "max_loans", "max_renewals",
                 "renewal_days", "hold_days", "block_after_days"],
    )  # fmt: skip


def rule_of(session: Session, viewer: Viewer, *, rule_id: int) -> Rule:
    """Return a rule as it is written; that of the house where there is none of this number."""
    access.require(viewer, Right.LEND)
    row = session.get(LoanRule, rule_id)
    return Rule() if row is None else shelf.rule(row)


def choices(session: Session, viewer: Viewer) -> dict[str, dict[str, str]]:
    """Return what the keys of a rule may be: name → value → label."""
    access.require(viewer, Right.LEND)
    rows = session.exec(select(ReaderCategory).order_by(ReaderCategory.label))
    return {
        "category": {"": ANY} | {row.code: row.label for row in rows},
        "loan_class": {"": ANY} | {one.value: one.label for one in LoanClass},
        "doc_type": {"": ANY} | {one.value: one.label for one in DocumentType},
    }


def _check(session: Session, rule: Rule) -> None:
    held = session.exec(select(ReaderCategory.id).where(ReaderCategory.code == rule.category))
    if rule.category and held.first() is None:
        raise DomainError("Cette catégorie de lecteur n’existe plus : rechargez la page.")
    if min(rule.days, rule.renewal_days, rule.max_renewals, rule.max_loans) < 0:
        raise DomainError("Une durée ou un nombre ne peut pas être négatif.")
    if max(rule.days, rule.renewal_days) > MOST_DAYS or rule.max_loans > MOST_LOANS:
        raise DomainError(f"Au plus {MOST_DAYS} jours et {MOST_LOANS} documents.")
    if rule.hold_days < 1:
        raise DomainError("Un document réservé se garde au moins un jour d’ouverture.")
