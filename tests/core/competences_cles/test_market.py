"""The market as reference data: changed, ended, removed where nothing uses it."""

from datetime import date

import pytest
from sqlmodel import Session, func, select

from core import db
from core.competences_cles import holders, market, market_changes, prices
from core.competences_cles.holders import MemberDraft, PrescriberDraft
from core.competences_cles.market import LotDraft, MarcheDraft, PrixDraft
from core.competences_cles.market_enums import MemberRole, PrescriberKind
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
from core.errors import DomainError, ForbiddenError
from core.journal import JournalEntry
from core.people.models import Structure
from core.territories.models import Territory
from tests.core.competences_cles.making import DOMAIN, NOW, make_bon, make_lot
from tests.factories import ANALYST, STAFF

START, END = date(2010, 1, 1), date(2013, 12, 31)


def marche_id(session: Session) -> int:
    return session.exec(select(Marche.id)).one() or 0


def test_a_marche_is_changed_but_never_away_from_its_orders(store: str) -> None:
    make_bon(10)
    with db.writing(DOMAIN) as session:
        own = marche_id(session)

        def change(draft: MarcheDraft) -> None:
            market_changes.change_marche(session, STAFF, draft, marche_id=own, now=NOW)

        change(MarcheDraft("M-2010 bis", START, END, subject="Objet ", buyer="État"))
        assert session.get_one(Marche, own).subject == "Objet"
        for draft, said in (
            (MarcheDraft("M", START, date(2010, 12, 31)), r"1 bon \(BC-1\)"),
            (MarcheDraft("M", date(2011, 2, 1), END), r"1 bon \(BC-1\)"),
            (MarcheDraft("M", START, date(2014, 1, 2)), "motif de la dérogation"),
            (MarcheDraft(" ", START, END), "référence"),
            (MarcheDraft("M", END, START), "précède"),
        ):
            with pytest.raises(DomainError, match=said):
                change(draft)
        change(MarcheDraft("M-2010", START, date(2014, 6, 30), derogation="prolongation"))
        other = market.create_marche(session, STAFF, MarcheDraft("M-2", START, END), now=NOW)
        with pytest.raises(DomainError, match="existe déjà"):
            change(MarcheDraft("M-2", START, END))
        with pytest.raises(DomainError, match="a des lots"):
            market_changes.remove_marche(session, STAFF, marche_id=own, now=NOW)
        market_changes.remove_marche(session, STAFF, marche_id=other, now=NOW)
        assert session.exec(select(Marche.reference)).all() == ["M-2010"]
        told = session.exec(select(JournalEntry.action)).all()
        assert {"modification d’un marché", "marché retiré"} <= set(told)
        with pytest.raises(ForbiddenError):
            market_changes.remove_marche(session, ANALYST, marche_id=own, now=NOW)


