"""What a reallocation starts from: orders, bounds of lots, and what a reader sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.competences_cles.forecast import BandPoint
from core.errors import DomainError


@dataclass(frozen=True)
class Order:
    """An order that may be amended. ``need``: D, what it would have to bear up to its end.

    ``price``: cents for one unit of quantity; None where no price is known. Orders of one lot and
    one holder (titulaire) exchange quantities; a cancelled one stays at what was consumed.
    """

    key: str
    ut: str
    lot: str
    ordered: float
    consumed: float
    committed: float
    need: float
    holder: str = ""
    price: int | None = None
    is_cancelled: bool = False

    @property
    def floor(self) -> float:
        """What may not be taken back: consumed and committed, or all of a cancelled order."""
        return self.consumed if self.is_cancelled else self.consumed + self.committed

    @property
    def pool(self) -> tuple[str, str]:
        return self.lot, self.holder


@dataclass(frozen=True)
class LotBounds:
    """The least and the most that may be ordered in a lot; None for no bound."""

    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Settings:
    """What a reader moves on the screen.

    ``totals``: the quantity to share out within a lot and its holder, what its cancelled orders
    consumed included; those not given keep what they have today; None leaves them free within
    the lot's bounds. ``cap``: the largest change of one order. ``budget``: in cents.
    ``tolerance``: how far (in points of one) stage 2 may stay from the best.
    ``amendment_cost``: what one more amendment weighs, in quantity moved.
    """

    lots: Mapping[str, LotBounds] = field(default_factory=dict)
    totals: Mapping[tuple[str, str], float | None] = field(default_factory=dict)
    cap: float | None = None
    budget: int | None = None
    block: float = 20.0
    tolerance: float = 0.02
    amendment_cost: float = 20.0


def check(orders: Sequence[Order], settings: Settings) -> None:
    """Refuse what no programme can be written for, saying what to enter."""
    if not orders:
        raise DomainError("Choisissez au moins un bon de commande à répartir.")
    if settings.block <= 0:
        raise DomainError("La taille d’un bloc doit être supérieure à zéro.")
    unpriced = [one.key for one in orders if one.price is None]
    if settings.budget is not None and unpriced:
        raise DomainError(
            f"Le budget ne peut pas être pris en compte : aucun prix n’est connu pour "
            f"{', '.join(unpriced)}. Saisissez le prix, ou retirez le budget."
        )


def demands(
    consumed: float, committed: float, band: Sequence[BandPoint]
) -> tuple[float, float, float] | None:
    """Return D = K + G + what is forecast up to the end: low, central and high.

    ``band`` is the forecast of the order (``forecast.band``), in the same unit. None where
    nothing can be projected: the need is then to be entered, and not guessed.
    """
    if not band:
        return None
    owed, last = consumed + committed, band[-1]
    return owed + last.low, owed + last.central, owed + last.high
