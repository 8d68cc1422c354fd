"""Forms of who sends people to the scheme: an agency, a mission locale."""

from typing import Any

import pandas as pd
import streamlit as st

from core.access import Viewer
from core.competences_cles import holders, market_queries
from core.competences_cles.holders import PrescriberDraft
from core.competences_cles.market_enums import PrescriberKind
from core.competences_cles.market_queries import PrescriberRow
from pages.ui import choices, frame, market_forms, outputs
from pages.ui import market_fields as fields
from pages.ui.read import read

PRESCRIBERS = {"name": "Prescripteur", "kind": "Type", "ut": "Département"}


def show(person: Viewer, _marche: Any) -> None:
    """List the prescribers, add one, change or remove one. They serve every marché."""
    rows = read(market_queries.prescriber_list, viewer=person)
    if rows:
        table = pd.DataFrame(
            [(one.name, one.kind.label, one.ut or "toute la région") for one in rows],
            columns=list(PRESCRIBERS),
        )
        frame.table(table, PRESCRIBERS, key="prescripteurs")
        outputs.offer(table, PRESCRIBERS, title="Prescripteurs", key="prescripteurs_sortie")
    else:
        st.info("Aucun prescripteur. Écrivez leur nom comme les exports l’écrivent.")
    with st.expander("Ajouter un prescripteur", icon=":material/add:", expanded=not rows):
        _form(person, None)
    if rows:
        with st.expander("Modifier ou retirer un prescripteur", icon=":material/edit:"):
            names: dict[str, object] = {one.name: one for one in rows}
            found = choices.pick("Prescripteur à modifier", names, "prescripteur")
            assert isinstance(found, PrescriberRow)  # noqa: S101  # one of its options
            _form(person, found)
            fields.removal(
                "Retirer ce prescripteur", "retirer_prescripteur",
                lambda session: holders.remove_prescriber(
                    session, person, prescriber_id=found.id, now=frame.clock()
                ),
                f"Prescripteur {found.name} retiré.",
            )  # fmt: skip


def _form(person: Viewer, held: PrescriberRow | None) -> None:
    key = f"pr{held.id}" if held else fields.fresh("prescripteur_neuf")
    with st.form(f"prescripteur_{held.id if held else 'neuf'}", enter_to_submit=False):
        name = st.text_input("Nom, comme dans les exports", held.name if held else "",
                             key=f"{key}_nom")  # fmt: skip
        left, right = st.columns(2, gap="small")
        with left:
            kinds = {one: one.label for one in PrescriberKind}
            kind = fields.option("Type", kinds, f"{key}_type",
                                 value=held.kind if held else PrescriberKind.OTHER)  # fmt: skip
        with right:
            place = fields.option(
                "Département (vide : toute la région)", market_forms.departements(person),
                f"{key}_ut", value=held.territory_id if held else None,
            )  # fmt: skip
        label = "Enregistrer le prescripteur" if held else "Ajouter le prescripteur"
        submitted = st.form_submit_button(label, type="primary")
    if submitted:
        draft = PrescriberDraft(name or "", kind or PrescriberKind.OTHER, place)
        with fields.write() as session:
            holders.save_prescriber(session, person, draft, now=frame.clock(),
                                    prescriber_id=held.id if held else None)  # fmt: skip
        fields.done("Prescripteur enregistré.", renewed="" if held else "prescripteur_neuf")
