"""Forms of the services that are ordered and of what they cost, lot by lot."""

from typing import Any

import pandas as pd
import streamlit as st

from core.access import Viewer
from core.competences_cles import market, market_queries, prices, units
from core.competences_cles.market import PrixDraft
from core.competences_cles.market_queries import PriceRow
from pages.ui import choices, frame, outputs
from pages.ui import market_fields as fields
from pages.ui.read import read

SERVICES = {"code": "Code", "label": "Libellé", "unit": "Unité d’œuvre"}
PRICES = {"lot": "Lot", "prestation": "Prestation", "price": "Prix", "unit": "Unité",
          "since": "Depuis le", "until": "Jusqu’au"}  # fmt: skip


def prestations(person: Viewer, _marche: Any) -> None:
    """List the services, add one, change or remove one. They serve every marché."""
    rows = read(market_queries.prestations, viewer=person)
    if rows:
        table = pd.DataFrame(
            [(one.code, one.label, units.UnitOfWork(one.unit).label) for one in rows],
            columns=list(SERVICES),
        )
        frame.table(table, SERVICES, key="prestations")
        st.caption(
            "Les exports nomment une prestation par son code ou son libellé. Elles valent pour "
            "tous les marchés."
        )
    else:
        st.info("Aucune prestation. Ajoutez ce que l’on commande : formation, positionnement…")
    with st.expander("Ajouter une prestation", icon=":material/add:", expanded=not rows):
        _new_prestation(person)
    if rows:
        with st.expander("Modifier ou retirer une prestation", icon=":material/edit:"):
            names: dict[str, object] = {f"{one.label} ({one.code})": one for one in rows}
            _change_prestation(person, choices.pick("Prestation", names, "prestation_choisie"))


def _new_prestation(person: Viewer) -> None:
    key = fields.fresh("prestation_neuve")
    with st.form("prestation_neuve", enter_to_submit=False):
        left, right = st.columns(2, gap="small")
        code = left.text_input("Code", key=f"{key}_code", placeholder="formation")
        label = right.text_input("Libellé", key=f"{key}_libelle")
        unit = fields.unit(f"{key}_unite")
        submitted = st.form_submit_button("Ajouter la prestation", type="primary")
    if submitted:
        with fields.write() as session:
            market.create_prestation(session, person, code=code or "", label=label or "",
                                     unit=unit.value, now=frame.clock())  # fmt: skip
        fields.done("Prestation ajoutée.", renewed="prestation_neuve")


def _change_prestation(person: Viewer, one: Any) -> None:
    with st.form(f"prestation_{one.id}", enter_to_submit=False):
        left, right = st.columns(2, gap="small")
        label = left.text_input("Libellé", one.label, key=f"p{one.id}_libelle")
        with right:
            unit = fields.unit(f"p{one.id}_unite", one.unit)
        submitted = st.form_submit_button("Enregistrer la prestation", type="primary")
    if submitted:
        with fields.write() as session:
            prices.change_prestation(session, person, prestation_id=one.id, label=label or "",
                                     unit=unit.value, now=frame.clock())  # fmt: skip
        fields.done("Prestation enregistrée.")
    fields.removal(
        "Retirer cette prestation", "retirer_prestation",
        lambda session: prices.remove_prestation(
            session, person, prestation_id=one.id, now=frame.clock()
        ),
        f"Prestation {one.label} retirée.",
    )  # fmt: skip


def price_list(person: Viewer, marche: Any) -> None:
    """List the prices of a marché, add one, end or remove one."""
    rows = read(market_queries.price_list, viewer=person, marche_id=marche.id)
    if rows:
        table = pd.DataFrame([_row(one) for one in rows], columns=list(PRICES))
        frame.table(table, PRICES, key="prix")
        outputs.offer(table, PRICES, title=f"Prix de {marche.reference}", key="prix_sortie")
    else:
        st.info("Aucun prix. Un prix vaut pour une prestation d’un lot, à partir d’un jour.")
    with st.expander("Ajouter un prix", icon=":material/add:", expanded=not rows):
        _new_price(person, marche)
    if rows:
        with st.expander("Terminer ou retirer un prix", icon=":material/edit:"):
            names: dict[str, object] = {
                f"Lot {one.lot}, {one.prestation}, depuis le {fields.told(one.starts_on)}": one
                for one in rows
            }
            found = choices.pick("Prix à terminer", names, "prix_choisi")
            assert isinstance(found, PriceRow)  # noqa: S101  # pick returns one of its options
            _end_price(person, found)


def _row(one: PriceRow) -> tuple[str, ...]:
    return (
        one.lot, one.prestation, units.euros(one.cents), one.unit.label,
        fields.told(one.starts_on), fields.told(one.ends_on) or "sans fin",
    )  # fmt: skip


def _new_price(person: Viewer, marche: Any) -> None:
    lots = read(market_queries.lots, viewer=person, marche_id=marche.id)
    services = read(market_queries.prestations, viewer=person)
    if not lots or not services:
        missing = "un lot" if not lots else "une prestation"
        st.info(f"Ajoutez d’abord {missing} : un prix est celui d’une prestation dans un lot.")
        return
    key = fields.fresh("prix_neuf")
    with st.form("prix_neuf", enter_to_submit=False):
        left, right = st.columns(2, gap="small")
        with left:
            lot = fields.option("Lot", {row.lot.id: f"Lot {row.lot.number}" for row in lots},
                                f"{key}_lot", value=lots[0].lot.id)  # fmt: skip
            cents = st.text_input("Prix d’une unité (€)", key=f"{key}_prix", placeholder="9,50")
        with right:
            service = fields.option(
                "Prestation", {one.id: one.label for one in services}, f"{key}_prestation",
                value=services[0].id,
            )  # fmt: skip
            start = fields.day("À partir du", marche.starts_on, f"{key}_debut")
        end = fields.day("Jusqu’au (vide : sans fin)", None, f"{key}_fin")
        submitted = st.form_submit_button("Ajouter le prix", type="primary")
    if submitted:
        with fields.write() as session:
            draft = PrixDraft(lot or 0, service or 0, units.cents_of(cents or ""),
                              fields.needed(start, "le premier jour du prix"), end)  # fmt: skip
            market.set_price(session, person, draft, now=frame.clock())
        fields.done("Prix ajouté.", renewed="prix_neuf")


def _end_price(person: Viewer, one: PriceRow) -> None:
    with st.form(f"prix_{one.id}", enter_to_submit=False):
        end = fields.day("Dernier jour (vide : sans fin)", one.ends_on, f"x{one.id}_fin")
        submitted = st.form_submit_button("Enregistrer la fin du prix", type="primary")
    if submitted:
        with fields.write() as session:
            prices.end_price(session, person, prix_id=one.id, ends_on=end, now=frame.clock())
        fields.done("Fin du prix enregistrée.")
    fields.removal(
        "Retirer ce prix", "retirer_prix",
        lambda session: prices.remove_price(session, person, prix_id=one.id, now=frame.clock()),
        "Prix retiré.",
    )  # fmt: skip
