"""The weekly digest: one for each UT, what is grave first, and nothing said twice."""

from datetime import date, timedelta

from core.competences_cles import alert_digest
from core.competences_cles.alert_digest import Entry
from core.competences_cles.alert_rules import AlertCode
from core.competences_cles.alert_states import AlertState, Phase

TODAY = date(2011, 6, 20)


def entry(name: str, phase: Phase, ut: str = "31", **more: object) -> Entry:
    state = AlertState(phase=phase, opened_on=date(2011, 6, 6), **more)  # type: ignore[arg-type]  # fields by name
    return Entry(ut, AlertCode.BLOCKING, name, state)


def test_one_digest_for_each_ut_in_their_order() -> None:
    found = alert_digest.digests(
        [entry("81-01", Phase.OPEN, "81"), entry("31-01", Phase.OPEN), entry("31-02", Phase.OPEN)],
        today=TODAY,
    )
    assert [one.ut for one in found] == ["31", "81"]
    assert found[0].subject == "Compétences Clés, UT 31 : 2 alertes ouvertes au 20 juin 2011"


def test_lines_go_by_heading_the_gravest_first() -> None:
    found = alert_digest.digests(
        [
            entry("31-01", Phase.OPEN, level=1), entry("31-02", Phase.OPEN, level=2),
            entry("31-03", Phase.ACKNOWLEDGED, acknowledged_by="C. Martin"),
            entry("31-04", Phase.RECOVERING),
            entry("31-05", Phase.SNOOZED, snooze_reason="avenant signé",
                  snoozed_until=date(2011, 7, 1)),
            entry("31-06", Phase.CLOSED, closed_on=TODAY - timedelta(days=2)),
        ],
        today=TODAY,
    )  # fmt: skip
    headings = dict(found[0].headings)
    assert headings["À traiter"] == (
        "blocage proche, 31-02 (depuis le 6 juin 2011)",
        "blocage proche, 31-01 (depuis le 6 juin 2011)",
    )
    assert headings["Prises en charge"][0].endswith("(depuis le 6 juin 2011, suivie par C. Martin)")
    assert headings["En sommeil"] == (
        "blocage proche, 31-05 : avenant signé (jusqu’au 1er juillet 2011)",
    )
    assert headings["Rétablies cette semaine"] == ("blocage proche, 31-06 (après 12 jours)",)
    assert "4 alertes ouvertes" in found[0].subject


def test_an_unstable_alert_says_so() -> None:
    shaky = entry("31-01", Phase.OPEN, reopened_on=(TODAY - timedelta(days=9), TODAY))
    line = alert_digest.digests([shaky], today=TODAY)[0].headings[0][1][0]
    assert line.endswith("(depuis le 6 juin 2011, instable)")


def test_nothing_to_say_sends_nothing() -> None:
    old = entry("31-01", Phase.CLOSED, closed_on=TODAY - timedelta(days=8))
    assert alert_digest.digests([old], today=TODAY) == []
    assert alert_digest.digests([], today=TODAY) == []
