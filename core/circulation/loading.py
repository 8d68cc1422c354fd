"""What every installation starts with: a place that lends, its week, categories, one rule."""

from datetime import date

from sqlmodel import Session, select

from core.circulation.loan_rules import Rule
from core.circulation.models import LendingSite, LoanRule, OpeningHours, ReaderCategory

CATEGORIES = (
    ("collectivite", "Collectivité, État"), ("association", "Association"),
    ("formation", "Organisme de formation, étudiant"), ("autre", "Autre"),
)  # fmt: skip
WEEK = range(5)  # Monday to Friday
MORNING, AFTERNOON = (9 * 60, 12 * 60 + 30), (14 * 60, 17 * 60)
SLOT = 30


def load(session: Session) -> None:
    """Add the place, its week, the categories and the rules of section 4, once."""
    if session.exec(select(LendingSite.id)).first() is not None:
        return
    site = LendingSite(code="RT", name="Centre de documentation")
    session.add(site)
    session.flush()
    for weekday in WEEK:
        for opens, closes in (MORNING, AFTERNOON):
            session.add(
                OpeningHours(site_id=site.id or 0, weekday=weekday, opens_at=opens,
                             closes_at=closes, starts_on=date(2000, 1, 1), slot_minutes=SLOT)
            )  # fmt: skip
    session.add_all(ReaderCategory(code=code, label=label) for code, label in CATEGORIES)
    for rule in (
        Rule(), Rule(days=7, renewal_days=7, loan_class="court"),
        Rule(days=0, renewal_days=0, max_renewals=0, loan_class="sur_place"),
    ):  # fmt: skip
        session.add(LoanRule(**vars(rule)))
    session.flush()
