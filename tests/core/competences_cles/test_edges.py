"""Edge cases of consumption, availability, pace, exhaustion and deviation, on both engines."""

from datetime import date
from itertools import pairwise

import pytest
from sqlmodel import col, select

from core import db
from core.competences_cles import followup, lead, market, rosace_imports
from core.competences_cles.follow_models import Foreseen, ForeseenVersion
from core.competences_cles.forecast import Outlook
from core.competences_cles.models import Consumption, RosaceLine
from core.competences_cles.outlook import OrderView
from core.competences_cles.quantities import BonState
from core.competences_cles.rosace_proof import RowStatus
from tests.core.competences_cles.making import (
    DOMAIN,
    NOW,
    TODAY,
    Cells,
    export,
    line_of,
    make_bon,
    make_lot,
    take,
)
from tests.factories import ANALYST, STAFF

H = 60
BOTH = pytest.mark.usefixtures("store")
ONE = pytest.mark.usefixtures("sqlite_store")  # the rule does not depend on the engine


def day(month: int, number: int = 1) -> str:
    return f"{number:02}/{month:02}/2011"


def row(month: int, hours: str, *, who: str = "a", bon: str = "BC-1", state: str = "") -> Cells:
    return (bon, who, day(month), hours, state, "100")


def monthly(*hours: float, bon: str = "BC-1") -> list[Cells]:
    return [row(month, str(value), bon=bon) for month, value in enumerate(hours, start=1)]


def view(number: str = "BC-1", known_on: date = TODAY) -> OrderView:
    with db.reading() as session:
        every = followup.orders(session, ANALYST, known_on=known_on)
    return next(one for one in every if one.facts.number == number)


def ledger() -> list[tuple[str, int]]:
    with db.reading() as session:
        rows = session.exec(
            select(Consumption.kind, Consumption.quantity).order_by(col(Consumption.id))
        )
        return [(kind, quantity) for kind, quantity in rows]


# 4.3 Consumption


@BOTH
def test_a_value_corrected_to_zero_is_one_opposite_row_then_nothing() -> None:
    make_bon(100)
    take([row(1, "10"), row(2, "4")])
    take([row(1, "0"), row(2, "4")])
    take([row(1, "0"), row(2, "4")])
    assert ledger() == [("realisation", 600), ("realisation", 240), ("correction", -600)]
    assert view().quantities.consumed == 4 * H


@BOTH
def test_what_vanished_and_comes_back_is_counted_once() -> None:
    make_bon(100)
    rows: list[Cells] = [row(1, "1", who=f"p{rank}") for rank in range(10)]
    take(rows)
    take(rows[:9], reverse_vanished=True)
    assert view().quantities.consumed == 9 * H
    assert take(rows).rows_changed == 1
    assert view().quantities.consumed == 10 * H


@BOTH
def test_a_parcours_that_later_rows_take_below_zero_keeps_its_total() -> None:
    make_bon(100)
    take([row(1, "10"), row(2, "30", who="b")])
    made = take([row(1, "10"), row(2, "30", who="b"), row(2, "-12")])
    assert (made.rows_rejected, made.rows_unchanged) == (1, 2)
    assert view().quantities.consumed == 40 * H
    with db.reading() as session:
        reasons = session.exec(select(RosaceLine.reason)).all()
    assert reasons == ["le total du parcours ou du mois serait négatif"]


@BOTH
def test_a_row_after_the_end_is_kept_and_flagged_and_one_after_the_extraction_is_refused() -> None:
    make_bon(100)
    late = ("BC-1", "a", "05/01/2012", "3")
    made = take([row(1, "2"), late, ("BC-1", "b", "01/03/2021", "9")], on=date(2012, 2, 1))
    assert (made.rows_new, made.rows_rejected, made.period_to) == (2, 1, 201201)
    with db.reading() as session:
        flags = session.exec(select(Consumption.period, Consumption.is_out_of_period)).all()
        reason = session.exec(select(RosaceLine.reason)).one()
    assert sorted(flags) == [(201101, False), (201201, True)]
    assert "jour postérieur à l’extraction de l’export (lu : 01/03/2021)" in reason
    assert view(known_on=date(2012, 2, 1)).quantities.consumed == 5 * H


@BOTH
def test_an_unknown_order_waits_outside_of_k_until_it_exists() -> None:
    lot = make_lot()
    make_bon(100, lot=lot)
    rows = [row(1, "2"), row(1, "7", who="b", bon="BC-2")]
    assert take(rows).rows_parked == 1
    assert view().quantities.consumed == 2 * H
    make_bon(50, number="BC-2", lot=lot)
    made = take(rows)
    assert (made.rows_parked, made.rows_new) == (0, 1)
    assert view("BC-2").quantities.consumed == 7 * H


