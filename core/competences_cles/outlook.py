"""One row for each order: its five quantities, its pace, its end, its lead on what was foreseen.

Pure: what the ledger says comes in as ``OrderFacts``; nothing here reads a store. Each order is
judged with the months of its operator (how late they declare) and the season of its département
drawn to that of the region. Source: sections 4.2 to 4.7 of the domain's study.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core import fr
from core.competences_cles import forecast, lead, pace, quantities, season
from core.competences_cles.calendar import Calendar, month_bounds, period_of
from core.competences_cles.forecast import Exhaustion, Frame, Outlook
from core.competences_cles.lead import End, Lead, Plan
from core.competences_cles.pace import Completeness, Entry, History, Pace
from core.competences_cles.quantities import BonState, Continuation, Quantities
from core.competences_cles.season import MonthRate, Season
from core.competences_cles.units import UnitOfWork

LIVE = (BonState.NOTIFIED, BonState.RUNNING)


@dataclass(frozen=True)
class OrderFacts:
    """One order as the ledger has it on a day: quantities in its unit, months as YYYYMM.

    ``steps``: signed changes of the quantity ordered, the first notification included.
    ``entries``: what was consumed by month and by day known. ``covered``: the months that an
    export declares. ``foreseen``: the forecast entered by month, empty where there is none.
    ``minimum`` and ``maximum``: those of the lot, where it counts in the same unit.
    ``price``: cents for one unit of quantity, None where none is known.
    """

    id: int
    number: str
    lot: str
    ut: str
    ut_code: str
    operator: str
    unit: UnitOfWork
    state: BonState
    start: date
    end: date
    ordered: int
    consumed: int
    committed_raw: int = 0
    pending: int = 0
    steps: tuple[tuple[date, int], ...] = ()
    entries: tuple[Entry, ...] = ()
    covered: frozenset[int] = frozenset()
    last_data_on: date | None = None
    foreseen: Mapping[int, float] = field(default_factory=dict)
    minimum: int | None = None
    maximum: int | None = None
    price: int | None = None
    lot_id: int = 0
    market_end: date | None = None

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


@dataclass(frozen=True)
class OrderView:
    """One row of the follow-up: an order, its figures, and what is to be expected of it."""

    facts: OrderFacts
    quantities: Quantities
    pace: Pace
    season: Season
    exhaustion: Exhaustion
    plan: Plan
    lead: Lead
    end: End | None
    share: Continuation

    @property
    def per_month(self) -> float | None:
        """The pace of a month of 21 working days, easier to picture than that of a day."""
        return None if self.pace.per_day is None else 21 * self.pace.per_day

    def told(self, today: date) -> str:
        """Say when the order will be used up, or what will be left of it, without a full stop."""
        if self.facts.state is BonState.SETTLED:
            return "soldé"
        if not self.facts.is_live:
            return self.facts.state.label
        return self.exhaustion.told(today, self.facts.unit)


@dataclass(frozen=True)
class Setting:
    """What every order is judged with: the day, the working days, the outcomes by département."""

    today: date
    calendar: Calendar = field(default_factory=Calendar)
    outcomes: Mapping[str, Continuation] = field(default_factory=dict)

    def share(self, ut_code: str) -> Continuation:
        """Return the local rate of continuation, the national one where too little is known."""
        return self.outcomes.get(ut_code) or quantities.continuation(completed=0, outcomes=0)


def views(facts: Sequence[OrderFacts], setting: Setting) -> list[OrderView]:
    """Judge each order on its own history, with its operator's delays and its region's season."""
    by_operator: defaultdict[str, list[Entry]] = defaultdict(list)
    for one in facts:
        by_operator[one.operator].extend(one.entries)
    seasons = seasons_by_ut(facts, setting)
    learnt = {
        operator: pace.learn(told_in_time(entries), today=setting.today)
        for operator, entries in by_operator.items()
    }
    return [view(one, setting, learnt[one.operator], seasons[one.ut_code]) for one in facts]


def told_in_time(entries: Iterable[Entry]) -> list[Entry]:
    """Return the rows of the months that an export told soon after their end.

    A history that comes in with a first export was all known late: it says nothing of how late
    the operator declares, and would make every recent month look unknown.
    """
    every = list(entries)
    first: dict[int, date] = {}
    for one in every:
        first[one.period] = min(first.get(one.period, one.known_on), one.known_on)
    soon = {
        period
        for period, day in first.items()
        if (day - month_bounds(period)[1]).days <= pace.STALE_DAYS
    }
    return [one for one in every if one.period in soon]


def seasons_by_ut(facts: Iterable[OrderFacts], setting: Setting) -> dict[str, Season]:
    """Return the twelve factors of each département, drawn to those of all of them together."""
    sums: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for one in facts:
        own = sums[one.ut_code]
        for entry in one.entries:
            age = (setting.today - month_bounds(entry.period)[1]).days
            if age >= pace.SETTLED_DAYS and entry.known_on <= setting.today:
                own[entry.period] += entry.quantity
    region: defaultdict[int, int] = defaultdict(int)
    for own in sums.values():
        for period, quantity in own.items():
            region[period] += quantity
    whole = _rates(region, setting.calendar)
    return {
        ut: season.seasonality(_rates(own, setting.calendar), whole) for ut, own in sums.items()
    }


def _rates(totals: Mapping[int, int], calendar: Calendar) -> list[MonthRate]:
    return [
        MonthRate(period, quantity / days)
        for period, quantity in sorted(totals.items())
        if (days := calendar.count_month(period)) > 0
    ]


def view(one: OrderFacts, setting: Setting, learnt: Completeness, factors: Season) -> OrderView:
    """Judge one order with what was learnt of its operator's delays and of its season."""
    share = setting.share(one.ut_code)
    found = Quantities(
        one.ordered, one.consumed, one.committed_raw * share.rate, one.committed_raw, one.pending
    )
    history = History(one.entries, one.covered, one.start, one.end, one.last_data_on, learnt)
    speed = pace.pace(history, today=setting.today, calendar=setting.calendar, season=factors)
    frame = Frame(setting.today, one.end, setting.calendar, factors)
    crossed = crossed_on(one, setting.today)
    exhausted = forecast.exhaustion(speed, found.available, frame, crossed_on=crossed)
    plan = plan_of(one, setting.calendar, factors)
    return OrderView(
        one, found, speed, factors, exhausted, plan,
        lead.lead(plan, one.consumed, today=setting.today),
        _end(one, found, speed, setting, exhausted), share,
    )  # fmt: skip


