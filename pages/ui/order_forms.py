"""Forms of an order: drafted in a lot, for one of its départements, with its holder; corrected."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from core.access import Viewer
from core.competences_cles import market_queries, order_queries, orders, units
from core.competences_cles.order_checks import BonDraft
from core.competences_cles.order_queries import LotChoice, OrderCard
from core.competences_cles.units import UnitOfWork
from pages.ui import choices, frame, holder_forms
from pages.ui import market_fields as fields
from pages.ui.read import read


def creation(person: Viewer) -> None:
    """Draft an order: the lot first, which says its départements and its holder."""
    lots = read(order_queries.lot_choices, viewer=person)
    if not lots or not read(market_queries.prestations, viewer=person):
        st.info("Un bon se saisit dans un lot, pour des prestations : commencez par le marché.")
        st.page_link("pages/competences_cles/marche.py", label="Tenir le marché")
        return
    names: dict[str, object] = {one.name: one for one in lots}
    lot = choices.pick("Lot", names, "lot_du_bon")
    assert isinstance(lot, LotChoice)  # noqa: S101  # pick returns one of its options
    key = f"{fields.fresh('bon_neuf')}_{lot.id}"
    with st.form("bon_neuf", enter_to_submit=False):
        draft = _fields(person, lot, None, key)
        submitted = st.form_submit_button("Créer le brouillon", type="primary")
    if submitted:
        with fields.write() as session:
            made = orders.create_bon(session, person, draft(), now=frame.clock())
        st.query_params["commande"] = str(made)
        fields.done("Brouillon créé : relisez-le, puis émettez-le.", renewed="bon_neuf")


def correction(person: Viewer, card: OrderCard) -> None:
    """Correct a draft in its lot."""
    lots = read(order_queries.lot_choices, viewer=person)
    lot = next(one for one in lots if one.id == card.bon.lot_id)
    with st.form("bon_corrige", enter_to_submit=False):
        draft = _fields(person, lot, card, f"b{card.bon.id}_{card.bon.version}")
        submitted = st.form_submit_button("Enregistrer le brouillon", type="primary")
    if submitted:
        with fields.write() as session:
            orders.change_draft(session, person, draft(), bon_id=card.bon.id or 0,
                                now=frame.clock())  # fmt: skip
        fields.done("Brouillon corrigé.")


def _fields(
    person: Viewer, lot: LotChoice, card: OrderCard | None, key: str
) -> Callable[[], BonDraft]:
    bon = card.bon if card else None
    first = max(lot.starts_on, date(frame.today().year, 1, 1))
    left, right = st.columns(2, gap="small")
    number = left.text_input("Numéro du bon", bon.number if bon else "", key=f"{key}_numero")
    with right:
        first_ut = bon.territory_id if bon else next(iter(lot.uts), None)
        place = fields.option("Département (UT du lot)", lot.uts, f"{key}_ut", value=first_ut)
    left, right = st.columns(2, gap="small")
    with left:
        start = fields.day("Début", bon.starts_on if bon else first, f"{key}_debut")
    with right:
        end = fields.day("Fin", bon.ends_on if bon else date(first.year, 12, 31), f"{key}_fin")
    held = lot.holder_on(bon.starts_on if bon else frame.today())
    operators = holder_forms.operators(person)
    holder = fields.option("Titulaire", operators, f"{key}_titulaire",
                           value=bon.structure_id if bon else held)  # fmt: skip
    if held in operators:
        st.caption(f"Titulaire du lot à cette date : {frame.plain(operators[held])}.")
    else:
        st.caption("Ce lot n’a pas de titulaire à cette date : choisissez-le.")
    quantities = _quantities(person, card, key)
    return lambda: BonDraft(
        lot.id, place or 0, holder or 0, number or "", fields.needed(start, "le début du bon"),
        fields.needed(end, "la fin du bon"), quantities(),
    )  # fmt: skip


def _quantities(person: Viewer, card: OrderCard | None, key: str) -> Callable[[], dict[int, int]]:
    """Ask for the quantity of each service; one that is left empty is not ordered."""
    held = {line.prestation_id: line.initial for line in card.lines} if card else {}
    typed: dict[int, tuple[str, UnitOfWork]] = {}
    for one in read(market_queries.prestations, viewer=person):
        own, unit = one.id or 0, UnitOfWork(one.unit)
        value = units.written(held[own], unit) if own in held else ""
        text = st.text_input(f"{one.label} ({unit.label}s)" if unit.is_timed else one.label, value,
                             key=f"{key}_q{own}", help=fields.QUANTITY_HELP)  # fmt: skip
        typed[own] = (text or "", unit)
    return lambda: {
        own: units.quantity_of(text, unit) for own, (text, unit) in typed.items() if text.strip()
    }