@BOTH
def test_what_is_done_before_any_notification_is_consumed_without_an_order() -> None:
    make_bon(100, state=BonState.DRAFT)
    take([row(1, "5")])
    figures = view().quantities
    assert (figures.ordered, figures.consumed, figures.remaining) == (0, 5 * H, -5 * H)
    assert (figures.rate, figures.warning) == (None, "consommation sans commande")
    with db.reading() as session:
        assert session.exec(select(Consumption.is_out_of_period)).all() == [True]


@BOTH
def test_a_partial_export_that_holds_nothing_known_takes_nothing_back() -> None:
    make_bon(100)
    take([row(1, "5"), row(2, "5")])
    with db.reading() as session:
        sheet = rosace_imports.check(
            session, STAFF, export([row(1, "1", who="z")], is_partial=True)
        )
    assert (sheet.proof.refusal, sheet.count(RowStatus.VANISHED)) == ("", 0)


# 4.4 Remaining, committed, available


@BOTH
def test_an_overrun_is_shown_below_zero_and_never_floored() -> None:
    make_bon(10)
    take([row(1, "25", state="en formation")])
    one = view()
    assert (one.quantities.remaining, one.quantities.rate) == (-15 * H, 2.5)
    assert one.quantities.available < one.quantities.remaining
    assert (one.quantities.warning, one.exhaustion.outlook) == (
        "dépassement de la commande", Outlook.EXHAUSTED,
    )  # fmt: skip
    assert followup.as_table([one], TODAY)["remaining"].tolist() == [-15.0]


@BOTH
def test_a_parcours_beyond_its_plan_commits_nothing_and_one_that_ended_neither() -> None:
    make_bon(1000)
    take([row(1, "130", state="en formation"), row(1, "60", who="b", state="en formation"),
          row(1, "20", who="c", state="abandonné")])  # fmt: skip
    figures = view().quantities
    assert figures.committed_raw == 40 * H
    assert figures.committed == pytest.approx(0.72 * 40 * H)


@BOTH
@pytest.mark.parametrize(("known", "rate"), [(29, 0.72), (30, 0.5)])
def test_the_local_rate_counts_from_thirty_known_outcomes_on(known: int, rate: float) -> None:
    make_bon(5000)
    take([
        *[row(1, "9", who=f"p{rank}", state="terminé" if rank % 2 else "abandonné")
          for rank in range(known)],
        *[row(1, "10", who=f"q{rank}", state="en formation") for rank in range(3)],
    ])  # fmt: skip
    one = view()
    assert (one.share.rate, one.share.is_local) == (rate, known == 30)
    assert one.quantities.committed == pytest.approx(3 * 90 * H * rate)


@BOTH
def test_a_line_ordered_in_parcours_counts_parcours() -> None:
    lot, _, place, operator = make_lot()
    with db.writing(DOMAIN) as session:
        service = market.create_prestation(session, STAFF, code="parcours", label="Parcours",
                                           unit="parcours", now=NOW)  # fmt: skip
    make_bon(20 / 60, lot=(lot, service, place, operator))
    rows = [("BC-1", f"p{rank}", day(1), "1", "terminé") for rank in range(3)]
    rows += [("BC-1", f"q{rank}", day(2), "0", "prescrit") for rank in range(5)]
    with db.writing(DOMAIN) as session:
        wanted = export(rows)
        wanted = type(wanted)(
            wanted.name, wanted.content.replace(b";formation;", b";parcours;"), wanted.layout,
            wanted.extracted_on,
        )  # fmt: skip
        rosace_imports.apply(session, STAFF, wanted, now=NOW)
    figures = view().quantities
    assert (figures.ordered, figures.consumed, figures.committed_raw) == (20, 3, 5)
    assert figures.available == pytest.approx(20 - 3 - 5 * 0.72)


# 4.5 and 4.6 Pace and exhaustion


@BOTH
def test_a_declared_month_without_a_row_is_a_zero_and_an_undeclared_one_is_missing() -> None:
    lot = make_lot()
    make_bon(1000, lot=lot)
    make_bon(1000, number="BC-2", lot=lot)
    take([row(1, "90"), row(2, "90"), row(4, "90"), row(3, "5", bon="BC-2")])
    declared = {one.period: one.declared for one in view().pace.months}
    assert declared == {
        201101: 90 * H, 201102: 90 * H, 201103: 0, 201104: 90 * H, 201105: None,
    }  # fmt: skip