def crossed_on(one: OrderFacts, today: date) -> date | None:
    """Return the day since which everything ordered is consumed; None where something is left."""
    monthly = [(min(month_bounds(entry.period)[1], today), entry.quantity) for entry in one.entries]
    return lead.crossing_date(one.steps, monthly, today=today)


def plan_of(one: OrderFacts, calendar: Calendar, factors: Season) -> Plan:
    """Return what was foreseen: as entered by month, or a straight line where nothing was."""
    if one.foreseen:
        return lead.monthly_plan(one.foreseen, start=one.start, end=one.end, calendar=calendar)
    return lead.linear_plan(one.ordered, start=one.start, end=one.end, calendar=calendar,
                            season=factors)  # fmt: skip


def _end(
    one: OrderFacts, found: Quantities, speed: Pace, setting: Setting, exhausted: Exhaustion
) -> End | None:
    """Project consumption to the end of an order under way; None where nothing is projected."""
    unknown = {Outlook.STALE, Outlook.UNKNOWN, Outlook.OVER}
    if speed.per_day is None or exhausted.outlook in unknown or not one.is_live:
        return None
    days = setting.calendar.count(setting.today, one.end)
    return lead.projected_end(
        consumed=one.consumed, committed=found.committed, committed_by_end=found.committed,
        per_day=speed.per_day, days=days,
    )  # fmt: skip


def steps_until(one: OrderFacts, day: date) -> int:
    """Return the quantity ordered at the end of a day, from its steps."""
    return sum(delta for moment, delta in one.steps if moment <= day)


def coverage(every: Iterable[OrderView], today: date) -> tuple[int, int]:
    """Return (orders whose last month is declared, orders under way): what is known of late."""
    live = [one for one in every if one.facts.is_live]
    last = period_of(date(today.year, today.month, 1).replace(day=1))
    before = last - 1 if last % 100 > 1 else last - 89
    return sum(before in one.facts.covered for one in live), len(live)


def headline(every: Sequence[OrderView]) -> str:
    """Answer the page's question in a sentence: how many orders are in sight of their end."""
    live = [one for one in every if one.facts.is_live]
    spent = [one for one in live if one.exhaustion.outlook is Outlook.EXHAUSTED]
    soon = [one for one in live if one.exhaustion.outlook is Outlook.DATED]
    if not live:
        return "Aucun bon de commande en cours."
    parts = [fr.plural(len(live), "bon de commande en cours", "bons de commande en cours")]
    if spent:
        parts.append(fr.plural(len(spent), "épuisé", "épuisés"))
    if soon:
        first = min(one.exhaustion.central or date.max for one in soon)
        parts.append(
            f"{fr.plural(len(soon), 's’épuise', 's’épuisent')} avant l’échéance, "
            f"le premier vers le {fr.day(first)}"
        )
    return ", ".join(parts) + "."
