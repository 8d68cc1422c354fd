"""How visits and first welcomes are counted. Source: section 3.4 of the domain's study."""

from collections.abc import Iterable
from dataclasses import dataclass

from core import fr
from core.errors import DomainError
from core.welcome.motives import VisitKind

RULES = (
    "Une visite compte pour 1, qu’elle soit d’une personne, d’un groupe ou à distance "
    "(téléphone, courriel) : un groupe de 14 est 1 visite.",
    "Chaque personne qui vient pour la première fois est 1 premier accueil, qu’elle donne son nom "
    "ou non : un groupe de 14 nouveaux est 1 visite et 14 premiers accueils.",
    "Une personne nommée n’est accueillie pour la première fois qu’une fois : à sa première "
    "visite, sauf si elle avait déjà une carte de lecteur avant ce jour.",
    "Un rendez-vous honoré crée une visite ; annulé ou manqué, il n’en crée pas.",
)
MOST = 500


@dataclass(frozen=True)
class Came:
    """A visit, as it is counted.

    ``newcomers``: first welcomes of people without a name; ``named``: of people with one.
    """

    kind: VisitKind
    headcount: int = 1
    newcomers: int = 0
    named: int = 0


@dataclass(frozen=True)
class Totals:
    """``people`` counts heads at each visit: somebody who came three times is three."""

    visits: int = 0
    first_welcomes: int = 0
    people: int = 0
    groups: int = 0
    group_people: int = 0
    distance: int = 0


def totals(visits: Iterable[Came]) -> Totals:
    """Count visits by the rules.

    >>> totals([Came(VisitKind.GROUP, 14, newcomers=10, named=4), Came(VisitKind.ALONE)])
    Totals(visits=2, first_welcomes=14, people=15, groups=1, group_people=14, distance=0)
    >>> totals([])
    Totals(visits=0, first_welcomes=0, people=0, groups=0, group_people=0, distance=0)
    """
    every = list(visits)
    groups = [one for one in every if one.kind is VisitKind.GROUP]
    return Totals(
        visits=len(every),
        first_welcomes=sum(one.newcomers + one.named for one in every),
        people=sum(one.headcount for one in every),
        groups=len(groups),
        group_people=sum(one.headcount for one in groups),
        distance=sum(one.kind is VisitKind.DISTANCE for one in every),
    )


def headcount(kind: VisitKind, *, named: int, newcomers: int, others: int) -> int:
    """Return how many came: with a name, new without one, and without one as before.

    >>> headcount(VisitKind.GROUP, named=4, newcomers=8, others=2)
    14
    >>> headcount(VisitKind.ALONE, named=0, newcomers=0, others=0)
    1

    Raises DomainError where the numbers make no visit of that kind.
    """
    if min(newcomers, others) < 0:
        raise DomainError("Un nombre de personnes ne peut pas être négatif.")
    count = named + newcomers + others
    if kind is VisitKind.GROUP:
        if count < 2:
            raise DomainError("Un groupe compte au moins deux personnes : donnez leur nombre.")
    elif count > 1:
        raise DomainError(
            f"{fr.plural(count, 'personne')} : choisissez « un groupe », ou ne gardez qu’une "
            "personne."
        )
    if count > MOST:
        raise DomainError(f"Un groupe compte au plus {MOST} personnes.")
    return max(count, 1)
