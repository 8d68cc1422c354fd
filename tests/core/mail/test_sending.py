"""Mail against a real SMTP server on loopback: each recipient once, refusals, stops, resumption."""

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlmodel import select

from core import db
from core.errors import DomainError
from core.instance.models import Instance
from core.mail import operations, queries, sender
from core.mail.models import MailMessage
from core.mail.operations import Draft
from core.settings import settings
from tests.core.training.making import NOW
from tests.factories import STAFF


class Server:
    """Takes mail; « refuse » is refused for good, « tard » for now, one connection is dropped."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []
        self.drops = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str,  # noqa: N802  # aiosmtpd's name
                          _options: Any) -> str:  # fmt: skip
        await asyncio.sleep(0)
        if address.startswith("refuse"):
            return "550 inconnu ici"
        if address.startswith("tard"):
            return "451 revenez plus tard"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        await asyncio.sleep(0)
        if self.drops:
            self.drops -= 1
            server.transport.close()
            return "421 au revoir"
        self.received.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    handler = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    for name, value in {"PRODUCTION": "true", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port),
                        "SMTP_TLS": "none", "MAIL_SENDER": "centre@exemple.invalid",
                        "MAIL_BATCH": "3"}.items():  # fmt: skip
        monkeypatch.setenv(f"RT_{name}", value)
    settings.cache_clear()
    yield handler
    controller.stop()
    settings.cache_clear()


@pytest.fixture
def real_store(store: str) -> str:
    with db.writing("instance") as session:
        session.add(Instance(mode="real"))
    return store


def draft(name: str, **more: Any) -> Draft:
    return Draft(key=f"essai:{name}", batch="essai", recipient=f"{name}@exemple.invalid",
                 subject="Séance « médiation »", body="Bonjour,\nà bientôt.", **more)  # fmt: skip


def queue(*names: str) -> int:
    with db.writing("mail") as session:
        return operations.queue(session, [draft(name) for name in names], now=NOW)


def send(url: str) -> sender.SendReport:
    return sender.send_pending(url, clock=lambda: NOW)


def states() -> dict[str, str]:
    with db.reading() as session:
        rows = session.exec(select(MailMessage)).all()
    return {row.recipient.partition("@")[0]: row.state for row in rows}


def test_each_recipient_receives_once_whatever_is_asked_again(
    real_store: str, server: Server
) -> None:
    people = [f"p{rank}" for rank in range(8)]
    assert (queue(*people), queue(*people)) == (8, 0)
    assert send(real_store).sent == 8
    assert send(real_store).sent == 0
    assert Counter(address for address, _ in server.received) == Counter(
        f"{name}@exemple.invalid" for name in people
    )


def test_a_message_that_ended_is_dropped_and_one_batch_leaves_alone(
    real_store: str, server: Server
) -> None:
    late, soon = ((NOW + timedelta(minutes=minutes)).replace(tzinfo=None) for minutes in (-1, 1))
    with db.writing("mail") as session:
        operations.queue(
            session,
            [replace(draft("tot"), batch="lien", expires_at=late),
             replace(draft("a-temps"), batch="lien", expires_at=soon), draft("autre")],
            now=NOW,
        )  # fmt: skip
    sending = sender.send_soon(real_store, batch="lien", clock=lambda: NOW)
    assert sending is not None
    sending.join(timeout=60)
    assert states() == {"a-temps": "sent", "autre": "pending"}


def test_nothing_is_sent_soon_where_no_mail_leaves(store: str) -> None:
    queue("p1")
    assert sender.send_soon(store, batch="essai", clock=lambda: NOW) is None
    assert states() == {"p1": "pending"}


def test_refused_for_good_later_and_dropped_are_told_apart(real_store: str, server: Server) -> None:
    queue("refuse1", "tard1", "ok1", "ok2")
    report = send(real_store)
    assert (report.refused, report.postponed) == (1, 1)
    server.drops = 1
    queue("ok3")
    send(real_store)
    for _ in range(6):
        send(real_store)
    found = states()
    assert {name: found[name] for name in ("refuse1", "tard1")} == {
        "refuse1": "refused", "tard1": "refused",
    }  # fmt: skip
    assert {found[name] for name in ("ok1", "ok2", "ok3")} == {"sent"}
    assert max(Counter(address for address, _ in server.received).values()) == 1


def test_two_processes_send_each_message_once(real_store: str, server: Server) -> None:
    queue(*(f"p{rank}" for rank in range(20)))
    threads = [threading.Thread(target=send, args=(real_store,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(address for address, _ in server.received) == sorted(
        f"p{rank}@exemple.invalid" for rank in range(20)
    )


def test_what_a_stopped_process_took_waits_for_a_person(real_store: str, server: Server) -> None:
    queue("a", "b")
    with db.writing("mail") as session:
        taken = operations.claim(session, limit=1, now=NOW)
    assert send(real_store).sent == 1
    assert states() == {"a": "sending", "b": "sent"}
    with db.writing("mail") as session:
        operations.resend_uncertain(session, STAFF, message_id=taken[0].id or 0, now=NOW)
    assert send(real_store).sent == 1
    assert len(server.received) == 2


def test_a_message_carries_its_words_and_its_calendar(real_store: str, server: Server) -> None:
    with db.writing("mail") as session:
        message = draft("elodie", calendar="BEGIN:VCALENDAR", calendar_method="CANCEL",
                        sender_name="R&T")  # fmt: skip
        operations.queue(session, [message], now=NOW)
    send(real_store)
    mail = message_from_bytes(server.received[0][1])
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert parts["text/calendar"].get_param("method") == "CANCEL"
    assert "à bientôt" in parts["text/plain"].get_payload(decode=True).decode()  # type: ignore[union-attr]  # bytes
    assert mail["Message-ID"].endswith("@exemple.invalid>")


@pytest.mark.usefixtures("store")
def test_headers_cannot_be_forged_nor_addresses_invented() -> None:
    for wrong, sentence in (
        ({"recipient": "x"}, "pas une adresse"), ({"subject": "a\nBcc: b@c.d"}, "une ligne"),
        ({"sender_name": "a\r\nX: y"}, "une ligne"), ({"subject": " "}, "Donnez un objet"),
    ):  # fmt: skip
        message = Draft(**(vars(draft("a")) | wrong))
        with pytest.raises(DomainError, match=sentence), db.writing("mail") as session:
            operations.queue(session, [message], now=NOW)


def test_nothing_leaves_outside_production(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    queue("a")
    for name, value, sentence in (
        ("RT_PRODUCTION", "false", "n’est pas marquée"), ("RT_PRODUCTION", "true", "pas configuré"),
        ("RT_SMTP_HOST", "localhost", "pas configuré"),
        ("RT_MAIL_SENDER", "a@b.c", "En démonstration"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
        settings.cache_clear()
        with pytest.raises(DomainError, match=sentence):
            send(store)
    settings.cache_clear()
    with db.reading() as session:
        assert queries.counts(session) == {"pending": 1, "sent": 0, "refused": 0, "bounced": 0}
