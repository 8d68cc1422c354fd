"""Sending: in batches, one connection each, every recipient once, resumable after a stop."""

import hashlib
import smtplib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from sqlmodel import Session

from core import db
from core.errors import DomainError
from core.instance import queries as instance_queries
from core.instance.models import Mode
from core.mail import operations
from core.mail.models import MailMessage
from core.settings import Settings, settings

MOST_ATTEMPTS = 5
Clock = Callable[[], datetime]


@dataclass
class SendReport:
    """What a sending came to."""

    sent: int = 0
    refused: int = 0
    postponed: int = 0
    dropped: int = 0  # not wanted any more when they were to leave


def why_not(url: str) -> str:
    """Say why this instance sends no mail; empty where it does."""
    config = settings()
    if not config.production:
        return "Cette installation n’est pas marquée « production » : aucun courriel ne part."
    if not config.smtp_host or not config.mail_sender:
        return "Le serveur de courriel n’est pas configuré : aucun courriel ne part."
    with db.reading(url) as session:
        if instance_queries.mode(session) is not Mode.REAL:
            return "En démonstration, aucun courriel ne part."
    return ""


@dataclass(frozen=True)
class Watch:
    """What a domain asks of the sending of its mails, told by their batch.

    ``is_wanted``: whether one still is, asked when it is taken; else it is dropped. ``settled``:
    told the state that a message came to, « sent » or « refused ».
    """

    domain: str
    is_wanted: Callable[[Session, MailMessage], bool]
    settled: Callable[[Session, MailMessage, str], None]


@dataclass(frozen=True)
class _Run:
    """One sending: the store, the clock, who watches, what it came to."""

    url: str
    clock: Clock
    watches: Mapping[str, Watch]
    report: SendReport = field(default_factory=SendReport)

    def settle(self, message: MailMessage, state: str, error: str = "") -> None:
        """Write what became of a message, and tell the domain that watches it."""
        watch = self.watches.get(message.batch)
        domains = {"mail", watch.domain} if watch else {"mail"}
        with db.writing(*domains, url=self.url) as session:
            operations.settle(session, message.id or 0, state=state, error=error, now=self.clock())
            if watch and state in {"sent", "refused"}:
                watch.settled(session, message, state)


def send_soon(url: str, *, batch: str, clock: Clock) -> threading.Thread | None:
    """Send what waits under one name now, without waiting for the server; None where none leaves.

    Who asks learns nothing from how long it takes; what could not leave waits in the outbox.
    """
    if why_not(url):
        return None
    sending = threading.Thread(
        target=send_pending, args=(url,), kwargs={"clock": clock, "batch": batch}, daemon=True
    )
    sending.start()
    return sending


def send_pending(
    url: str, *, clock: Clock, limit: int = 10_000, batch: str = "",
    watches: Mapping[str, Watch] | None = None,
) -> SendReport:  # fmt: skip
    """Send what waits, server connection by connection; DomainError where nothing may leave.

    ``batch``: only what was asked for under that name.

    Messages are claimed and saved as such before the server is spoken to: a process that stops
    in the middle leaves them « en cours », and never sends one twice.
    """
    reason = why_not(url)
    if reason:
        raise DomainError(reason)
    run = _Run(url, clock, watches or {})
    report, left = run.report, limit
    while left > 0:
        claimed, wanted = _claim(run, min(settings().mail_batch, left), batch)
        if not claimed:
            break
        postponed = report.postponed
        if wanted:
            _send_batch(run, wanted)
        left -= claimed
        if report.postponed > postponed:
            break  # the server asks to come back later
    return report


def _claim(run: _Run, limit: int, batch: str) -> tuple[int, list[MailMessage]]:
    """Take messages for this process; return how many, and those still wanted. Others go."""
    domains = {"mail", *(watch.domain for watch in run.watches.values())}
    with db.writing(*domains, url=run.url) as session:
        taken = operations.claim(session, limit=limit, now=run.clock(), batch=batch)
        unwanted = [one for one in taken if one.batch in run.watches
                    and not run.watches[one.batch].is_wanted(session, one)]  # fmt: skip
        operations.drop(session, [one.id or 0 for one in unwanted])
    run.report.dropped += len(unwanted)
    return len(taken), [one for one in taken if one not in unwanted]


def _send_batch(run: _Run, batch: list[MailMessage]) -> None:
    waiting = list(batch)
    try:
        with _connection(settings()) as server:
            while waiting:
                _send_one(run, server, waiting[0])
                waiting.pop(0)
    except (OSError, smtplib.SMTPException) as error:
        for message in waiting:
            _postpone(run, message, str(error))


@contextmanager
def _connection(config: Settings) -> Iterator[smtplib.SMTP]:
    maker = smtplib.SMTP_SSL if config.smtp_tls == "tls" else smtplib.SMTP
    with maker(config.smtp_host, config.smtp_port, timeout=30) as server:
        if config.smtp_tls == "starttls":
            server.starttls()
        if config.smtp_user:
            server.login(config.smtp_user, config.smtp_password.get_secret_value())
        yield server


def _send_one(run: _Run, server: smtplib.SMTP, message: MailMessage) -> None:
    """Send one message; a refusal for good is told apart from « come back later »."""
    try:
        server.send_message(composed(message))
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        _answer(run, message, code, text)
    except smtplib.SMTPResponseException as error:
        _answer(run, message, error.smtp_code, error.smtp_error)
    else:
        run.settle(message, "sent")
        run.report.sent += 1


def _answer(run: _Run, message: MailMessage, code: int, text: bytes | str) -> None:
    told = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    if 400 <= code < 500:
        _postpone(run, message, told)
        return
    run.settle(message, "refused", told)
    run.report.refused += 1


def _postpone(run: _Run, message: MailMessage, error: str) -> None:
    state = "pending" if message.attempts < MOST_ATTEMPTS else "refused"
    run.settle(message, state, error)
    if state == "pending":
        run.report.postponed += 1
    else:
        run.report.refused += 1


def composed(message: MailMessage) -> EmailMessage:
    """Write a message as it travels; its identifier comes from its key."""
    mail = EmailMessage()
    sender = settings().mail_sender or "centre@exemple.invalid"
    mail["From"] = Address(message.sender_name, addr_spec=sender)
    mail["To"] = Address(message.recipient_name, addr_spec=message.recipient)
    if message.reply_to:
        mail["Reply-To"] = message.reply_to
    mail["Subject"] = message.subject
    digest = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2]}>"
    mail.set_content(message.body)
    if message.calendar:
        mail.add_attachment(
            message.calendar.encode(), maintype="text", subtype="calendar",
            params={"method": message.calendar_method or "PUBLISH", "charset": "utf-8"},
            filename="invitation.ics",
        )  # fmt: skip
    return mail
