"""Small markets: a lot, orders, exports written line by line."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from sqlmodel import Session, select

from core import db
from core.competences_cles import ledger_queries, market, orders, rosace_imports
from core.competences_cles.follow_models import (
    Alert,
    AlertEvent,
    AlertRun,
    CommitteePack,
    Decision,
    Foreseen,
    ForeseenVersion,
    QualitativeNote,
)
from core.competences_cles.market import LotDraft, MarcheDraft
from core.competences_cles.market_models import (
    Attribution,
    AttributionMember,
    Lot,
    LotUt,
    Marche,
    Prescripteur,
    Prestation,
    Prix,
)
from core.competences_cles.models import (
    BonDeCommande,
    BonLine,
    BonMovement,
    Consumption,
    ConsumptionMonth,
    LineStanding,
    OperatorMonth,
    ParcoursVersion,
    RosaceImport,
    RosaceLine,
    RosaceProfile,
)
from core.competences_cles.order_checks import BonDraft
from core.competences_cles.outlook import OrderFacts
from core.competences_cles.quantities import BonState
from core.competences_cles.rosace_reading import Layout
from core.competences_cles.rosace_sheet import Export
from core.db import Base
from core.people.models import Structure
from core.territories.models import Territory
from tests.factories import ANALYST, STAFF

NOW = datetime(2011, 6, 15, 9, 30, tzinfo=UTC)
TODAY = date(2011, 6, 15)
DOMAIN = "competences_cles"
HEADERS = ("N° bon", "Prestation", "Identifiant", "Mois", "Heures réalisées", "État",
           "Heures prévues")  # fmt: skip
LAYOUT = Layout(
    {"order": "N° bon", "prestation": "Prestation", "person": "Identifiant", "done_on": "Mois",
     "quantity": "Heures réalisées", "state": "État", "planned": "Heures prévues"},
    "%d/%m/%Y",
)  # fmt: skip


def make_places() -> tuple[int, int]:
    """Make a département and an operator; return their ids."""
    with db.writing("territories", "people") as session:
        place = session.exec(select(Territory).where(Territory.code == "31")).first()
        place = place or Territory(
            level="departement", code="31", name="Haute-Garonne", in_area=True
        )
        operator = Structure(name="Organisme d’essai", search_key="organisme d essai")
        session.add_all([place, operator])
        session.flush()
        return place.id or 0, operator.id or 0


def make_lot(*, quantity_max: int | None = None) -> tuple[int, int, int, int]:
    """Make a market with one lot and one service; return lot, service, département, operator."""
    place, operator = make_places()
    with db.writing(DOMAIN) as session:
        marche = market.create_marche(
            session, STAFF, MarcheDraft("M-2010", date(2010, 1, 1), date(2013, 12, 31)), now=NOW
        )
        draft = LotDraft(marche, "1", [place], quantity_max=quantity_max)
        lot = market.create_lot(session, STAFF, draft, now=NOW)
        service = market.create_prestation(
            session, STAFF, code="formation", label="Formation", unit="heure", now=NOW
        )
    return lot, service, place, operator


def make_bon(
    hours: float, *, number: str = "BC-1", lot: tuple[int, int, int, int] | None = None,
    state: BonState = BonState.NOTIFIED,
) -> int:  # fmt: skip
    """Make an order of 2011 in a state; return its id."""
    lot_id, service, place, operator = lot or make_lot()
    with db.writing(DOMAIN) as session:
        bon = orders.create_bon(
            session, STAFF,
            BonDraft(lot_id, place, operator, number, date(2011, 1, 1), date(2011, 12, 31),
                     {service: round(60 * hours)}),
            now=NOW,
        )  # fmt: skip
        path = [BonState.ISSUED, BonState.NOTIFIED, BonState.RUNNING, BonState.SETTLED]
        if state in path:
            for step in path[: path.index(state) + 1]:
                orders.change_state(session, STAFF, bon_id=bon, to=step, on=date(2011, 1, 1),
                                    now=NOW)  # fmt: skip
    return bon


def line_of(bon: int) -> int:
    with db.reading() as session:
        return session.exec(select(BonLine.id).where(BonLine.bon_id == bon)).one() or 0


Cells = tuple[str, ...]


def export(
    rows: Iterable[Cells], *, on: date = TODAY, is_partial: bool = False, name: str = "rosace.csv"
) -> Export:
    """Write an export of rows (order, person, day, hours, state, planned hours)."""
    lines = [";".join(HEADERS)]
    for order, person, day, hours, *rest in rows:
        state, planned = (*rest, "", "")[:2]
        lines.append(";".join([order, "formation", person, day, hours, state, planned]))
    return Export(name, "\n".join(lines).encode(), LAYOUT, on, is_partial)


def take(rows: Iterable[Cells], **more: object) -> RosaceImport:
    """Apply an export of rows."""
    reverse = bool(more.pop("reverse_vanished", False))
    with db.writing(DOMAIN) as session:
        return rosace_imports.apply(
            session, STAFF, export(rows, **more), reverse_vanished=reverse, now=NOW  # type: ignore[arg-type]  # an export's own fields
        )  # fmt: skip


def facts(known_on: date = TODAY) -> list[OrderFacts]:
    with db.reading() as session:
        return ledger_queries.facts(session, ANALYST, known_on=known_on)


def fill_every_table(session: Session) -> None:
    """Add one row to each table of the market, orders, ledger and what surrounds them."""
    moment = NOW.replace(tzinfo=None)

    def add(row: Base) -> int:
        session.add(row)
        session.flush()
        return int(getattr(row, "id", 0) or 0)

    place = session.exec(select(Territory.id)).first() or 0
    operator = add(Structure(name="Organisme", search_key="organisme"))
    marche = add(Marche(reference="M", starts_on=TODAY, ends_on=TODAY))
    lot = add(Lot(marche_id=marche, number="1"))
    service = add(Prestation(code="P", label="P"))
    bon = add(BonDeCommande(lot_id=lot, territory_id=place, structure_id=operator, number="B",
                            starts_on=TODAY, ends_on=TODAY))  # fmt: skip
    line = add(BonLine(bon_id=bon, prestation_id=service, initial=60))
    profile = add(RosaceProfile(name="p", fingerprint="f", mapping="{}", created_at=moment))
    taken = add(RosaceImport(file_name="a", sha256="0", profile_id=profile, extracted_on=TODAY,
                             period_from=201101, period_to=201101, state="applique", rows_read=1,
                             imported_at=moment))  # fmt: skip
    decision = add(Decision(decided_on=TODAY, kind="reallocation", text="t"))
    alert = add(Alert(code="V", object_key="B", name="B", phase="ouverte"))
    for row in (
        LotUt(lot_id=lot, territory_id=place),
        AttributionMember(
            attribution_id=add(Attribution(lot_id=lot, structure_id=operator, starts_on=TODAY)),
            structure_id=operator,
        ),
        Prix(lot_id=lot, prestation_id=service, cents=950, starts_on=TODAY),
        Prescripteur(name="Pôle"),
        BonMovement(line_id=line, delta=60, kind="avenant", effective_on=TODAY, known_on=TODAY,
                    decision_id=decision),
        ParcoursVersion(pseudonym="p", line_id=line, import_id=taken, known_on=TODAY,
                        state="prescrit"),
        Consumption(line_id=line, import_id=taken, key="k", pseudonym="p", done_on=TODAY,
                    period=201106, quantity=60, known_on=TODAY),
        ConsumptionMonth(line_id=line, period=201106, known_on=TODAY, quantity=60),
        LineStanding(import_id=taken, line_id=line, committed=1, completed=0, outcomes=0),
        OperatorMonth(structure_id=operator, period=201106, import_id=taken, known_on=TODAY),
        RosaceLine(import_id=taken, number=2, status="rejete", reason="r", raw="{}"),
        Foreseen(line_id=line, period=201106, quantity=60),
        ForeseenVersion(line_id=line, version=1, known_on=TODAY),
        AlertEvent(alert_id=alert, kind="ouverture", channel="message", level=1, told="t",
                   happened_on=TODAY),
        AlertRun(evaluated_on=TODAY, import_id=taken, at=moment),
        QualitativeNote(territory_id=place, quarter="2011-T2", theme="durée", text="t",
                        written_at=moment),
        CommitteePack(territory_id=place, version=1, known_on=TODAY, pdf=b"%PDF", xlsx=b"PK",
                      sha256="0", made_at=moment),
    ):  # fmt: skip
        add(row)
