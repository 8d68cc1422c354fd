"""The follow-up, the reallocation it leads to, and decisions, on both engines."""

from datetime import date

import pytest
from sqlmodel import select

from core import db
from core.access import Role, viewer_for
from core.competences_cles import (
    decisions,
    followup,
    outlook,
    reallocation,
    rosace_queries,
    rosace_reading,
    sharing_out,
    ut_map,
)
from core.competences_cles.decisions import DecisionDraft
from core.competences_cles.forecast import Outlook
from core.competences_cles.models import BonMovement
from core.competences_cles.outlook import OrderView
from core.competences_cles.quantities import BonState, Quantities
from core.competences_cles.reallocation_inputs import Settings
from core.errors import DomainError
from core.importing import FileRefusedError
from tests.core.competences_cles.making import (
    DOMAIN,
    LAYOUT,
    NOW,
    TODAY,
    Cells,
    facts,
    make_bon,
    make_lot,
    take,
)
from tests.factories import ANALYST, STAFF

H = 60
DRAFT = DecisionDraft("comité de pilotage", TODAY)


def views(known_on: date = TODAY) -> list[OrderView]:
    with db.reading() as session:
        return followup.orders(session, ANALYST, known_on=known_on)


def monthly(number: str, hours: float, months: int = 5) -> list[Cells]:
    return [(number, f"{number}-p", f"01/{month:02}/2011", str(hours)) for month in
            range(1, months + 1)]  # fmt: skip


def two_orders() -> None:
    """One order that runs short, and one that has more than it needs, in one lot."""
    lot = make_lot()
    make_bon(300, number="BC-1", lot=lot)
    make_bon(900, number="BC-2", lot=lot)
    take([*monthly("BC-1", 50), *monthly("BC-2", 20)])


@pytest.mark.usefixtures("store")
def test_an_order_is_dated_with_its_interval_and_its_months_are_told() -> None:
    make_bon(600)
    take(monthly("BC-1", 90))
    one = views()[0]
    assert one.exhaustion.outlook is Outlook.DATED
    assert one.told(TODAY).startswith("entre le ")
    assert one.facts.state is BonState.RUNNING
    months = followup.months_told(one)
    assert months["declared"].tolist() == [90.0] * 5
    curve = followup.burn_up(one, TODAY)
    assert curve.base == 450 * H
    assert curve.steps[-1][1] == 600 * H
    assert outlook.headline([one]).startswith("1 bon de commande en cours, 1 s’épuise")


@pytest.mark.usefixtures("store")
def test_a_silent_operator_is_stale_and_never_slow() -> None:
    make_bon(600)
    take(monthly("BC-1", 90, months=3), on=date(2011, 4, 5))
    one = views()[0]
    assert one.exhaustion.outlook is Outlook.STALE
    table = followup.as_table([one], TODAY)
    assert table["pace"].tolist() == ["périmé"]
    assert "périmé" in table["told"].iloc[0]


@pytest.mark.usefixtures("store")
def test_quantities_of_a_departement_add_up_and_are_coloured() -> None:
    two_orders()
    found = followup.by_ut(views())["31"]
    assert (found.ordered, found.consumed) == (1200 * H, 350 * H)
    assert ut_map.class_of(found) == "plus de 40 %"
    assert ut_map.class_of(Quantities(0, 0, 0.0)) == "aucun bon en cours"
    drawn = ut_map.ut_map({"31": found})["data"]["values"]
    assert len(drawn) == 8
    assert [one["a"] for one in drawn if one["c"] != "aucun bon en cours"] == ["850 h"]


@pytest.mark.usefixtures("store")
def test_a_decision_amends_the_orders_it_moves_and_keeps_what_it_was_shown() -> None:
    two_orders()
    found = sharing_out.sharing(views(), today=TODAY)
    settings = Settings(lots=found.lots)
    proposal = reallocation.propose(found.orders, settings)
    assert proposal.amendments
    assert proposal.total == pytest.approx(1200)
    with db.writing(DOMAIN) as session:
        decisions.decide(session, STAFF, DRAFT, proposal, settings, now=NOW)
    assert {one.number: one.ordered / H for one in facts()} == {
        one.order.key: one.proposed for one in proposal.moves
    }
    with db.reading() as session:
        kinds = session.exec(select(BonMovement.kind, BonMovement.decision_id)).all()
        table = decisions.recorded(session, ANALYST)
    assert {kind for kind, _ in kinds} == {"reallocation"}
    assert all(decision for _, decision in kinds)
    assert table["moved"].tolist() == [len(proposal.amendments)]


@pytest.mark.usefixtures("store")
def test_a_decision_says_what_it_lacks() -> None:
    two_orders()
    found = sharing_out.sharing(views(), today=TODAY)
    proposal = reallocation.propose(found.orders, Settings(lots=found.lots))
    with db.writing(DOMAIN) as session:
        with pytest.raises(DomainError, match="quelle instance"):
            decisions.decide(session, STAFF, DecisionDraft(" ", TODAY), proposal, Settings(),
                             now=NOW)  # fmt: skip
        with pytest.raises(DomainError):
            decisions.decide(session, ANALYST, DRAFT, proposal, Settings(), now=NOW)
    short = Settings(lots=found.lots, totals={one.pool: 100.0 for one in found.orders})
    impossible = reallocation.propose(found.orders, short)
    with db.writing(DOMAIN) as session, pytest.raises(DomainError, match="dépasser une limite"):
        decisions.decide(session, STAFF, DRAFT, impossible, short, now=NOW)


@pytest.mark.usefixtures("store")
def test_the_public_reads_no_order() -> None:
    with db.reading() as session, pytest.raises(DomainError):
        followup.orders(session, viewer_for(Role.PUBLIC), known_on=TODAY)


@pytest.mark.usefixtures("store")
def test_a_layout_is_learnt_once_and_remembered() -> None:
    make_bon(100)
    take(monthly("BC-1", 5))
    headers = ["n° BON", "prestation", "IDENTIFIANT", "mois", "Heures Réalisées", "état",
               "heures prévues"]  # fmt: skip
    content = f"{';'.join(headers)}\nBC-1;formation;a;01/01/2011;1;;".encode()
    raw = rosace_reading.read(content, "autre.csv")
    with db.reading() as session:
        known, is_known = rosace_queries.layout(session, STAFF, raw=raw)
    assert is_known
    assert known.columns == LAYOUT.columns


def test_headers_are_proposed_by_their_words_and_nothing_else() -> None:
    found = rosace_reading.proposed(["N° bon de commande", "Id bénéficiaire", "Mois", "Nb heures",
                                     "Date prescription", "Couleur"])  # fmt: skip
    assert found.columns == {
        "order": "N° bon de commande", "person": "Id bénéficiaire", "done_on": "Mois",
        "quantity": "Nb heures", "prescribed_on": "Date prescription",
    }  # fmt: skip
    assert rosace_reading.lacking({}) == [
        "N° de bon de commande", "Identifiant", "Date ou mois", "Quantité (heures)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "est vide"), (b"a\nb", "Une seule colonne"), (b"a;b\n", "pas de ligne"),
     (b"\0\0a;b\n1;2", "ni un CSV"), (b"PK\x03\x04xx", "ne s’ouvre pas")],
)  # fmt: skip
def test_a_file_that_is_no_export_says_why(content: bytes, sentence: str) -> None:
    with pytest.raises(FileRefusedError, match=sentence):
        rosace_reading.read(content, "export.csv")