def test_a_lot_keeps_its_orders_its_unit_and_its_departements(store: str) -> None:
    lot, service, place, operator = made = make_lot()
    make_bon(100, lot=made)
    with db.writing("territories") as session:
        gers = Territory(level="departement", code="32", name="Gers", in_area=True)
        session.add(gers)
        session.flush()
        other = gers.id or 0
    with db.writing(DOMAIN) as session:
        own = marche_id(session)

        def change(uts: list[int], **more: object) -> None:
            draft = LotDraft(own, "1", uts, **more)  # type: ignore[arg-type]  # as given
            market_changes.change_lot(session, STAFF, draft, lot_id=lot, now=NOW)

        change([place, other], label="Toulouse", quantity_min=60, quantity_max=6_000)
        assert set(session.exec(select(LotUt.territory_id))) == {place, other}
        change([place], quantity_max=6_000)
        assert session.exec(select(LotUt.territory_id)).all() == [place]
        for uts, more, said in (
            ([other], {}, "gardez ce département"), ([], {}, "au moins un département"),
            ([place], {"quantity_max": 5_999}, "porte déjà 100"),
            ([place], {"unit": "parcours"}, "L’unité d’un lot"),
            ([place], {"quantity_min": 2, "quantity_max": 1}, "dépasse son maximum"),
            ([place], {"quantity_min": -1}, "négatifs"),
        ):  # fmt: skip
            with pytest.raises(DomainError, match=said):
                change(uts, **more)
        with pytest.raises(DomainError, match="a des bons : il ne se retire pas"):
            market_changes.remove_lot(session, STAFF, lot_id=lot, now=NOW)
        free = market.create_lot(session, STAFF, LotDraft(own, "2", [place]), now=NOW)
        made_price = market.set_price(session, STAFF, PrixDraft(free, service, 950, START), now=NOW)
        holder = market.attribute(session, STAFF, lot_id=free, structure_id=operator,
                                  starts_on=START, now=NOW)  # fmt: skip
        with pytest.raises(DomainError, match="a des prix et un titulaire"):
            market_changes.remove_lot(session, STAFF, lot_id=free, now=NOW)
        prices.remove_price(session, STAFF, prix_id=made_price, now=NOW)
        holders.remove_attribution(session, STAFF, attribution_id=holder, now=NOW)
        market_changes.remove_lot(session, STAFF, lot_id=free, now=NOW)
        assert session.exec(select(Lot.id)).all() == [lot]


def test_services_and_prices_that_are_used_stay(store: str) -> None:
    lot, service, _place, _operator = made = make_lot()
    with db.writing(DOMAIN) as session:
        first = market.set_price(session, STAFF, PrixDraft(lot, service, 950, START), now=NOW)
        with pytest.raises(DomainError, match="terminez-le d’abord"):
            market.set_price(
                session, STAFF, PrixDraft(lot, service, 990, date(2011, 1, 1)), now=NOW
            )
        prices.end_price(session, STAFF, prix_id=first, ends_on=date(2010, 12, 31), now=NOW)
        second = market.set_price(session, STAFF, PrixDraft(lot, service, 990, date(2011, 1, 1)),
                                  now=NOW)  # fmt: skip
        with pytest.raises(DomainError, match="Un autre prix commence le 1er janvier 2011"):
            prices.end_price(session, STAFF, prix_id=first, ends_on=None, now=NOW)
        with pytest.raises(DomainError, match="La fin précède le début"):
            prices.end_price(session, STAFF, prix_id=first, ends_on=date(2009, 1, 1), now=NOW)
    make_bon(10, lot=made)
    with db.writing(DOMAIN) as session:
        with pytest.raises(DomainError, match=r"1 bon \(BC-1\)"):
            prices.remove_price(session, STAFF, prix_id=second, now=NOW)
        prices.remove_price(session, STAFF, prix_id=first, now=NOW)
        assert session.exec(select(Prix.cents)).all() == [990]

        def change(unit: str) -> None:
            prices.change_prestation(session, STAFF, prestation_id=service, label="Formation ",
                                     unit=unit, now=NOW)  # fmt: skip

        change("heure")
        assert session.get_one(Prestation, service).label == "Formation"
        with pytest.raises(DomainError, match="son unité ne change plus"):
            change("parcours")
        with pytest.raises(DomainError, match="ne se retire pas"):
            prices.remove_prestation(session, STAFF, prestation_id=service, now=NOW)
        free = market.create_prestation(session, STAFF, code="bilan", label="Bilan",
                                        unit="parcours", now=NOW)  # fmt: skip
        prices.remove_prestation(session, STAFF, prestation_id=free, now=NOW)
        assert session.exec(select(func.count()).select_from(Prestation)).one() == 1


