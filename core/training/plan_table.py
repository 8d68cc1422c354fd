"""The plan as a table in days: what was meant, placed, held, and what is left."""

import pandas as pd

from core import fr


def in_days(plan: pd.DataFrame) -> pd.DataFrame:
    """Add to ``plan_queries.plan`` the columns that are read in days, and the link to the session.

    ``planned_days`` is a text: « 4 à 5 » where the plan gives a range, empty where it says none.
    ``left_days`` is empty there too: nothing planned is not zero.
    """
    left = (plan["planned"] - plan["placed"]).clip(lower=0) / 2
    links = ["" if pd.isna(key) else f"seance?seance={int(key)}" for key in plan["session_id"]]
    return plan.assign(
        planned_days=[
            told_range(least, most)
            for least, most in zip(plan["planned"], plan["most"], strict=True)
        ],
        placed_days=plan["placed"] / 2,
        held_days=plan["held"] / 2,
        left_days=left.where(plan["planned"].notna()),
        link=links,
    )


def told_range(least: float | None, most: float | None) -> str:
    """Say a range of half-days in days.

    >>> told_range(8, 10), told_range(1, None), told_range(None, None)
    ('4 à 5', '0,5', '')
    """
    if least is None or pd.isna(least):
        return ""
    upper = "" if most is None or pd.isna(most) else f" à {_days(most)}"
    return f"{_days(least)}{upper}"


def _days(half_days: float) -> str:
    return fr.number(half_days / 2, 0 if half_days % 2 == 0 else 1)
