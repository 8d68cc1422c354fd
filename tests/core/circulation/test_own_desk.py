"""A reader's own page: a link by mail, one's own loans and nothing else, and being forgotten."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from core import db
from core.circulation import cards, own_data, own_desk, own_reserving, reminders
from core.circulation.models import Reader
from core.circulation.reader_links import Shown
from core.circulation.reader_queries import ReaderCard
from core.errors import DomainError
from core.instance.models import Instance, Mode
from core.mail.models import MailMessage
from core.people import forgetting
from core.people.models import Consent, Person
from core.welcome.motives import Motive
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
from tests.core.welcome.making import visit
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


def ask(email: str, after: timedelta = timedelta()) -> list[MailMessage]:
    with db.writing(*own_desk.LINKED) as session:
        own_desk.ask_link(session, email=email, base_url=SITE, now=NOW, at=NOW + after)
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


def test_a_newer_link_ends_the_former_and_the_mail_that_had_not_left() -> None:
    known_reader()
    first = token_for()
    [mail] = ask("ana@exemple.invalid", timedelta(minutes=2))
    second = mail.body.partition("?cle=")[2].split()[0]
    assert mail.expires_at == (NOW + timedelta(minutes=17)).replace(tzinfo=None)
    assert (card(first), card(second) is None) == (None, False)
    with db.writing("mail") as session:
        mail.state = "sent"
        session.add(mail)
    assert len(ask("ana@exemple.invalid", timedelta(minutes=2, seconds=30))) == 1
    assert card(second) is not None  # asked for again in the same minute: the one that left holds
    assert len(ask("ana@exemple.invalid", timedelta(minutes=3))) == 2
    assert card(second) is None


def test_a_reader_gives_and_takes_back_agreements_each_kept_with_its_day() -> None:
    known_reader()
    token = token_for()
    for purposes in (("annuaire", "courriels"), ("courriels",), ("courriels",)):
        told = do(own_desk.agree, shown=Shown(token, NOW), purposes=purposes)
        assert told == "Vos accords sont enregistrés."
    with db.reading() as session:
        assert own_desk.agreements(session, shown=Shown(token, NOW)) == ("courriels",)
        kept = session.exec(select(Consent).order_by(col(Consent.id))).all()
    assert [(one.purpose, one.is_given) for one in kept] == [
        ("annuaire", True), ("courriels", True), ("annuaire", False),
    ]  # fmt: skip
    assert {one.source for one in kept} == {"par le lecteur, sur sa page"}
    with pytest.raises(DomainError, match="plus valable"):
        do(own_desk.agree, shown=Shown("", NOW), purposes=())


def test_being_forgotten_says_what_went_what_stays_and_why() -> None:
    own = known_reader()
    token = token_for()
    do(own_desk.agree, shown=Shown(token, NOW), purposes=("annuaire",))
    with db.reading() as session:
        assert own_desk.why_kept(session, shown=Shown(token, NOW)) == (forgetting.AGREED,)
    told = do(own_desk.forget, shown=Shown(token, NOW), today=TODAY)
    assert f"Votre fiche de l’annuaire reste : {forgetting.AGREED}." in told
    assert own_desk.JOURNAL in told
    with db.reading() as session:
        assert session.get(Reader, own) is None
        assert session.exec(select(Person.email)).all() == ["ana@exemple.invalid"]
    known_reader("Bo")
    token = token_for("Bo")
    told = do(own_desk.forget, shown=Shown(token, NOW), today=TODAY)
    assert "Votre fiche de l’annuaire est effacée aussi." in told


def test_a_reader_takes_away_past_reservations_reminders_mails_and_visits() -> None:
    copies = make_copies(2)
    own, other = known_reader(), make_reader("Bo")
    lend(copies[0], own, TODAY - timedelta(days=60))
    lend(copies[1], other)
    reserve(notice_of(*make_copies(title="Autre")), own)
    token = token_for()
    found = card(token)
    assert found is not None
    do(own_desk.cancel, shown=Shown(token, NOW), reservation_id=found.waits[0].id, today=TODAY)
    with db.writing(*reminders.WRITTEN) as session:
        reminders.prepare(session, STAFF, today=TODAY, now=NOW)
    visit("ANA, ana@exemple.invalid", motives=(Motive.LOAN,), note="cherche un guide")
    with db.reading() as session:
        data = own_desk.data(session, shown=Shown(token, NOW))
    held = json.loads(own_data.as_json(data))
    assert [(one["etat"], one["motif"]) for one in held["reservations"]] == [
        ("annulée", "par le lecteur")
    ]
    assert [one["etat"] for one in held["relances"]] == ["à envoyer"]
    assert [(one["motifs"], one["note"]) for one in held["visites"]] == [
        ("prêt ou retour", "cherche un guide")
    ]
    assert {one["etat"] for one in held["courriels"]} == {"en attente"}
    assert token not in str(held)
    told = own_data.as_csv(data).decode("utf-8-sig")
    assert "Visites 1;Motifs;prêt ou retour" in told
    assert "_" not in told.partition("Courriels")[0]


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


def test_a_reader_finds_a_document_and_reserves_it_alone() -> None:
    shelf_copy, lent_copy = make_copies(title="Rayon")[0], make_copies(title="Sorti")[0]
    own, other = known_reader(), make_reader("Bo")
    lend(lent_copy, other)
    reserve(notice_of(lent_copy), make_reader("Cy"))
    token = token_for()
    shown = Shown(token, NOW)
    with db.reading() as session:
        [found] = own_reserving.offers(session, shown=shown, text="rayon")
    assert (found.title, found.availability.free, found.is_lendable) == ("Rayon", 1, True)
    told = do(own_reserving.reserve, shown=shown, notice_id=found.notice_id, today=TODAY)
    assert "Mis de côté pour vous jusqu’au 24 juin 2011" in told
    told = do(own_reserving.reserve, shown=shown, notice_id=notice_of(lent_copy), today=TODAY)
    assert told == "Réservé : vous êtes n° 2 dans la file."
    assert queue(notice_of(shelf_copy)) == [(own, "disponible", None)]


def test_a_reader_who_may_not_reserve_is_told_why() -> None:
    items = make_copies(6)
    own = known_reader()
    shown = Shown(token_for(), NOW)
    wanted = notice_of(make_copies(title="Autre")[0])

    def refused() -> str:
        with pytest.raises(DomainError) as error:
            do(own_reserving.reserve, shown=shown, notice_id=wanted, today=TODAY)
        return str(error.value)

    for item in items[:5]:
        lend(item, own)
    assert "c’est le maximum" in refused()
    with pytest.raises(DomainError, match="n’est plus valable"):
        do(own_reserving.reserve, shown=Shown("faux", NOW), notice_id=wanted, today=TODAY)
    for rank in range(1, 6):
        give(f"L{rank}")
    do(own_reserving.reserve, shown=shown, notice_id=wanted, today=TODAY)
    assert "déjà réservé" in refused()
    with db.writing("circulation") as session:
        cards.block(session, STAFF, reader_id=own, until=TODAY, reason="livre abîmé", today=TODAY,
                    now=NOW)  # fmt: skip
    assert "bloqué" in refused()
    wanted = -1
    with db.writing("circulation") as session:
        cards.unblock(session, STAFF, reader_id=own, now=NOW)
    assert "plus au catalogue" in refused()


def test_a_reader_does_not_reserve_more_than_may_be_borrowed() -> None:
    known_reader()
    shown = Shown(token_for(), NOW)
    for rank in range(6):
        wanted = notice_of(make_copies(title=f"{rank}")[0])
        if rank < 5:
            do(own_reserving.reserve, shown=shown, notice_id=wanted, today=TODAY)
    with pytest.raises(DomainError, match="5 réservations en cours"):
        do(own_reserving.reserve, shown=shown, notice_id=wanted, today=TODAY)


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
    assert "Prêts 1;À rendre le;06/07/2011" in own_data.as_csv(data).decode("utf-8-sig")
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