def test_one_holder_at_a_time_and_its_group(store: str) -> None:
    lot, _service, _place, operator = made = make_lot()
    with db.writing("people") as session:
        partners = [Structure(name=name, search_key=name) for name in ("a", "b")]
        session.add_all(partners)
        session.flush()
        first, second = (one.id or 0 for one in partners)
    make_bon(10, lot=made)
    with db.writing(DOMAIN) as session:
        own = market.attribute(session, STAFF, lot_id=lot, structure_id=operator, starts_on=START,
                               now=NOW)  # fmt: skip
        with pytest.raises(DomainError, match="a déjà un titulaire"):
            market.attribute(session, STAFF, lot_id=lot, structure_id=first,
                             starts_on=date(2011, 1, 1), now=NOW)  # fmt: skip

        def end(day: date | None) -> None:
            holders.end_attribution(session, STAFF, attribution_id=own, ends_on=day, now=NOW)

        with pytest.raises(DomainError, match=r"bons qui commencent ensuite : BC-1"):
            end(date(2010, 12, 31))
        end(date(2011, 12, 31))
        later = market.attribute(session, STAFF, lot_id=lot, structure_id=first,
                                 starts_on=date(2012, 1, 1), now=NOW)  # fmt: skip
        with pytest.raises(DomainError, match="Un autre titulaire commence le 1er janvier 2012"):
            end(None)
        member = holders.add_member(session, STAFF, MemberDraft(own, first, share=400), now=NOW)
        for draft, said in (
            (MemberDraft(own, operator), "déjà dans ce groupement"),
            (MemberDraft(own, first), "déjà dans ce groupement"),
            (MemberDraft(own, second, share=601), "dépasseraient 100"),
            (MemberDraft(own, second, share=0), "entre 0 et 100"),
            (MemberDraft(own, 10**6), "n’existe plus"),
        ):
            with pytest.raises(DomainError, match=said):
                holders.add_member(session, STAFF, draft, now=NOW)
        holders.add_member(session, STAFF, MemberDraft(own, second, MemberRole.SUBCONTRACTOR, 600),
                           now=NOW)  # fmt: skip
        holders.remove_member(session, STAFF, member_id=member, now=NOW)
        assert session.exec(select(AttributionMember.structure_id)).all() == [second]
        with pytest.raises(DomainError, match="terminez l’attribution"):
            holders.remove_attribution(session, STAFF, attribution_id=own, now=NOW)
        holders.add_member(session, STAFF, MemberDraft(later, second), now=NOW)
        holders.remove_attribution(session, STAFF, attribution_id=later, now=NOW)
        assert session.exec(select(Attribution.id)).all() == [own]


def test_prescribers_have_a_name_of_their_own(store: str) -> None:
    with db.writing(DOMAIN) as session:
        own = holders.save_prescriber(
            session, STAFF, PrescriberDraft("Mission locale", PrescriberKind.YOUTH_CENTRE), now=NOW
        )
        for name, said in ((" ", "Donnez le nom"), ("Mission locale", "existe déjà")):
            with pytest.raises(DomainError, match=said):
                holders.save_prescriber(session, STAFF, PrescriberDraft(name), now=NOW)
        holders.save_prescriber(session, STAFF, PrescriberDraft("Mission locale 31"),
                                prescriber_id=own, now=NOW)  # fmt: skip
        assert session.get_one(Prescripteur, own).name == "Mission locale 31"
        holders.remove_prescriber(session, STAFF, prescriber_id=own, now=NOW)
        with pytest.raises(DomainError, match="n’existe plus"):
            holders.remove_prescriber(session, STAFF, prescriber_id=own, now=NOW)


@pytest.mark.parametrize(
    ("start", "limit"),
    [(START, date(2014, 1, 1)), (date(2010, 1, 31), date(2014, 1, 31)),
     (date(2096, 2, 29), date(2100, 2, 28)), (date(2008, 2, 29), date(2012, 2, 29))],
)  # fmt: skip
def test_four_years_end_on_the_same_day(start: date, limit: date) -> None:
    assert market.four_years_after(start) == limit
