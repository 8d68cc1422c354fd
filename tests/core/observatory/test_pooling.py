"""What the scale is chosen from: exactly the known figures of every window that can be shown."""

import pandas as pd
import pytest

from core import db
from core.observatory import pooling
from core.observatory.enums import Level, Service, Status
from core.observatory.rules import months_between, shifted
from tests.factories import ANALYST, edition, figures_at, selection

DEMO = "simulation-2011"
ENDS = (200912, 201001, 201002, 201011, 201105)
Values = set[tuple[int, int, float]]


def values_of(table: pd.DataFrame) -> Values:
    """Return (period, territory, rate) of each row; −1 stands for no rate, to be compared."""
    rates = table["rate"].fillna(-1).round(9)
    return set(zip(table["period"], table["territory_id"], rates, strict=True))


def shown(code: str, level: Level, window: int, service: Service) -> Values:
    """Read the figures of some windows one by one, as a page does."""
    found: Values = set()
    for end in ENDS:
        months = months_between(shifted(end, 1 - window), end)
        chosen = selection(code, *months, key=DEMO, service=service)
        table = figures_at(level, chosen)
        known = table[table["status"] == Status.KNOWN]
        found |= values_of(known.assign(period=end))
    return found


@pytest.mark.usefixtures("demo_store")
@pytest.mark.parametrize("level", [Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.PERIMETER])
@pytest.mark.parametrize("window", [1, 12])
def test_pooled_values_are_those_of_the_map(level: Level, window: int) -> None:
    for code, service in (
        ("cambriolages_logements", Service.ALL),
        ("total_indicatif", Service.GENDARMERIE),
    ):
        chosen = selection(code, 201105, key=DEMO)
        with db.reading() as session:
            table = pooling.pooled_values(
                session, ANALYST, edition_id=chosen.edition_id, level=level, window=window,
                indicator_id=chosen.indicator_id, service=service,
            )  # fmt: skip
        held = values_of(table[table["period"].isin(ENDS)])
        assert held == shown(code, level, window, service)
        assert len(set(table["period"])) == len(edition(DEMO).periods) - window + 1
