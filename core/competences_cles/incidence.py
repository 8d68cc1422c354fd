"""The curve of drop-out: who has left, month after month since the start (section 4.8).

A parcours still open is censored: it counts while it is at risk and says nothing afterwards.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.competences_cles.paths import ENTERED, LEAST_PERSONS, MONTH_DAYS, Outcome, Path


@dataclass(frozen=True)
class IncidencePoint:
    """The share of entrants who have left after ``month`` months, ``at_risk`` at its beginning.

    ``hidden``: fewer than five are still at risk; the point must not be shown.
    """

    month: int
    at_risk: int
    dropped: int
    share: float

    @property
    def hidden(self) -> bool:
        return self.at_risk < LEAST_PERSONS


def incidence(paths: Iterable[Path], *, today: date) -> list[IncidencePoint]:
    """Return the cumulative incidence of drop-out by month since the start.

    Open parcours are censored today; a parcours that ends or is redirected can no longer be
    dropped. An end before the start, or no date at all, leaves a parcours out.
    """
    return curve(Counter(found for one in paths if (found := _observed(one, today)) is not None))


def curve(exits: Mapping[tuple[int, Outcome], int]) -> list[IncidencePoint]:
    """Return the curve of parcours counted by the month they were last seen in, and how.

    Aalen-Johansen: a month's drop-outs on those at risk at its beginning, times those staying.
    """
    left = sum(exits.values())
    points = [IncidencePoint(0, left, 0, 0.0)] if left else []
    share, staying = 0.0, 1.0
    for month in range(1, max((month for month, _ in exits), default=0) + 1):
        now = {outcome: exits.get((month, outcome), 0) for outcome in ENTERED}
        dropped, gone = now[Outcome.DROPPED], sum(now.values())
        share += staying * dropped / left
        staying *= 1 - (gone - now[Outcome.OPEN]) / left
        points.append(IncidencePoint(month, left, dropped, share))
        left -= gone
    return points


def published(points: Sequence[IncidencePoint]) -> list[IncidencePoint]:
    """Return the points that may be shown.

    A step holds five drop-outs at least, those of the months before it with it, and rests on
    five persons at risk; numbers at risk are rounded to five, so that two curves do not give a
    small group by their difference.
    """
    kept: list[IncidencePoint] = []
    dropped = 0
    for one in points:
        dropped += one.dropped
        if one.hidden or (one.month and 0 < dropped < LEAST_PERSONS):
            continue
        rounded = LEAST_PERSONS * round(one.at_risk / LEAST_PERSONS)
        kept.append(IncidencePoint(one.month, rounded, dropped, one.share))
        dropped = 0
    return kept


def _observed(one: Path, today: date) -> tuple[int, Outcome] | None:
    """Return the month (the first is 1) in which a parcours was last seen, and how."""
    last = today if one.outcome is Outcome.OPEN else one.ended_on
    if one.outcome not in ENTERED or one.started_on is None or last is None:
        return None
    days = (min(last, today) - one.started_on).days
    if days < 0:
        return None
    # Who ends after today is, today, still there.
    outcome = one.outcome if last <= today else Outcome.OPEN
    return int(days // MONTH_DAYS) + 1, outcome
