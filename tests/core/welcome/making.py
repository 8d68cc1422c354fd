"""What tests of the welcome enter: visits, and themes to say what they were about."""

from datetime import date

from core import db
from core.welcome import operations, queries
from core.welcome.counting import Totals
from core.welcome.motives import VisitKind
from core.welcome.operations import VisitDraft, VisitReport
from tests.factories import NOW, STAFF

TODAY = date(2011, 6, 15)


def visit(people: str = "", day: date = TODAY, **fields: object) -> VisitReport:
    """Record a visit on a day; several names make a group."""
    several = people.count("\n") > 0 or int(str(fields.get("newcomers", 0))) > 1
    kind = VisitKind.GROUP if several else VisitKind.ALONE
    draft = VisitDraft(**{"happened_on": day, "people": people, "kind": kind, **fields})  # type: ignore[arg-type]  # by name
    with db.writing(*operations.DOMAINS) as session:
        return operations.record_visit(session, STAFF, draft, today=TODAY, now=NOW)


def totals(year: int = 2011) -> Totals:
    with db.reading() as session:
        return queries.totals(session, STAFF, first=date(year, 1, 1), last=date(year, 12, 31))
