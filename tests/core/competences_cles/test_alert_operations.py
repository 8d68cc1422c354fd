"""Alerts in the store: one for a rule and an object, told once, closed once, on both engines."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from core import db, fr
from core.competences_cles import alert_operations, alert_queries, orders, rosace_imports
from core.competences_cles.alert_queries import AlertView
from core.competences_cles.alert_rules import AlertCode
from core.competences_cles.alert_states import Phase
from core.competences_cles.follow_models import Alert, AlertEvent, AlertRun
from core.competences_cles.models import BonMovement, ParcoursVersion
from core.competences_cles.orders import Amendment
from core.errors import DomainError, ForbiddenError
from core.mail.models import MailMessage
from tests.core.competences_cles.making import DOMAIN, NOW, Cells, line_of, make_bon, take
from tests.factories import ANALYST, STAFF

pytestmark = pytest.mark.usefixtures("store")
V, B, X, S = (
    AlertCode.VIGILANCE, AlertCode.BLOCKING, AlertCode.OVERRUN, AlertCode.UNDER_USE
)  # fmt: skip
D, Q, P = AlertCode.SILENCE, AlertCode.QUALITY, AlertCode.PATHS
OVERRUN = "dépassement, bon BC-1 (Haute-Garonne)"


def on(month: int, number: int = 6) -> date:
    return date(2011, month, number)


def row(hours: float, month: int, person: str = "a", state: str = "terminé") -> Cells:
    return ("BC-1", person, f"01/{month:02}/2011", str(hours), state, "")


def evaluate(day: date) -> int:
    with db.writing(DOMAIN) as session:
        return alert_operations.evaluate(session, STAFF, today=day, now=NOW)


def alerts(day: date) -> dict[AlertCode, AlertView]:
    with db.reading() as session:
        return {one.code: one for one in alert_queries.alerts(session, ANALYST, known_on=day)}


def opened(day: date) -> set[AlertCode]:
    return {code for code, one in alerts(day).items() if one.state.is_open}


def plain(text: str) -> str:
    return text.replace(fr.NBSP, " ")


def told(code: AlertCode) -> list[str]:
    with db.reading() as session:
        rows = session.exec(
            select(AlertEvent.told)
            .join(Alert, col(Alert.id) == col(AlertEvent.alert_id))
            .where(Alert.code == code.value)
            .order_by(col(AlertEvent.id))
        )
        return [plain(one) for one in rows]


def amend(line: int, hours: float, day: date) -> None:
    with db.writing(DOMAIN) as session:
        orders.amend(session, STAFF, Amendment(line, round(60 * hours), "avenant", day),
                     today=day, now=NOW)  # fmt: skip


def test_an_overrun_opens_at_once_and_its_end_is_told_once_with_its_length() -> None:
    line = line_of(make_bon(100))
    take([row(120, 2)], on=on(3))
    one = alerts(on(3))[X]
    assert (one.state.phase, one.state.opened_on) == (Phase.OPEN, on(3))
    assert plain(one.told) == "consommé 120 h pour 100 h commandées, 20 h de trop"
    amend(line, 50, on(3, 20))
    evaluate(on(3, 20))
    evaluate(on(3, 21))
    assert told(X) == [f"nouvelle alerte : {OVERRUN}",
                       f"rétablissement : {OVERRUN} (après 14 jours)"]  # fmt: skip
    assert alerts(on(3, 21))[X].state.phase is Phase.CLOSED


def test_a_closed_alert_opens_again_and_becomes_unstable_after_two_times() -> None:
    line = line_of(make_bon(100))
    take([row(120, 2)], on=on(3))
    for step in range(2):
        amend(line, 50, on(3, 10 + 4 * step))
        evaluate(on(3, 10 + 4 * step))
        amend_down(line, on(3, 12 + 4 * step))
        evaluate(on(3, 12 + 4 * step))
    state = alerts(on(3, 17))[X].state
    assert state.is_open
    assert state.is_unstable(on(3, 17))
    with db.reading() as session:
        channels = session.exec(select(AlertEvent.channel).order_by(col(AlertEvent.id))).all()
    assert channels[0] == "message"
    assert channels[-1] == "synthese"


def amend_down(line: int, day: date) -> None:
    with db.writing(DOMAIN) as session:
        orders.amend(
            session, STAFF,
            Amendment(line, -3000, "avenant", day, forced_reason="erreur de saisie corrigée"),
            today=day, now=NOW,
        )  # fmt: skip


def test_the_same_day_twice_changes_nothing_and_tells_nothing() -> None:
    make_bon(100)
    take([row(120, 2)], on=on(3))
    with db.reading() as session:
        before = [vars(one) for one in session.exec(select(Alert))]
    assert evaluate(on(3)) == 0
    with db.reading() as session:
        after = [vars(one) for one in session.exec(select(Alert))]
        runs = session.exec(select(AlertRun)).all()
    strip = "_sa_instance_state"
    assert [{k: v for k, v in one.items() if k != strip} for one in before] == [
        {k: v for k, v in one.items() if k != strip} for one in after
    ]
    assert len(runs) == 1


def test_vigilance_waits_for_a_second_export_and_a_new_order_ends_it() -> None:
    line = line_of(make_bon(100))
    take([row(72, 1)], on=on(2))
    evaluate(on(2, 20))  # time passes, no export: nothing more is known
    assert V not in opened(on(2, 20))
    take([row(72, 1), row(1, 2)], on=on(3))
    assert V in opened(on(3))
    amend(line, 10_000, on(3, 8))
    evaluate(on(3, 8))
    assert alerts(on(3, 8))[V].state.phase in {Phase.RECOVERING, Phase.CLOSED}


def test_blocking_opens_at_the_first_export_that_shows_it() -> None:
    make_bon(100)
    take([row(101, 1)], on=on(2))
    assert alerts(on(2))[B].state.level == 2


def test_too_little_use_waits_for_two_exports() -> None:
    make_bon(10_000)
    months = [row(10, 1), row(10, 2), row(10, 3), row(10, 4)]
    take(months[:3], on=on(4))
    assert S not in opened(on(4))
    take(months, on=on(5))
    assert "réalisé" in alerts(on(5))[S].told


def test_silence_is_three_weeks_without_anything_new_from_who_has_somebody_in_training() -> None:
    make_bon(1000)
    take([row(10, 2, state="en formation")], on=on(3, 1))
    evaluate(on(3, 21))
    assert D not in opened(on(3, 21))
    evaluate(on(3, 22))
    one = alerts(on(3, 22))[D]
    assert one.state.is_open
    assert "rien de nouveau depuis 21 jours" in plain(one.told)
    assert "moins de 5 parcours actifs" in one.told
    take([row(10, 2, state="en formation"), row(5, 3, state="en formation")], on=on(4, 1))
    assert D not in opened(on(4, 1))


def test_nobody_in_training_is_no_silence() -> None:
    make_bon(1000)
    take([row(10, 2)], on=on(3, 1))
    evaluate(on(5, 1))
    assert D not in opened(on(5, 1))


def test_quality_opens_on_an_unknown_order_and_a_clean_export_closes_it() -> None:
    make_bon(1000)
    take([row(10, 2), ("BC-9", "b", "01/02/2011", "3", "", "")], on=on(3))
    assert "1 ligne d’un bon inconnu" in plain(alerts(on(3))[Q].told)
    take([row(10, 2), row(4, 3)], on=on(4))
    assert Q not in opened(on(4))


def test_an_export_in_quarantine_is_the_graver_fault() -> None:
    make_bon(1000)
    rows = [row(2, 2, person=f"p{rank}") for rank in range(10)]
    take(rows, on=on(3))
    take(rows[:5], on=on(4))
    one = alerts(on(4))[Q]
    assert (one.state.is_open, one.state.level) == (True, 2)
    assert "quarantaine" in one.told


def test_parcours_left_waiting_are_grouped_by_operator() -> None:
    line = line_of(make_bon(1000))
    record = take([row(10, 2)], on=on(3))
    with db.writing(DOMAIN) as session:
        for rank in range(6):
            session.add(
                ParcoursVersion(
                    pseudonym=f"p{rank}", line_id=line, import_id=record.id or 0, known_on=on(3),
                    state="prescrit", prescribed_on=on(3, 1),
                )
            )  # fmt: skip
    evaluate(on(3, 15))
    assert P not in opened(on(3, 15))  # fourteen days: still in time
    evaluate(on(3, 16))
    assert "6 parcours sans contact" in plain(alerts(on(3, 16))[P].told)


def test_taking_an_export_back_closes_what_it_had_opened() -> None:
    make_bon(100)
    take([row(50, 1)], on=on(2))
    record = take([row(50, 1), row(70, 2)], on=on(3))
    assert X in opened(on(3))
    with db.writing(DOMAIN) as session:
        rosace_imports.revert(session, STAFF, import_id=record.id or 0, today=on(3, 9), now=NOW)
    assert X not in opened(on(3, 9))


def test_alerts_do_not_go_back_in_time() -> None:
    make_bon(100)
    take([row(120, 2)], on=on(3))
    evaluate(on(5))
    evaluate(on(4))
    with db.reading() as session:
        assert [one.evaluated_on for one in session.exec(select(AlertRun))] == [on(3), on(5)]


def test_two_evaluations_at_once_make_one_alert(store: str) -> None:
    line = line_of(make_bon(100))
    take([row(50, 1)], on=on(2))
    with db.writing(DOMAIN) as session:  # the order shrinks: an overrun nobody evaluated yet
        session.add(BonMovement(line_id=line, delta=-3600, kind="avenant", known_on=on(2, 7),
                                effective_on=on(2, 7)))  # fmt: skip
    assert store
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(evaluate, [on(2, 8)] * 4))
    assert told(X) == [f"nouvelle alerte : {OVERRUN}"]


def test_an_alert_is_taken_charge_of_and_put_to_sleep() -> None:
    make_bon(100)
    take([row(120, 2)], on=on(3))
    own = alerts(on(3))[X].id
    with db.writing(DOMAIN) as session, pytest.raises(ForbiddenError):
        alert_operations.acknowledge(session, ANALYST, alert_id=own, now=NOW)
    with db.writing(DOMAIN) as session:
        alert_operations.acknowledge(session, STAFF, alert_id=own, now=NOW)
    assert alerts(on(3))[X].state.phase is Phase.ACKNOWLEDGED
    asleep = {"alert_id": own, "today": on(3), "now": NOW}
    with db.writing(DOMAIN) as session, pytest.raises(DomainError, match="motif"):
        alert_operations.snooze(session, STAFF, reason=" ", until=on(4), **asleep)  # type: ignore[arg-type]
    with db.writing(DOMAIN) as session, pytest.raises(DomainError, match="après aujourd’hui"):
        alert_operations.snooze(session, STAFF, reason="congés", until=on(3), **asleep)  # type: ignore[arg-type]
    with db.writing(DOMAIN) as session:
        alert_operations.snooze(session, STAFF, reason="congés", until=on(3, 20), **asleep)  # type: ignore[arg-type]
    evaluate(on(3, 20))
    assert alerts(on(3, 20))[X].state.phase is Phase.SNOOZED
    evaluate(on(3, 21))
    assert alerts(on(3, 21))[X].state.phase is Phase.ACKNOWLEDGED
    assert told(X)[-1].startswith("fin de la mise en sommeil")


def test_what_does_not_exist_any_more_is_refused() -> None:
    with db.writing(DOMAIN) as session, pytest.raises(DomainError, match="rechargez"):
        alert_operations.acknowledge(session, STAFF, alert_id=404, now=NOW)


def prepare(recipients: str, day: date) -> str:
    with db.writing(DOMAIN, "mail") as session:
        return plain(
            alert_operations.prepare_digests(
                session, STAFF, recipients=recipients, today=day, now=NOW
            )
        )


def test_the_digest_of_a_week_is_prepared_once() -> None:
    make_bon(100)
    with pytest.raises(DomainError, match="adresse"):
        prepare(" , ", on(3))
    assert "Aucune alerte" in prepare("a@exemple.fr", on(3))
    take([row(120, 2), ("BC-9", "b", "01/02/2011", "3", "", "")], on=on(3))
    monday = on(3, 7)
    assert prepare("A@exemple.fr; b@exemple.fr", monday).startswith("4 courriels préparés")
    assert "déjà dans la boîte d’envoi" in prepare("a@exemple.fr", monday - timedelta(days=1))
    assert prepare("a@exemple.fr", monday + timedelta(days=7)).startswith("2 courriels")
    with db.reading() as session:
        mails = session.exec(select(MailMessage)).all()
    bodies = {one.subject.split(" :")[0]: one.body for one in mails}
    assert set(bodies) == {"Compétences Clés, UT 31", "Compétences Clés, UT région"}
    first, *lines = bodies["Compétences Clés, UT 31"].splitlines()
    assert first == "À traiter"
    assert f"- {OVERRUN} (depuis le 6 mars 2011)" in lines


def test_what_is_kept_reads_back_as_it_was() -> None:
    make_bon(100)
    take([row(120, 2)], on=on(3))
    with db.reading() as session:
        one = session.exec(select(Alert).where(Alert.code == "X")).one()
        assert json.loads(one.reopened_on) == []
        assert one.ut_codes == "31"
        assert alert_queries.state_of(one).value == 20 * 60
