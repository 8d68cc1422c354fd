"""Forms of the market: the marché itself, its lots."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from core import fr
from core.access import Viewer
from core.competences_cles import market, market_changes, market_queries, units
from core.competences_cles.market import LotDraft, MarcheDraft
from core.competences_cles.market_queries import LotRow
from core.observatory.enums import Level
from core.territories import queries as territory_queries
from pages.ui import choices, frame, outputs
from pages.ui import market_fields as fields
from pages.ui.read import read

LOTS = {
    "number": "Lot", "label": "Intitulé", "uts": "Départements", "unit": "Unité",
    "least": "Minimum", "most": "Maximum", "ordered": "Commandé", "left": "Reste à commander",
}  # fmt: skip
NO_BOUND = "sans"


def creation(person: Viewer) -> None:
    """Create a marché; its reference and dates are what it needs."""
    key = fields.fresh("marche_neuf")
    with st.form("marche_neuf", enter_to_submit=False):
        draft = _marche(None, key)
        submitted = st.form_submit_button("Créer le marché", type="primary")
    if submitted:
        with fields.write() as session:
            market.create_marche(session, person, draft(), now=frame.clock())
        fields.done("Marché créé : ajoutez ses lots, onglet « Lots ».", renewed="marche_neuf")


def marche(person: Viewer, held: Any) -> None:
    """Tell a marché, change it, remove it; below, create another."""
    st.markdown(
        f"**{frame.plain(held.reference)}** – du {fr.day(held.starts_on)} au "
        f"{fr.day(held.ends_on)}" + (f" – {frame.plain(held.subject)}" if held.subject else "")
    )
    if held.derogation:
        st.caption(f"Dérogation aux quatre ans : {frame.plain(held.derogation)}")
    with st.form(f"marche_{held.id}", enter_to_submit=False):
        draft = _marche(held, f"m{held.id}_{held.reference}")
        submitted = st.form_submit_button("Enregistrer le marché", type="primary")
    if submitted:
        with fields.write() as session:
            market_changes.change_marche(session, person, draft(), marche_id=held.id,
                                         now=frame.clock())  # fmt: skip
        fields.done("Marché enregistré.")
    fields.removal(
        "Retirer ce marché", "retirer_marche",
        lambda session: market_changes.remove_marche(
            session, person, marche_id=held.id, now=frame.clock()
        ),
        f"Marché {held.reference} retiré.",
    )  # fmt: skip
    with st.expander("Ajouter un autre marché", icon=":material/add:"):
        creation(person)


def _marche(held: Any, key: str) -> Callable[[], MarcheDraft]:
    def text(column: Any, label: str, name: str, help_text: str | None = None) -> str:
        value = getattr(held, name) if held else ""
        return column.text_input(label, value, key=f"{key}_{name}", help=help_text) or ""

    left, right = st.columns(2, gap="small")
    reference, subject = text(left, "Référence", "reference"), text(right, "Objet", "subject")
    left, right = st.columns(2, gap="small")
    with left:
        start = fields.day("Début", held.starts_on if held else None, f"{key}_debut")
    with right:
        end = fields.day("Fin", held.ends_on if held else None, f"{key}_fin")
    left, right = st.columns(2, gap="small")
    buyer = text(left, "Acheteur", "buyer")
    derogation = text(right, "Motif de dérogation", "derogation",
                      "À remplir seulement si le marché dure plus de quatre ans.")  # fmt: skip
    return lambda: MarcheDraft(
        reference, fields.needed(start, "le début du marché"),
        fields.needed(end, "la fin du marché"), subject.strip(), buyer.strip(),
        derogation.strip(),
    )  # fmt: skip


def lots(person: Viewer, held: Any) -> None:
    """List the lots of a marché, add one, change or remove one."""
    rows = read(market_queries.lots, viewer=person, marche_id=held.id)
    if rows:
        table = pd.DataFrame([_lot_row(row) for row in rows], columns=list(LOTS))
        frame.table(table, LOTS, key="lots")
        st.caption("Commandé : bons émis, notifiés, en cours ou soldés, avenants compris.")
        outputs.offer(table, LOTS, title=f"Lots de {held.reference}", key="lots_sortie")
    else:
        st.info("Aucun lot. Un lot a un numéro, une unité et les départements qu’il couvre.")
    with st.expander("Ajouter un lot", icon=":material/add:", expanded=not rows):
        key = fields.fresh("lot_neuf")
        with st.form("lot_neuf", enter_to_submit=False):
            draft = _lot(person, None, key, held.id)
            submitted = st.form_submit_button("Ajouter le lot", type="primary")
        if submitted:
            with fields.write() as session:
                market.create_lot(session, person, draft(), now=frame.clock())
            fields.done("Lot ajouté.", renewed="lot_neuf")
    if rows:
        with st.expander("Modifier ou retirer un lot", icon=":material/edit:"):
            names: dict[str, object] = {f"Lot {row.lot.number}": row for row in rows}
            row = choices.pick("Lot à modifier", names, "lot_choisi")
            assert isinstance(row, LotRow)  # noqa: S101  # pick returns one of its options
            _change_lot(person, row)


def _lot_row(row: LotRow) -> tuple[str, ...]:
    lot, least, most = row.lot, row.lot.quantity_min, row.lot.quantity_max
    return (
        lot.number, lot.label, ", ".join(row.uts.values()), row.unit.label,
        NO_BOUND if least is None else units.amount(least, row.unit),
        NO_BOUND if most is None else units.amount(most, row.unit),
        units.amount(row.ordered, row.unit),
        NO_BOUND if most is None else units.amount(most - row.ordered, row.unit),
    )  # fmt: skip


def _change_lot(person: Viewer, row: LotRow) -> None:
    own = row.lot.id or 0
    with st.form(f"lot_{own}", enter_to_submit=False):
        draft = _lot(person, row, f"l{own}", row.lot.marche_id)
        submitted = st.form_submit_button("Enregistrer le lot", type="primary")
    if submitted:
        with fields.write() as session:
            market_changes.change_lot(session, person, draft(), lot_id=own, now=frame.clock())
        fields.done("Lot enregistré.")
    fields.removal(
        "Retirer ce lot", "retirer_lot",
        lambda session: market_changes.remove_lot(session, person, lot_id=own, now=frame.clock()),
        f"Lot {row.lot.number} retiré.",
    )  # fmt: skip


def _lot(person: Viewer, row: LotRow | None, key: str, marche_id: int) -> Callable[[], LotDraft]:
    uts = departements(person) | (row.uts if row else {})
    lot = row.lot if row else None
    left, right = st.columns(2, gap="small")
    number = left.text_input("Numéro du lot", lot.number if lot else "", key=f"{key}_numero")
    label = right.text_input("Intitulé", lot.label if lot else "", key=f"{key}_intitule")
    left, right = st.columns(2, gap="small")
    with left:
        own = fields.unit(f"{key}_unite", lot.unit if lot else "heure")
    chosen = right.multiselect(
        "Départements couverts (UT)", list(uts), list(row.uts) if row else [],
        format_func=uts.__getitem__, key=f"{key}_ut", placeholder="Choisir",
    )  # fmt: skip
    bounds = [
        column.text_input(label_of, _written(value, own), key=f"{key}_{name}",
                          help=fields.QUANTITY_HELP)
        for column, label_of, name, value in zip(
            st.columns(2, gap="small"), ("Minimum (vide : sans)", "Maximum (vide : sans)"),
            ("min", "max"), (lot.quantity_min, lot.quantity_max) if lot else (None, None),
            strict=True,
        )
    ]  # fmt: skip
    return lambda: LotDraft(
        marche_id, number or "", chosen, label or "", own.value,
        *(fields.bound(text or "", own) for text in bounds),
    )  # fmt: skip


def _written(quantity: int | None, unit: units.UnitOfWork) -> str:
    return "" if quantity is None else units.written(quantity, unit)


def departements(person: Viewer) -> dict[int, str]:
    """Return the départements that a lot may cover, by id."""
    table = read(territory_queries.territories, viewer=person, level=Level.DEPARTEMENT)
    return {int(key): str(name) for key, name in zip(table["id"], table["name"], strict=True)}
