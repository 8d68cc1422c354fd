"""A département as if it were one order: its orders under way added up, then judged as one is.

Pure. Where a département has one order under way, what is said of it is word for word what the
follow-up says of that order. Source: sections 4.2 to 4.7 of the domain's study.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from core.competences_cles import outlook, pace
from core.competences_cles.calendar import month_bounds
from core.competences_cles.lead import Plan
from core.competences_cles.outlook import OrderFacts, OrderView, Setting
from core.competences_cles.quantities import BonState


def under_way(views: Sequence[OrderView], ut_code: str, today: date) -> list[OrderView]:
    """Return the orders of a département that are live, counted in hours and not past their end."""
    return [
        one
        for one in views
        if one.facts.ut_code == ut_code and one.facts.is_live
        and one.facts.unit.is_timed and one.facts.end >= today
    ]  # fmt: skip


def whole(
    chosen: Sequence[OrderView], every: Sequence[OrderView], setting: Setting
) -> OrderView | None:
    """Judge several orders as one; None without any of them.

    A month is declared once every operator declares it: half a département is no month of it.
    """
    if len(chosen) <= 1:
        return chosen[0] if chosen else None
    facts = [one.facts for one in every]
    merged = _merged([one.facts for one in chosen])
    operators = {one.facts.operator for one in chosen}
    entries = [entry for one in facts if one.operator in operators for entry in one.entries]
    learnt = pace.learn(outlook.told_in_time(entries), today=setting.today)
    factors = outlook.seasons_by_ut(facts, setting)[merged.ut_code]
    return outlook.view(merged, setting, learnt, factors)


def _merged(several: Sequence[OrderFacts]) -> OrderFacts:
    first = several[0]
    dates = [one.last_data_on for one in several]
    sums: defaultdict[int, float] = defaultdict(float)
    has_plan = all(one.foreseen for one in several)
    for one in several if has_plan else ():
        for period, quantity in one.foreseen.items():
            sums[period] += quantity
    return OrderFacts(
        id=0, number=", ".join(one.number for one in several), lot=first.lot, ut=first.ut,
        ut_code=first.ut_code, operator=", ".join(dict.fromkeys(one.operator for one in several)),
        unit=first.unit, state=BonState.NOTIFIED, start=min(one.start for one in several),
        end=max(one.end for one in several), ordered=sum(one.ordered for one in several),
        consumed=sum(one.consumed for one in several),
        committed_raw=sum(one.committed_raw for one in several),
        pending=sum(one.pending for one in several),
        steps=tuple(sorted(step for one in several for step in one.steps)),
        entries=tuple(entry for one in several for entry in one.entries),
        covered=frozenset.intersection(*(one.covered for one in several)),
        last_data_on=None if None in dates else min(day for day in dates if day is not None),
        foreseen=dict(sums),
    )  # fmt: skip


def foreseen_by_month(plan: Plan, periods: Sequence[int]) -> dict[int, float]:
    """Return what was foreseen of each month: the plan at its last day less the day before it."""
    bounds = {period: month_bounds(period) for period in periods}
    return {
        period: plan.at(last) - plan.at(first - timedelta(days=1))
        for period, (first, last) in bounds.items()
    }
