"""The figures of the page of publics as rows to read and to take away: text, never a bare zero."""

import pandas as pd

from core import fr
from core.competences_cles.benchmarks import BENCHMARKS
from core.competences_cles.path_profiles import PROFILES
from core.competences_cles.paths import MONTH_DAYS
from core.competences_cles.publics import HIDDEN, Publics, Share, Spread, shown

FEW = "trop peu de parcours"


def profiles(found: Publics) -> pd.DataFrame:
    """One row a category: variable, category, count."""
    rows = [
        (PROFILES[name], category, shown(count))
        for name, counts in found.profiles.items()
        for category, count in counts.items()
    ]
    return pd.DataFrame(rows, columns=["variable", "category", "count"])


def durations(found: Publics) -> pd.DataFrame:
    """One row a duration of the completed parcours: count, mean, median, quartiles, benchmark."""
    own = found.durations
    hours, months = BENCHMARKS["hours"], BENCHMARKS["months"]
    rows = [
        ("Heures réalisées", *_spread(own.hours, 0), f"{fr.number(hours.value)} h en moyenne"),
        ("Semaines écoulées", *_spread(own.weeks, 1),
         f"{fr.number(months.value, 1)} mois en moyenne, soit "
         f"{fr.number(months.value * MONTH_DAYS / 7)} semaines"),
    ]  # fmt: skip
    columns = ["what", "count", "mean", "median", "quartiles", "national"]
    return pd.DataFrame(rows, columns=columns)


def _spread(one: Spread, digits: int) -> tuple[str, str, str, str]:
    if one.count is None:
        return HIDDEN, HIDDEN, HIDDEN, HIDDEN
    if one.mean is None or one.quartiles.middle is None:
        told = FEW if one.count else "–"
        return shown(one.count), told, told, told
    low, high = one.quartiles.low, one.quartiles.high
    between = (
        FEW if low is None or high is None
        else f"de {fr.number(low, digits)} à {fr.number(high, digits)}"
    )  # fmt: skip
    return (
        shown(one.count), fr.number(one.mean, digits),
        fr.number(one.quartiles.middle, digits), between,
    )  # fmt: skip


def planned(found: Publics) -> str:
    """Say what was done of what was planned, of the parcours that have both."""
    own = found.durations
    if own.compared is None:
        return f"Réalisé sur prévu : {HIDDEN}"
    if own.done_share is None:
        return f"Réalisé sur prévu : – ({FEW})"
    return (
        f"Réalisé sur prévu : {fr.percent(own.done_share)} des heures, sur "
        f"{fr.number(own.compared)} parcours terminés dont les deux sont connus"
    )


def delays(found: Publics) -> pd.DataFrame:
    """One row a step: median in days, share within 14 days, parcours without a day."""
    rows = [
        (one.label, _spread(one.days, 0)[2], one.within.told(), shown(one.missing))
        for one in found.steps
    ]
    return pd.DataFrame(rows, columns=["what", "median", "within", "missing"])


def outcomes(found: Publics) -> pd.DataFrame:
    """One row an outcome: its count; then the rates, each with what it divides."""
    rows = [(name, shown(count)) for name, count in found.outcomes.items()]
    return pd.DataFrame(
        [*rows, ("Abandons parmi les issues connues", found.dropped.told()),
         ("Non-entrées parmi les prescriptions", found.not_entered.told())],
        columns=["what", "count"],
    )  # fmt: skip


def curve(found: Publics) -> pd.DataFrame:
    """One row a step of the curve: month, number at risk rounded to five, share who have left."""
    rows = [(one.month, fr.number(one.at_risk), fr.percent(one.share)) for one in found.curve]
    return pd.DataFrame(rows, columns=["month", "at_risk", "share"])


def by_ut(table: pd.DataFrame) -> pd.DataFrame:
    """Write the counts of each département."""
    return table.assign(
        count=[shown(one) for one in table["count"]],
        entered=[shown(one) for one in table["entered"]],
    )


def headline(found: Publics) -> str:
    """Answer first: how many, how many left, against the country."""
    count = found.total
    told = HIDDEN if count is None else fr.plural(count, "parcours", "parcours")
    subject = "Nombre de parcours : " + HIDDEN if count is None else told
    return f"{subject} · abandons : {_rate(found.dropped)}"


def _rate(one: Share) -> str:
    national = BENCHMARKS["dropped"]
    return f"{one.told()}, repère national {fr.percent(national.value)}"
