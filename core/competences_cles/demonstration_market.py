"""What the invented market needs beside its orders: holders, a group, prescribers, a forecast."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from sqlmodel import Session

from core.access import COMMAND_LINE
from core.competences_cles import forecast_entry, forecast_grid, holders, market
from core.competences_cles.calendar import Calendar
from core.competences_cles.forecast_entry import ForecastDraft
from core.competences_cles.holders import MemberDraft, PrescriberDraft
from core.competences_cles.market_enums import PrescriberKind
from core.competences_cles.season import Season

START, END = date(2010, 1, 1), date(2013, 12, 31)
HOLDERS = {"1": 0, "2": 1, "3": 4, "4": 3}  # lot: operator, the lead of its group
PARTNERS = {"2": (2, 500)}  # lot: operator, its part in thousandths
PRESCRIBERS = {"Pôle emploi": PrescriberKind.JOB_CENTRE,
               "Mission locale": PrescriberKind.YOUTH_CENTRE,
               "Cap emploi": PrescriberKind.OTHER}  # fmt: skip
KNOWN = datetime(2011, 1, 10, 9, tzinfo=UTC)
SLOW, USUAL = 0.3, 1.0


def name_holders(
    session: Session, lots: Mapping[str, int], operators: Sequence[int], *, now: datetime
) -> None:
    """Name who holds each lot, the group of one of them, and who sends people."""
    for number, rank in HOLDERS.items():
        held = market.attribute(
            session, COMMAND_LINE, lot_id=lots[number], structure_id=operators[rank],
            starts_on=START, ends_on=END, now=now,
        )  # fmt: skip
        if number in PARTNERS:
            partner, share = PARTNERS[number]
            draft = MemberDraft(held, operators[partner], share=share)
            holders.add_member(session, COMMAND_LINE, draft, now=now)
    for name, kind in PRESCRIBERS.items():
        holders.save_prescriber(session, COMMAND_LINE, PrescriberDraft(name, kind), now=now)


def foresee(session: Session, line_id: int, quantity: int) -> None:
    """Foresee an order of 2011 by month, August slow as operators plan it, since January."""
    start, end = date(2011, 1, 1), date(2011, 12, 31)
    months = {
        period: round(part * (SLOW if period % 100 == 8 else USUAL) / 60) * 60
        for period, part in forecast_grid.default_months(
            quantity, start=start, end=end, calendar=Calendar(), season=Season(), step=60
        ).items()
    }
    draft = ForecastDraft(line_id, months, "plan de l’opérateur (simulé)")
    forecast_entry.save(session, COMMAND_LINE, draft, now=KNOWN)
