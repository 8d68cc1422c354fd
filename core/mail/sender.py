"""Sending: in batches, one connection each, every recipient once, resumable after a stop."""

import hashlib
import smtplib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

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
    url: str, *, clock: Clock, limit: int = 10_000, batch: str = ""
) -> SendReport:  # fmt: skip
    """Send what waits, server connection by connection; DomainError where nothing may leave.

    ``batch``: only what was asked for under that name.

    Messages are claimed and saved as such before the server is spoken to: a process that stops
    in the middle leaves them « en cours », and never sends one twice.
    """
    reason = why_not(url)
    if reason:
        raise DomainError(reason)
    report = SendReport()
    left = limit
    while left > 0:
        with db.writing("mail", url=url) as session:
            taken = operations.claim(
                session, limit=min(settings().mail_batch, left), now=clock(), batch=batch
            )
        if not taken:
            break
        postponed = report.postponed
        _send_batch(url, taken, report, clock)
        left -= len(taken)
        if report.postponed > postponed:
            break  # the server asks to come back later
    return report


def _send_batch(url: str, batch: list[MailMessage], report: SendReport, clock: Clock) -> None:
    waiting = list(batch)
    try:
        with _connection(settings()) as server:
            while waiting:
                _send_one(url, server, waiting[0], report, clock)
                waiting.pop(0)
    except (OSError, smtplib.SMTPException) as error:
        for message in waiting:
            _postpone(url, message, str(error), report, clock)


@contextmanager
def _connection(config: Settings) -> Iterator[smtplib.SMTP]:
    maker = smtplib.SMTP_SSL if config.smtp_tls == "tls" else smtplib.SMTP
    with maker(config.smtp_host, config.smtp_port, timeout=30) as server:
        if config.smtp_tls == "starttls":
            server.starttls()
        if config.smtp_user:
            server.login(config.smtp_user, config.smtp_password.get_secret_value())
        yield server


def _send_one(
    url: str, server: smtplib.SMTP, message: MailMessage, report: SendReport, clock: Clock
) -> None:
    """Send one message; a refusal for good is told apart from « come back later »."""
    try:
        server.send_message(composed(message))
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        _answer(url, message, code, text, report, clock)
    except smtplib.SMTPResponseException as error:
        _answer(url, message, error.smtp_code, error.smtp_error, report, clock)
    else:
        with db.writing("mail", url=url) as session:
            operations.settle(session, message.id or 0, state="sent", now=clock())
        report.sent += 1


def _answer(  # the parts of a server's answer
    url: str,
    message: MailMessage,
    code: int,
    text: bytes | str,
    report: SendReport,
    clock: Clock,
) -> None:
    told = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    if 400 <= code < 500:
        _postpone(url, message, told, report, clock)
        return
    with db.writing("mail", url=url) as session:
        operations.settle(session, message.id or 0, state="refused", error=told, now=clock())
    report.refused += 1


def _postpone(url: str, message: MailMessage, error: str, report: SendReport, clock: Clock) -> None:
    state = "pending" if message.attempts < MOST_ATTEMPTS else "refused"
    with db.writing("mail", url=url) as session:
        operations.settle(session, message.id or 0, state=state, error=error, now=clock())
    if state == "pending":
        report.postponed += 1
    else:
        report.refused += 1


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
            filename="seance.ics",
        )  # fmt: skip
    return mail
