"""Readers: the list with its filters, and one card with all that is of it."""

from datetime import date

import pandas as pd
import streamlit as st

from core import fr
from core.access import Right, Viewer, may
from core.circulation import reader_queries
from core.circulation.reader_queries import ReaderCard
from core.people import consents, phones
from core.people import queries as people
from pages.ui import choices, frame, outputs, reader_forms, reservations_panel
from pages.ui.read import read

STATES = {
    "cartes ouvertes": "", "en retard": "late", "bloqués": "blocked", "à radier": "ending",
    "cartes fermées": "closed",
}  # fmt: skip
SHOWN = {"link": "Voir", "name": "Nom", "card": "Carte", "category": "Catégorie",
         "open_loans": "Prêts", "late_loans": "En retard", "since": "Inscrit le"}  # fmt: skip
LOANS = {"title": "Document", "barcode": "Exemplaire", "lent": "Prêté le", "due": "À rendre le",
         "back": "Rendu le"}  # fmt: skip


def find(person: Viewer, today: date) -> None:
    """Find readers by name, address or card, among those of a state."""
    left, right = st.columns([3, 2])
    with left:
        text = st.text_input("Nom, structure, courriel ou carte", key="qui", bind="query-params")
    with right:
        state = str(choices.pick("Lecteurs", STATES, "etat"))
    table = read(reader_queries.readers, viewer=person, text=text or "", state=state, today=today)
    if table.empty:
        st.info("Aucun lecteur ne répond à ces choix.")
        return
    late = int((table["late_loans"] > 0).sum())
    said = f", dont {fr.plural(late, 'en retard', 'en retard')}" if late else ""
    st.markdown(f"**{fr.plural(len(table), 'lecteur')}{said}**")
    shown = table.assign(
        link=[f"lecteurs?lecteur={own}" for own in table["id"]],
        since=[fr.day(day) for day in table["registered_on"]],
    )
    columns = SHOWN | {"link": st.column_config.LinkColumn("Voir", display_text="Ouvrir", width=60)}
    st.dataframe(shown[list(SHOWN)], hide_index=True, key="lecteurs", column_config=columns,
                 placeholder="–")  # fmt: skip
    kept = {name: label for name, label in SHOWN.items() if name != "link"}
    outputs.offer(
        shown.assign(since=table["registered_on"]), kept, title="Lecteurs", key="lecteurs_sortie"
    )


def card(person: Viewer, reader_id: int, today: date) -> bool:
    """Show one card, and its forms; say whether it is there."""
    found: ReaderCard | None = read(reader_queries.reader_card, viewer=person, reader_id=reader_id)
    if found is None:
        st.warning("Cette carte n’existe plus.")
        return False
    st.markdown(f"#### {frame.plain(found.name)} · carte {frame.plain(found.reader.card)}")
    st.caption(" · ".join(_facts(found, today)))
    _person(person, found, today)
    _held(person, found, today)
    if may(person, Right.EDIT_READERS):
        reader_forms.show(person, found, today)
    with st.container(horizontal=True):
        if st.button("Retour à la liste", icon=":material/arrow_back:", key="liste_lecteurs"):
            st.query_params.pop("lecteur", None)
            st.rerun()
        st.page_link("pages/documentation/pret.py", label="Prêter ou rendre")
    return True


def _facts(found: ReaderCard, today: date) -> list[str]:
    reader = found.reader
    facts = [found.category, f"inscrit le {fr.day(reader.registered_on)}"]
    facts += [frame.plain(found.person.email)] if found.person.email else ["sans courriel"]
    if reader.valid_until:
        ended = "expirée depuis le" if reader.valid_until < today else "valable jusqu’au"
        facts.append(f"carte {ended} {fr.day(reader.valid_until)}")
    if reader.blocked_until and reader.blocked_until >= today:
        facts.append(f"bloquée jusqu’au {fr.day(reader.blocked_until)} : "
                     f"{frame.plain(reader.block_reason)}")  # fmt: skip
    if reader.closed_on:
        facts.append(f"fermée le {fr.day(reader.closed_on)}")
    return facts


def _person(person: Viewer, found: ReaderCard, today: date) -> None:
    """Say where the reader works, how to call, what they agreed to, and lead to the directory."""
    known = read(people.person_card, viewer=person, person_id=found.person.id)
    if known is None:
        return
    now = [one for one in known.functions
           if (one.starts_on or today) <= today <= (one.ends_on or today)]  # fmt: skip
    told = [", ".join(filter(None, (one.title, one.structure))) for one in now]
    told.append(phones.shown(found.person.phone) or "sans téléphone")
    told += [f"{label} : {'oui' if known.consents[name] else 'non'}"
             for name, label in consents.PURPOSES.items() if name in known.consents]  # fmt: skip
    st.caption(" · ".join(frame.plain(one) for one in told if one))
    st.page_link(
        "pages/annuaire/annuaire.py", label="Ouvrir sa fiche dans l’annuaire",
        icon=":material/person:", query_params={"personne": str(found.person.id)},
    )  # fmt: skip


def _held(person: Viewer, found: ReaderCard, today: date) -> None:
    late = sum(one.days_late(today) > 0 for one in found.open_loans)
    said = f", dont {late} en retard" if late else ""
    count = fr.plural(len(found.open_loans), "prêt en cours", "prêts en cours")
    st.markdown(f"**{count}{said}**")
    reservations_panel.of_reader(person, found.reader.id or 0, today)
    if not found.loans:
        st.caption("Aucun prêt qui le nomme encore.")
        return
    rows = pd.DataFrame(
        [
            (one.title, one.barcode, fr.day(one.lent_on), fr.day(one.due_on),
             fr.day(one.returned_on) if one.returned_on else "en cours")
            for one in found.loans
        ],
        columns=list(LOANS),
    )  # fmt: skip
    frame.table(rows, LOANS, key="prets_lecteur")
