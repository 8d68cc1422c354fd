"""The installation: what is loaded, its health, and the end of the demonstration."""

import streamlit as st

from core import db, fr, upkeep
from core.access import Right
from core.instance import operations
from core.instance.models import Mode
from pages.ui import frame
from pages.ui.read import read

MODES = {"demo": "démonstration", "real": "données réelles", "empty": "vide"}

person = frame.header("Installation", right=Right.ADMINISTER)
found = read(upkeep.status)
names = [upkeep.STATUS_LABELS.get(key, key) for key in found]
values = [
    fr.number(value) if isinstance(value, int) else MODES.get(value, value)
    for value in found.values()
]
left, right = st.columns(2, gap="medium")
with left:
    st.markdown("#### Ce qui est chargé")
    st.dataframe(
        {"Ce qui est compté": names, "Nombre": values},
        hide_index=True,
        height="content",
        key="etat",
    )
with right:
    st.markdown("#### Contrôle d’intégrité")
    if st.button("Contrôler maintenant", key="controler"):
        with st.spinner("Contrôle des liens et des totaux…"):
            faults = upkeep.check(db.database_url())
        for fault in faults:
            st.error(fault)
        if not faults:
            st.success("Aucune anomalie.")
    st.caption("Sauvegarde : `python -m core backup FICHIER` (l’application peut rester ouverte).")
    if frame.mode() is Mode.DEMO:
        st.markdown("#### Fin de la démonstration")
        st.write(
            "Vider les données de démonstration est définitif : chiffres simulés, essais d’import "
            "et périmètres disparaissent, et le choix du rôle avec eux."
        )
        with st.form("fin_demonstration"):
            text = st.text_input(f"Écrivez {operations.CONFIRMATION} pour confirmer", key="vider")
            submitted = st.form_submit_button("Vider les données de démonstration")
        if submitted:
            with frame.user_errors(), db.writing(*operations.DOMAINS) as session:
                operations.end_demonstration(session, person, confirmation=text, now=frame.now())
            st.rerun()
