"""Rules of lending: which rule holds, until when, whether a loan may be renewed. Pure.

Source: section 4 of the domain's study.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from core import fr
from core.circulation.opening import Opening
from core.errors import DomainError, RuleError

REMINDERS = {1: 7, 2: 21, 3: 45}  # level → days after the due day
PRESUMED_LOST = 90


@dataclass(frozen=True)
class Rule:
    """How long, how many, how often; empty keys mean any. ``hold_days`` are open days."""

    days: int = 21
    max_loans: int = 5
    max_renewals: int = 1
    renewal_days: int = 21
    hold_days: int = 7
    block_after_days: int | None = 30
    is_capped: bool = True
    category: str = ""
    loan_class: str = ""
    doc_type: str = ""

    @property
    def precision(self) -> tuple[int, bool, bool]:
        keys = (self.category, self.loan_class, self.doc_type)
        return sum(bool(key) for key in keys), bool(self.category), bool(self.loan_class)

    def dumped(self) -> str:
        """Write the rule down with a loan, which keeps it whatever changes later."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read(text: str) -> Rule:
    return Rule(**json.loads(text))


def best(rules: Sequence[Rule], *, category: str, loan_class: str, doc_type: str) -> Rule:
    """Return the most specific rule that holds. Raises DomainError where none does.

    >>> every, short = Rule(), Rule(days=7, loan_class="court")
    >>> best([every, short], category="pro", loan_class="court", doc_type="livre").days
    7
    """
    wanted = {"category": category, "loan_class": loan_class, "doc_type": doc_type}
    found = [
        rule
        for rule in rules
        if all(getattr(rule, name) in {"", value} for name, value in wanted.items())
    ]
    if not found:
        raise DomainError("Aucune règle de prêt ne couvre ce document : complétez les règles.")
    return max(found, key=lambda rule: rule.precision)


def due_on(rule: Rule, lent_on: date, opening: Opening, *, valid_until: date | None = None) -> date:
    """Return the day a copy lent today is due: an open one, not past the end of the card.

    Raises DomainError where no open day is left between the loan and the end of the card.
    """
    due = opening.next_open(lent_on + timedelta(days=rule.days))
    if not rule.is_capped or valid_until is None or not lent_on <= valid_until < due:
        return due
    last = opening.last_open(valid_until, after=lent_on)
    if last is None:
        raise DomainError(
            f"Cette carte finit le {fr.day(valid_until)} : le centre n’ouvre plus d’ici là pour "
            "reprendre le document. Prolongez d’abord la carte."
        )
    return last


def is_overdue(due: date, today: date) -> bool:
    """Overdue from the morning after the due day; a copy used on site, from the next day."""
    return today > due


@dataclass(frozen=True)
class Held:
    """A loan under way as the rules see it. ``waiting`` readers, ``free`` copies on the shelf."""

    due_on: date
    renewals: int
    rule: Rule
    waiting: int = 0
    free: int = 0


def renewed(held: Held, opening: Opening, *, today: date, valid_until: date | None = None) -> date:
    """Return the new due day, counted from today, always after the present one.

    Raises RuleError, with its own words, where the loan is overdue, renewed enough, waited for
    by more readers than there are copies on the shelf, or would not last longer: a renewal that
    changes nothing is not used up.
    """
    rule = held.rule
    if is_overdue(held.due_on, today):
        raise RuleError(
            f"Ce prêt est en retard depuis le {fr.day(held.due_on)} : il se rend, il ne se "
            "prolonge plus."
        )
    if held.renewals >= rule.max_renewals:
        raise RuleError(_enough(rule.max_renewals))
    if held.waiting > held.free:
        who = fr.plural(held.waiting, "personne l’attend", "personnes l’attendent")
        raise RuleError(f"Ce document est réservé : {who}.")
    longer = Rule(**(asdict(rule) | {"days": rule.renewal_days}))
    due = due_on(longer, today, opening, valid_until=valid_until)
    if due <= held.due_on:
        raise RuleError(
            f"Ce prêt court déjà jusqu’au {fr.day(held.due_on)} : prolongé aujourd’hui, il ne "
            "serait pas plus long."
        )
    return due


def _enough(most: int) -> str:
    """Say that a loan was renewed as often as its rule allows.

    >>> _enough(0), _enough(2).replace(fr.NBSP, " ")
    ('Ce prêt ne se prolonge pas.', 'Ce prêt a déjà été prolongé 2 fois : c’est le maximum.')
    """
    if not most:
        return "Ce prêt ne se prolonge pas."
    return f"Ce prêt a déjà été prolongé {fr.plural(most, 'fois', 'fois')} : c’est le maximum."


@dataclass(frozen=True)
class Standing:
    """What may keep a reader from borrowing. ``oldest_due``: the first due day of open loans."""

    valid_until: date | None = None
    blocked_until: date | None = None
    block_reason: str = ""
    closed_on: date | None = None
    oldest_due: date | None = None
    open_loans: int = 0


def obstacle(standing: Standing, rule: Rule, *, today: date) -> str:
    """Say what keeps a reader from borrowing, and the way out; nothing where nothing does."""
    if standing.closed_on is not None:
        return f"Cette carte est fermée depuis le {fr.day(standing.closed_on)}."
    if standing.valid_until is not None and standing.valid_until < today:
        return f"Cette carte n’est plus valable depuis le {fr.day(standing.valid_until)}."
    if standing.blocked_until is not None and standing.blocked_until >= today:
        reason = f" : {standing.block_reason}" if standing.block_reason else ""
        return f"Ce lecteur est bloqué jusqu’au {fr.day(standing.blocked_until)}{reason}."
    late = (today - standing.oldest_due).days if standing.oldest_due else 0
    if rule.block_after_days is not None and late > rule.block_after_days:
        days = fr.plural(late, "jour")
        return f"Un document a {days} de retard : son retour débloquera le lecteur."
    if standing.open_loans >= rule.max_loans:
        count = fr.plural(standing.open_loans, "document emprunté", "documents empruntés")
        return f"{count} : c’est le maximum pour cette carte."
    return ""


def numbered(reader_id: int | None) -> str:
    """Name a reader in the journal, which forgets nothing: never by the card.

    >>> numbered(7)
    'lecteur n° 7'
    """
    return f"lecteur n° {reader_id}"


def normalised(code: str) -> str:
    """Read a barcode as scanners give it: without its ends, in capitals; zeros are kept.

    >>> normalised(" ab 12\\r\\n"), normalised("000123") == normalised("123")
    ('AB12', False)
    """
    return "".join(code.split()).upper()