@BOTH
def test_a_correction_of_an_old_month_changes_that_month_and_not_the_pace_of_today() -> None:
    make_bon(3000)
    take(monthly(*[80.0] * 5), on=date(2011, 6, 1))
    before = view(known_on=date(2011, 6, 2))
    take([row(1, "20"), *monthly(*[80.0] * 5)[1:]], on=date(2011, 6, 3))
    after = view(known_on=date(2011, 6, 4))
    change = {
        one.period: (one.declared or 0) - (other.declared or 0)
        for one, other in zip(after.pace.months, before.pace.months, strict=True)
    }
    assert change == {201101: -60 * H, 201102: 0, 201103: 0, 201104: 0, 201105: 0}


@ONE
@pytest.mark.parametrize(
    ("hours", "outlook"),
    [((90, 90), Outlook.UNKNOWN), ((90, 90, 90), Outlook.DATED), ((90,) * 5, Outlook.DATED)],
    ids=["two", "three", "five"],
)
def test_few_months_give_no_date_then_a_date_without_interval(
    hours: tuple[float, ...], outlook: Outlook
) -> None:
    make_bon(500)
    take(monthly(*hours), on=date(2011, len(hours) + 1, 5))
    one = view(known_on=date(2011, len(hours) + 1, 10))
    assert one.exhaustion.outlook is outlook
    found = one.exhaustion
    if len(hours) == 2:
        assert (found.central, found.earliest) == (None, None)
    elif len(hours) == 3:
        assert (found.central is not None, found.earliest) == (True, None)
    else:
        assert found.earliest is not None
        assert found.central is not None
        assert found.latest is not None
        assert all(first <= second for first, second in
                   pairwise([found.earliest, found.central, found.latest]))  # fmt: skip


@ONE
def test_a_pace_of_zero_exhausts_nothing_and_an_end_before_leaves_a_remainder() -> None:
    lot = make_lot()
    make_bon(1000, lot=lot)
    make_bon(5000, number="BC-2", lot=lot)
    take([*monthly(*[30.0] * 5, bon="BC-2"), *monthly(*[0.0] * 5)])
    assert view().exhaustion.outlook is Outlook.NEVER
    assert "pas d’épuisement au rythme actuel" in view().told(TODAY)
    rest = view("BC-2")
    assert rest.exhaustion.outlook is Outlook.LEFT_OVER
    assert "reliquat" in rest.told(TODAY)


@ONE
def test_an_exhausted_order_says_since_when() -> None:
    make_bon(150)
    take(monthly(60, 60, 60))
    one = view()
    assert one.exhaustion.outlook is Outlook.EXHAUSTED
    assert "31 mars" in one.told(TODAY)


# 4.7 Deviation from the forecast


@ONE
def test_deviation_from_what_was_foreseen_and_from_a_line_where_nothing_was() -> None:
    line = line_of(make_bon(1200))
    take(monthly(*[90.0] * 5))
    default = view()
    assert "linéaire par défaut" in default.plan.label
    assert default.lead.deviation == pytest.approx(450 * H - default.plan.at(TODAY))
    with db.writing(DOMAIN) as session:
        session.add(ForeseenVersion(line_id=line, version=1, known_on=TODAY))
        session.add_all(
            Foreseen(line_id=line, period=period, quantity=quantity * H)
            for period, quantity in ((201107, 600), (201108, 600))
        )  # fmt: skip
    later = view()
    assert (later.lead.foreseen, later.lead.ratio) == (0, None)
    assert later.lead.deviation == 450 * H
    assert 0 < later.lead.days <= (later.facts.end - later.facts.start).days


@ONE
def test_the_projected_end_adds_consumed_and_pace_and_is_compared_with_the_lot() -> None:
    make_bon(1200, lot=make_lot(quantity_max=1300 * H))
    take([*monthly(*[100.0] * 5)])
    one = view()
    assert one.end is not None
    assert one.end.consumed > one.facts.consumed
    assert one.end.load >= one.end.consumed
    assert one.facts.maximum == 1300 * H
    assert (
        one.end.against(minimum=2000 * H, maximum=None) == "le minimum du lot ne serait pas atteint"
    )
    assert one.end.lacking(2000 * H) == pytest.approx(2000 * H - one.end.consumed)
    assert one.end.against(minimum=None, maximum=600 * H) == "le maximum du lot serait dépassé"
    assert isinstance(one.lead, lead.Lead)
