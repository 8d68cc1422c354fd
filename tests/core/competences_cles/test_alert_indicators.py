"""From an order's figures to its indicators: nothing unknown passes for calm nor for trouble."""

from dataclasses import replace
from datetime import date

import pytest

from core.competences_cles import alert_indicators, alert_rules, forecast
from core.competences_cles.alert_indicators import Standing
from core.competences_cles.alert_rules import AlertCode, Thresholds
from core.competences_cles.forecast import Exhaustion, Outlook
from core.competences_cles.lead import Lead
from core.competences_cles.quantities import BonState, Quantities
from tests.core.competences_cles.test_forecast import FRAME, GOLDEN, paced

TODAY, END = date(2011, 6, 15), date(2011, 12, 31)
LIMITS = Thresholds()


def standing(available: int = 500, *, stale: bool = False) -> Standing:
    pace = replace(paced(*GOLDEN, stale=stale), sigma_per_day=2.5)
    figures = Quantities(1_000, 1_000 - available, 0.0)
    outlook = forecast.exhaustion(pace, figures.available, FRAME)
    return Standing(
        BonState.RUNNING, END, figures, pace, outlook, Lead(500, 400, 12, "x"), 900.0, 800.0
    )


def opens(code: AlertCode, found: Standing) -> bool:
    return alert_rules.judge(
        code, alert_indicators.order_indicators(found, today=TODAY), LIMITS
    ).opens


def test_the_figures_of_golden_c_open_vigilance() -> None:
    found = alert_indicators.order_indicators(standing(), today=TODAY)
    assert (found.earliest, found.latest) == (date(2011, 10, 10), date(2011, 11, 7))
    assert (found.rate, found.ratio, found.projected, found.minimum) == (0.5, 1.25, 900.0, 800.0)
    assert opens(AlertCode.VIGILANCE, standing())
    assert not opens(AlertCode.BLOCKING, standing())
    assert opens(AlertCode.BLOCKING, standing(150))


def test_stale_data_neither_open_nor_close() -> None:
    found = alert_indicators.order_indicators(standing(stale=True), today=TODAY)
    assert (found.pace, found.earliest, found.ratio, found.projected) == (None, None, None, None)
    for code in (AlertCode.VIGILANCE, AlertCode.BLOCKING, AlertCode.UNDER_USE):
        verdict = alert_rules.judge(code, found, LIMITS)
        assert (verdict.opens, verdict.closes) == (False, False)


@pytest.mark.parametrize("state", [BonState.SETTLED, BonState.CANCELLED, BonState.ISSUED])
def test_an_order_that_is_not_open_has_no_forecast_alert(state: BonState) -> None:
    assert not opens(AlertCode.BLOCKING, replace(standing(10), state=state))


def test_after_its_end_an_order_is_over() -> None:
    late = alert_indicators.order_indicators(standing(10), today=date(2012, 1, 1))
    assert not late.is_live
    assert alert_indicators.order_indicators(standing(10), today=END).is_live


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Exhaustion(Outlook.STALE), (None, None)),
        (Exhaustion(Outlook.UNKNOWN), (None, None)),
        (Exhaustion(Outlook.OVER), (None, None)),
        (Exhaustion(Outlook.NEVER), (date.max, date.max)),
        (Exhaustion(Outlook.EXHAUSTED, crossed_on=date(2011, 5, 3)), (date(2011, 5, 3),) * 2),
        (Exhaustion(Outlook.EXHAUSTED), (TODAY, TODAY)),
        (Exhaustion(Outlook.DATED, 3, central=END), (END, END)),
        (Exhaustion(Outlook.DATED, 4, TODAY, END, None), (TODAY, date.max)),
        (Exhaustion(Outlook.LEFT_OVER, 6), (date.max, date.max)),
    ],
)
def test_what_is_not_in_sight_differs_from_what_is_not_known(
    found: Exhaustion, expected: tuple[date | None, date | None]
) -> None:
    assert alert_indicators.bounds(found, today=TODAY) == expected
