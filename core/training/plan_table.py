"""The plan as a table in days: what was meant, placed, held, and what is left."""

from datetime import date

import pandas as pd

from core import fr


def in_days(plan: pd.DataFrame, *, today: date) -> pd.DataFrame:
    """Add to ``plan_queries.plan`` the columns that are read in days, and the link to the session.

    ``planned_days`` is a text: « 4 à 5 » where the plan gives a range, empty where it says none.
    ``left_days`` is empty there too: nothing planned is not zero. ``done`` is what was held on what
    was planned, with two bounds for a range, « en retard » where its last day has passed.
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
        done=[
            told_done(held, (least, most), is_past=latest is not None and latest < today)
            for held, least, most, latest in zip(
                plan["held"], plan["planned"], plan["most"], plan["latest"], strict=True
            )
        ],
    )


def told_done(held: float, planned: tuple[float | None, float | None], *, is_past: bool) -> str:
    """Say what was held on what was planned; nothing where nothing was planned.

    >>> told_done(4, (8, 10), is_past=False), told_done(0, (2, None), is_past=True)
    ('40\u202f% à 50\u202f%', '0\u202f% – en retard')
    >>> told_done(3, (2, None), is_past=True), told_done(3, (None, None), is_past=True)
    ('150\u202f%', '')
    """
    least, most = planned
    if least is None or pd.isna(least) or not least:
        return ""
    upper = least if most is None or pd.isna(most) else most
    rates = [fr.percent(held / bound) for bound in dict.fromkeys((upper, least))]
    return " à ".join(rates) + (" – en retard" if is_past and held < least else "")


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
