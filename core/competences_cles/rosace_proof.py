"""Proof-reading of an export before anything is applied: what each line would change, and why.

Pure: rows of the file and what the ledger holds come in, a sheet comes out. Source: section 4.3
of the domain's study.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core import fr
from core.competences_cles.rosace_reading import folded
from core.training.enums import Labelled

LEAST_SHARE = 0.8


class RowStatus(Labelled):
    """What a line of the export is to the ledger."""

    NEW = "nouveau", "nouveau"
    CHANGED = "modifie", "modifié"
    UNCHANGED = "inchange", "inchangé"
    VANISHED = "disparu", "disparu"
    DUPLICATE = "doublon", "doublon"
    REJECTED = "rejete", "rejeté"
    PARKED = "en_attente", "en attente"


@dataclass(frozen=True)
class LineRef:
    """An order line that a row may name: its ids, its unit, and its days."""

    line_id: int
    structure_id: int
    prestation: str
    is_timed: bool
    notified: pd.Timestamp | None
    end: pd.Timestamp


@dataclass(frozen=True)
class Last:
    """The last complete export that was applied: how many lines, over which months."""

    rows: int
    period_from: int
    period_to: int


@dataclass(frozen=True)
class Known:
    """What the ledger holds: one row a key, with its net quantity.

    Columns of ``table``: key, line_id, structure_id, pseudonym, period, quantity.
    """

    table: pd.DataFrame
    lines: Mapping[str, tuple[LineRef, ...]] = field(default_factory=dict)
    last: Last | None = None


@dataclass(frozen=True)
class Proof:
    """The sheet. ``rows``: each line with line_id, key, delta, status, reason, is_out.

    ``vanished``: known keys that the export covers and does not hold. ``refusal``: why nothing
    at all may be applied; empty where something may.
    """

    rows: pd.DataFrame
    vanished: pd.DataFrame
    period_from: int
    period_to: int
    refusal: str = ""
    negative_months: int = 0

    def count(self, status: RowStatus) -> int:
        if status is RowStatus.VANISHED:
            return len(self.vanished)
        return int((self.rows["status"] == status.value).sum())

    @property
    def applied(self) -> pd.DataFrame:
        kept = self.rows["status"].isin([RowStatus.NEW.value, RowStatus.CHANGED.value])
        return self.rows[kept & (self.rows["delta"] != 0)]


def index_lines(lines: Mapping[str, list[LineRef]]) -> dict[str, tuple[LineRef, ...]]:
    """Return lines by folded number of order."""
    return {folded(number): tuple(found) for number, found in lines.items()}


def proof(rows: pd.DataFrame, known: Known, *, is_partial: bool) -> Proof:
    """Compare an export with the ledger; an export that is too small applies nothing at all."""
    found = _resolved(rows, known)
    found = _without_doubles(found)
    found = _compared(found, known)
    found, negative = _without_negatives(found, known)
    periods = rows["period"].dropna()
    first, last = (int(periods.min()), int(periods.max())) if len(periods) else (0, 0)
    vanished = known.table.iloc[:0] if is_partial else _vanished(found, known, first, last)
    refusal = "" if is_partial else _refusal(len(rows), first, last, known.last)
    return Proof(found, vanished, first, last, refusal, negative)


def _resolved(rows: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Find the order line of each row; what names none is parked, never counted."""
    pairs = rows[["order", "prestation"]].drop_duplicates()
    refs = {
        (order, prestation): _line(known, order, prestation)
        for order, prestation in pairs.itertuples(index=False)
    }
    chosen = [refs[pair] for pair in zip(rows["order"], rows["prestation"], strict=True)]
    found = [one if isinstance(one, LineRef) else None for one in chosen]
    table = rows.assign(
        line_id=[one.line_id if one else -1 for one in found],
        structure_id=[one.structure_id if one else -1 for one in found],
        reason=[one if isinstance(one, str) else "" for one in chosen],
        status=["" if one else RowStatus.PARKED.value for one in found],
    )
    timed = np.array([one.is_timed if one else True for one in found])
    table["quantity"] = np.where(timed, table["quantity"], (table["quantity"] / 60).round())
    # Dates even where there is none: an export may name orders that were never notified only.
    starts = _dates([one.notified if one else None for one in found], table.index)
    ends = _dates([one.end if one else None for one in found], table.index)
    outside = starts.isna() | (table["done_on"] < starts.dt.to_period("M").dt.start_time)
    table["is_out"] = (outside | (table["done_on"] > ends)) & (table["line_id"] > 0)
    table["key"] = (
        table["pseudonym"] + "|" + table["line_id"].astype(str) + "|"
        + table["done_on"].dt.strftime("%Y-%m-%d")
    )  # fmt: skip
    return table


def _dates(days: list[pd.Timestamp | None], index: pd.Index) -> pd.Series:
    return pd.Series(pd.to_datetime(pd.Series(days, dtype=object)).to_numpy(), index=index)


