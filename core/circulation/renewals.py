"""Loans that last longer: one, or all those of a reader; and who waits for them is told.

A rule may be set aside by staff, for a reason that is kept; the readers who wait then have a mail
prepared for them, and those without an address are named to whoever renews.
"""

from dataclasses import asdict
from datetime import date, datetime, timedelta

from sqlmodel import Session

from core import access, fr
from core.access import Right, Viewer
from core.circulation import erasing, loan_rules, reminder_rules, reminders, serving, shelf, sites
from core.circulation.desk_trace import Trace
from core.circulation.enums import Gesture
from core.circulation.loan_models import Loan, Reservation
from core.circulation.loan_rules import Held, Rule
from core.errors import DomainError, RuleError
from core.mail import operations as mail
from core.mail.operations import Draft
from core.people.models import Person

DOMAIN = "circulation"
WRITTEN = ("circulation", "mail")
OVER = "Ce prêt n’est plus en cours : rechargez la page."


def renew(
    session: Session, viewer: Viewer, *, loan_id: int, today: date, now: datetime,
    override: str = "",
) -> str:  # fmt: skip
    """Renew a loan; tell until when. Staff may set aside what stops it, for a reason."""
    access.require(viewer, Right.LEND)
    trace = Trace(session)
    loan = _open(session, loan_id)
    told, waits = _longer(trace, loan, override.strip(), today=today, now=now)
    trace.tell(viewer, Gesture.RENEWED.value, told, loan=loan, now=now)
    return f"{told}{waits}"


def renew_all(
    session: Session, viewer: Viewer, *, loan_ids: tuple[int, ...], today: date, now: datetime,
    override: str = "",
) -> str:  # fmt: skip
    """Renew the loans of a reader that may be, in one gesture; say which may not, and why.

    Raises DomainError, with every reason, where none may be: a RuleError where one of them may be
    set aside.
    """
    access.require(viewer, Right.LEND)
    trace = Trace(session)
    done: list[tuple[Loan, str, str]] = []
    refused: list[DomainError] = []
    for loan in (_open(session, own) for own in loan_ids):
        title = shelf.copy_of(session, loan.item_id).notice.title
        try:
            told, waits = _longer(trace, loan, override.strip(), today=today, now=now)
            done.append((loan, f"{title} : {told}", waits))
        except DomainError as error:
            refused.append(type(error)(f"{title} : {error}"))
    if not done:
        kind = RuleError if any(isinstance(one, RuleError) for one in refused) else DomainError
        raise kind(" ".join(["Rien n’est prolongé.", *map(str, refused)]))
    count = fr.plural(len(done), "prêt prolongé", "prêts prolongés")
    said = " ".join([f"{count}.", *(told for _, told, _ in done)])
    trace.tell(viewer, Gesture.RENEWED.value, said, loan=done[0][0], now=now)
    return " ".join([said + "".join(waits for *_, waits in done), *map(str, refused)])


def why_not(session: Session, loan_id: int, *, today: date) -> str:
    """Say what stops a loan under way from being renewed today; nothing where nothing does."""
    loan = session.get_one(Loan, loan_id)
    if loan.reader_id is None:
        return "Ce prêt n’est plus en cours."
    try:
        _by_the_rules(session, loan, today)
    except DomainError as error:
        return str(error)
    return ""


def _open(session: Session, loan_id: int) -> Loan:
    loan = session.get(Loan, loan_id)
    if loan is None or loan.returned_at is not None or loan.reader_id is None:
        raise DomainError(OVER)
    return loan


def _longer(
    trace: Trace, loan: Loan, reason: str, *, today: date, now: datetime
) -> tuple[str, str]:
    """Give a loan its new due day; its reminders that have not left are withdrawn.

    Return what is told of it, and who of those who wait is told so: their names stay in no event.
    """
    session, stop = trace.session, ""
    try:
        due = _by_the_rules(session, loan, today)
    except RuleError as error:
        if not reason:
            raise
        stop, due = str(error), _in_spite(session, loan, today)
    trace.touch(loan)
    loan.due_on, loan.renewals = due, loan.renewals + 1
    session.add(loan)
    session.flush()
    reminders.forget(session, loan.id or 0)
    told = f"Prolongé jusqu’au {fr.day(due)}."
    if not stop:
        return told, ""
    waits = _tell_who_wait(trace, loan, now=now)
    return f"{told} Malgré la règle ({reason}) : {stop}", waits


def _by_the_rules(session: Session, loan: Loan, today: date) -> date:
    """Return the new due day by the rules. Raises RuleError as ``loan_rules.renewed`` does."""
    copy = shelf.copy_of(session, loan.item_id)
    card = shelf.card_of(session, loan.reader_id or 0)
    rule = loan_rules.read(loan.rule)
    held = Held(loan.due_on, loan.renewals, rule, len(_waiting(session, copy)),
                len(shelf.free_copies(session, copy.notice.id or 0)))  # fmt: skip
    if card.reader.closed_on is not None:
        raise DomainError(loan_rules.obstacle(card.standing, rule, today=today))
    _check_reader(card, rule, today)
    opening = sites.opening(session, loan.site_id)
    return loan_rules.renewed(held, opening, today=today, valid_until=card.reader.valid_until)


def _in_spite(session: Session, loan: Loan, today: date) -> date:
    """Return the new due day where a reason sets the rules aside: always a later one."""
    opening, rule = sites.opening(session, loan.site_id), loan_rules.read(loan.rule)
    days = max(rule.renewal_days, 1)
    free = Rule(**(asdict(rule) | {"days": days, "is_capped": False}))
    start = max(today, loan.due_on) if today + timedelta(days=days) <= loan.due_on else today
    return loan_rules.due_on(free, start, opening)


def _check_reader(card: shelf.Card, rule: Rule, today: date) -> None:
    """A reader who may not borrow renews nothing; being at the most is no obstacle."""
    free = Rule(max_loans=10_000, block_after_days=rule.block_after_days)
    obstacle = loan_rules.obstacle(card.standing, free, today=today)
    if obstacle:
        raise RuleError(obstacle)


def _waiting(session: Session, copy: shelf.Copy) -> list[Reservation]:
    return serving.waiting(session, copy.notice.id or 0)


def _tell_who_wait(trace: Trace, loan: Loan, *, now: datetime) -> str:
    """Prepare a mail to each reader who waits; say who has one, and who is to be called."""
    session = trace.session
    copy = shelf.copy_of(session, loan.item_id)
    told, called, drafts = [], [], []
    for one in _waiting(session, copy):
        card = shelf.card_of(session, one.reader_id or 0)
        email = session.get_one(Person, card.reader.person_id).email
        if not mail.ADDRESS.fullmatch(email):
            called.append(card.name)
            continue
        subject, body = reminder_rules.waiting_words(title=copy.notice.title, due_on=loan.due_on)
        key = f"{erasing.RENEWALS}:{one.reader_id}:{loan.id}:{loan.renewals}:"
        drafts.append(Draft(key=key, batch=erasing.RENEWALS, recipient=email, subject=subject,
                            recipient_name=card.name, body=body))  # fmt: skip
        told.append(card.name)
    mail.queue(session, drafts, now=now)
    trace.mails.extend(draft.key for draft in drafts)
    mailed = f" Courriel prêt pour prévenir {', '.join(told)}." if told else ""
    return mailed + (f" À appeler, faute de courriel : {', '.join(called)}." if called else "")
