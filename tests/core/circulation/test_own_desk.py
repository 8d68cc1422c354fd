"""A reader's own page: a link by mail, one's own loans and nothing else, and being forgotten."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from core import db
from core.circulation import cards, own_data, own_desk
from core.circulation.models import Reader
from core.circulation.reader_links import Shown
from core.circulation.reader_queries import ReaderCard
from core.errors import DomainError
from core.instance.models import Instance, Mode
from core.mail.models import MailMessage
from core.people.models import Person
from tests.conftest import NOW
from tests.core.circulation.making import (
    TODAY,
    give,
    lend,
    make_copies,
    make_library,
    make_reader,
    notice_of,
    queue,
    reserve,
)
from tests.factories import STAFF

SITE = "https://exemple.invalid"
SOON = timedelta(days=3)


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    with db.writing("instance") as session:
        session.add(Instance(mode=Mode.DEMO.value))
    return store


def known_reader(name: str = "Ana") -> int:
    own = make_reader(name)
    with db.writing("people") as session:
        reader = session.get_one(Reader, own)
        person = session.get_one(Person, reader.person_id)
        person.email = f"{name.lower()}@exemple.invalid"
        session.add(person)
    return own


def ask(email: str) -> list[MailMessage]:
    with db.writing("mail") as session:
        own_desk.ask_link(session, email=email, base_url=SITE, now=NOW, at=NOW)
    with db.reading() as session:
        return list(session.exec(select(MailMessage)))


def token_for(name: str = "Ana") -> str:
    return ask(f"{name}@exemple.invalid")[-1].body.partition("?cle=")[2].split()[0]


def card(token: str, after: timedelta = timedelta()) -> ReaderCard | None:
    with db.reading() as session:
        return own_desk.own_card(session, shown=Shown(token, NOW + after))


def do(work: Callable[..., str], **named: Any) -> str:
    with db.writing(*own_desk.WRITTEN) as session:
        return work(session, now=NOW, **named)


def test_a_link_goes_to_the_address_of_a_card_once_a_minute_and_to_no_other() -> None:
    known_reader()
    assert ask("personne@exemple.invalid") == []
    assert len(ask("  ANA@exemple.invalid ")) == 1
    [mail] = ask("ana@exemple.invalid")
    assert f"{SITE}/lecteur?cle=" in mail.body
    assert "Ana" not in mail.body.partition("?cle=")[2]


def test_a_link_opens_one_card_for_fifteen_minutes_and_ends_with_its_version() -> None:
    own = known_reader()
    token = token_for()
    found = card(token)
    assert found is not None
    assert found.reader.id == own
    assert card(token, timedelta(minutes=16)) is None
    assert card(token[:-3] + "AAA") is None
    with db.writing("circulation") as session:
        cards.strike_off(session, STAFF, reader_id=own, today=TODAY, now=NOW)
        cards.reopen(session, STAFF, reader_id=own, now=NOW)
    assert card(token) is None


def test_a_reader_renews_and_cancels_what_is_theirs_and_nothing_else() -> None:
    one, two = make_copies(2)
    own, other = known_reader(), make_reader("Bo")
    lend(one, own, TODAY - SOON)
    lend(two, other, TODAY - SOON)
    token = token_for()
    found = card(token)
    assert found is not None
    [line] = found.open_loans
    said = do(own_desk.renew, shown=Shown(token, NOW), loan_id=line.id, today=TODAY)
    assert said == "Prolongé jusqu’au 6 juillet 2011."
    with pytest.raises(DomainError, match="pas le vôtre"):
        do(own_desk.renew, shown=Shown(token, NOW), loan_id=line.id + 1, today=TODAY)
    with pytest.raises(DomainError, match="plus valable"):
        do(own_desk.renew, shown=Shown("", NOW), loan_id=line.id, today=TODAY)
    [waited] = make_copies(title="Autre")
    lend(waited, other)
    reserve(notice_of(waited), own)
    found = card(token)
    assert found is not None
    [wait] = found.waits
    do(own_desk.cancel, shown=Shown(token, NOW), reservation_id=wait.id, today=TODAY)
    assert queue(notice_of(waited)) == []
    with pytest.raises(DomainError, match="pas la vôtre"):
        do(own_desk.cancel, shown=Shown(token, NOW), reservation_id=wait.id + 7, today=TODAY)


def test_a_reader_takes_their_data_away_then_is_forgotten_once_settled() -> None:
    [item] = make_copies()
    own = known_reader()
    lend(item, own)
    token = token_for()
    found = card(token)
    assert found is not None
    with db.reading() as session:
        data = own_desk.data(session, shown=Shown(token, NOW))
    held = json.loads(own_data.as_json(data))
    assert held["annuaire"]["courriel"] == "ana@exemple.invalid"
    assert [one["a_rendre_le"] for one in held["prets"]] == ["2011-07-06"]
    assert "prets 1;a_rendre_le;06/07/2011" in own_data.as_csv(data).decode("utf-8-sig")
    with pytest.raises(DomainError, match="1 prêt en cours"):
        do(own_desk.forget, shown=Shown(token, NOW), today=TODAY)
    give("L1")
    do(own_desk.forget, shown=Shown(token, NOW), today=TODAY)
    assert card(token) is None
    with db.reading() as session:
        assert session.exec(select(MailMessage)).all() == []
        assert session.get(Reader, own) is None


def test_a_real_installation_without_a_key_signs_no_link() -> None:
    known_reader()
    with db.writing("instance") as session:
        held = session.exec(select(Instance)).one()
        held.mode = Mode.REAL.value
        session.add(held)
    with pytest.raises(DomainError, match="RT_SECRET"):
        ask("ana@exemple.invalid")