def _line(known: Known, order: str, prestation: str) -> LineRef | str:
    found = known.lines.get(folded(order), ())
    if not found:
        return f"bon de commande inconnu : « {order} »"
    wanted = folded(prestation)
    matching = [one for one in found if wanted in {"", folded(one.prestation)}]
    if len(matching) == 1:
        return matching[0]
    if not matching:
        return f"le bon « {order} » ne commande pas la prestation « {prestation} »"
    return f"le bon « {order} » a plusieurs lignes : la prestation manque"


def _without_doubles(table: pd.DataFrame) -> pd.DataFrame:
    """Keep one of equal lines; lines that contradict each other are all put aside."""
    open_ = table["status"] == ""
    twice = open_ & table.duplicated("key", keep=False)
    values = table[twice].groupby("key")["quantity"].nunique()
    clashing = twice & table["key"].isin(values[values > 1].index)
    repeated = twice & ~clashing & table.duplicated("key")
    status = table["status"].mask(clashing, RowStatus.REJECTED.value)
    reason = table["reason"].mask(
        clashing, "deux valeurs pour la même personne, la même prestation et le même jour"
    )
    return table.assign(
        status=status.mask(repeated, RowStatus.DUPLICATE.value),
        reason=reason.mask(repeated, "même ligne déjà lue plus haut"),
    )


def _compared(table: pd.DataFrame, known: Known) -> pd.DataFrame:
    held = known.table.set_index("key")["quantity"]
    before = table["key"].map(held)
    delta = (table["quantity"] - before.fillna(0)).astype("int64")
    open_ = table["status"] == ""
    status = table["status"].mask(open_ & before.isna() & (delta != 0), RowStatus.NEW.value)
    status = status.mask(open_ & before.notna() & (delta != 0), RowStatus.CHANGED.value)
    status = status.mask(open_ & (delta == 0), RowStatus.UNCHANGED.value)
    changed = status == RowStatus.CHANGED.value
    reason = table["reason"].mask(changed, "valeur différente de celle déjà connue")
    flagged = table["is_out"] & (reason == "")
    return table.assign(
        delta=delta, status=status, reason=reason.mask(flagged, "hors de la période du bon")
    )


def _without_negatives(table: pd.DataFrame, known: Known) -> tuple[pd.DataFrame, int]:
    """Put aside the lines that would take a parcours or a month of an order below zero."""
    live = table["status"].isin([RowStatus.NEW.value, RowStatus.CHANGED.value])
    bad = np.zeros(len(table), dtype=bool)
    months = 0
    for columns in (["pseudonym", "line_id"], ["line_id", "period"]):
        held = known.table.groupby(columns)["quantity"].sum()
        added = table[live].groupby(columns)["delta"].sum()
        below = held.add(added, fill_value=0)
        below = below[(below < 0) & below.index.isin(added.index)]
        keys = pd.MultiIndex.from_frame(table[columns].astype({"line_id": "int64"}))
        bad |= live.to_numpy() & keys.isin(below.index)
        months += len(below) if "period" in columns else 0
    return table.assign(
        status=table["status"].mask(bad, RowStatus.REJECTED.value),
        reason=table["reason"].mask(bad, "le total du parcours ou du mois serait négatif"),
    ), months


def _vanished(table: pd.DataFrame, known: Known, first: int, last: int) -> pd.DataFrame:
    """List what the ledger holds in the months and for the operators of a complete export."""
    operators = set(table.loc[table["line_id"] > 0, "structure_id"])
    covered = known.table["period"].between(first, last) & known.table["structure_id"].isin(
        operators
    )
    there = known.table["key"].isin(table["key"])
    return known.table[covered & ~there & (known.table["quantity"] != 0)]


def _refusal(count: int, first: int, last: int, before: Last | None) -> str:
    if before is None:
        return ""
    if count < LEAST_SHARE * before.rows:
        return (
            f"L’export compte {fr.plural(count, 'ligne')} contre {fr.number(before.rows)} au "
            "dernier (plus de 20 % de moins) : rien n’est appliqué. Vérifiez l’extraction, ou "
            "déclarez-la partielle."
        )
    if last < before.period_to or _months(first, last) < _months(
        before.period_from, before.period_to
    ):
        told = f"{fr.month(first)} à {fr.month(last)}"
        held = f"{fr.month(before.period_from)} à {fr.month(before.period_to)}"
        return (
            f"L’export couvre {told}, le dernier couvrait {held} : la période se réduit, rien "
            "n’est appliqué. Vérifiez l’extraction, ou déclarez-la partielle."
        )
    return ""


def _months(first: int, last: int) -> int:
    """Count the months from one to another, both included.

    >>> _months(201011, 201102)
    4
    """
    return 12 * (last // 100 - first // 100) + last % 100 - first % 100 + 1
