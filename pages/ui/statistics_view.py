"""Rates of attendance as a reader takes them: with their numerator and denominator."""

import pandas as pd

from core import fr


def told(table: pd.DataFrame) -> pd.DataFrame:
    """Add to ``statistics.attendance_by`` its rates as texts; « – » where there is none."""
    return rates(table).assign(
        without=["–" if pd.isna(one) else fr.percent(one, 1) for one in table["without_excused"]],
        entered=["–" if pd.isna(one) else fr.percent(one) for one in table["entry"]],
    )


def rates(table: pd.DataFrame) -> pd.DataFrame:
    """Add the rate of attendance as a text, with what it is made of."""
    counts = zip(table["rate"], table["presents"], table["expected"], strict=True)
    return table.assign(
        told=[
            "–" if pd.isna(rate) else f"{fr.percent(rate, 1)} ({present:.0f} / {expected:.0f})"
            for rate, present, expected in counts
        ]
    )
