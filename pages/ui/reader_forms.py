"""Forms of readers: a card made, changed, blocked, closed, joined; what is forgotten in time."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Concatenate, ParamSpec

import streamlit as st

from core import db, fr
from core.access import Right, Viewer, may
from core.circulation import anonymising, cards, categories, erasing, own_desk, reader_queries
from core.circulation.cards import CardDraft
from core.circulation.reader_queries import ReaderCard
from core.mail import sender
from core.people import consents
from core.people import queries as people
from core.welcome import queries as welcome
from pages.ui import consent_boxes, desk_panel, frame
from pages.ui.read import read

P = ParamSpec("P")
A_MONTH = timedelta(days=30)


def _write(
    told: str, work: Callable[Concatenate[Any, P], object], *choices: P.args, **named: P.kwargs
) -> None:
    with frame.user_errors(), db.writing(*cards.WRITTEN, "people") as session:
        work(session, *choices, **named)
    frame.tell(told)
    st.rerun()


def creation(person: Viewer, today: date) -> None:
    if may(person, Right.EDIT_READERS):
        with st.expander("Nouvelle carte", icon=":material/badge:"):
            desk_panel.new_card(person, today)


def show(person: Viewer, found: ReaderCard, today: date) -> None:
    """Show the forms of a card."""
    with st.expander("Modifier la carte"):
        _change(person, found)
    with st.expander("Accords"):
        _consents(person, found)
    with st.expander("Bloquer, fermer, réunir"):
        _stop(person, found, today)
        _join(person, found, today)
    if st.button("Préparer le courriel de son lien", icon=":material/mail:", key="lien_prepare"):
        _send(person, found)


def _send(person: Viewer, found: ReaderCard) -> None:
    with frame.user_errors(), db.writing(*own_desk.LINKED) as session:
        sent = own_desk.offer_link(session, person, reader_id=found.reader.id or 0,
                                   base_url=frame.site(), now=frame.clock(),
                                   at=frame.now())  # fmt: skip
    if not sent:
        frame.tell("Aucun courriel connu : ajoutez-le d’abord dans l’annuaire.")
    elif sender.send_soon(db.database_url(), batch=erasing.LINKS, clock=frame.now):
        frame.tell("Le courriel part à l’instant ; son lien reste valable 15 minutes.")
    else:
        frame.tell(
            "Courriel prêt dans « Boîte d’envoi », d’où aucun ne part ici ; son lien reste valable "
            "15 minutes."
        )
    st.rerun()


def _consents(person: Viewer, found: ReaderCard) -> None:
    with db.reading() as session:
        held = people.agreed_to(session, person_id=found.person.id or 0)
    with st.form("accords_lecteur", border=False):
        st.caption(f"À changer quand la personne le dit. {consent_boxes.FREE}")
        purposes = consent_boxes.show(f"accord_lecteur_{found.person.id}", held=held)
        submitted = st.form_submit_button("Enregistrer ces accords")
    if submitted:
        _write("Accords enregistrés.", consents.settle_consents, person,
               person_id=found.person.id or 0, purposes=purposes, source="dit au centre",
               now=frame.clock())  # fmt: skip


def _change(person: Viewer, found: ReaderCard) -> None:
    kinds = read(categories.names, viewer=person)
    themes = read(welcome.themes, viewer=person)
    reader = found.reader
    with st.form("carte_modifiee", border=False):
        number = st.text_input("Numéro de la carte", reader.card)
        kind = st.selectbox("Catégorie", list(kinds), index=list(kinds).index(reader.category_id),
                            format_func=kinds.__getitem__)  # fmt: skip
        until = st.date_input("Valable jusqu’au (vide : sans fin)", reader.valid_until,
                              format="DD/MM/YYYY")  # fmt: skip
        chosen = st.multiselect("Centres d’intérêt", list(themes), list(found.theme_ids),
                                format_func=themes.__getitem__, placeholder="Aucun")  # fmt: skip
        submitted = st.form_submit_button("Enregistrer", type="primary")
    if submitted:
        draft = CardDraft(number or "", kind or 0, until, tuple(chosen))
        _write("Carte enregistrée.", cards.change, person, draft, reader_id=reader.id or 0,
               now=frame.clock())  # fmt: skip


def _stop(person: Viewer, found: ReaderCard, today: date) -> None:
    own, now = found.reader.id or 0, frame.clock()
    if found.reader.closed_on is not None:
        if st.button("Rouvrir la carte", key="rouvrir"):
            _write("Carte rouverte.", cards.reopen, person, reader_id=own, now=now)
        return
    if found.reader.blocked_until is not None:
        if st.button("Débloquer la carte", key="debloquer"):
            _write("Carte débloquée.", cards.unblock, person, reader_id=own, now=now)
    else:
        with st.form("blocage", border=False):
            until = st.date_input("Bloquer jusqu’au", today + A_MONTH, format="DD/MM/YYYY")
            reason = st.text_input("Motif (affiché au prêt)")
            if st.form_submit_button("Bloquer"):
                _write("Carte bloquée.", cards.block, person, reader_id=own, until=until,
                       reason=reason or "", today=today, now=now)  # fmt: skip
    with st.popover("Fermer la carte"):
        st.write("La carte ne servira plus ; ses liens finissent. Elle peut se rouvrir.")
        if st.button("Oui, la fermer", key="fermer"):
            _write("Carte fermée.", cards.strike_off, person, reader_id=own, today=today, now=now)


def _join(person: Viewer, found: ReaderCard, today: date) -> None:
    """Find another card of the same person, then make both one."""
    text = st.text_input("Réunir à cette carte celle de (nom ou numéro)", key="reunir_qui")
    if not (text or "").strip():
        return
    table = read(reader_queries.readers, viewer=person, text=text or "", today=today)
    others = {
        int(own): f"{name} ({card})"
        for own, name, card in zip(table["id"], table["name"], table["card"], strict=True)
        if own != found.reader.id
    }
    if not others:
        st.caption("Aucune autre carte de ce nom.")
        return
    other = st.selectbox("Carte qui disparaît", list(others), format_func=others.__getitem__,
                         key="reunir_carte")  # fmt: skip
    with st.popover("Réunir les deux cartes"):
        st.write(
            f"Les prêts, réservations et centres d’intérêt de {others.get(other or 0, '')} passent "
            f"à la carte {found.reader.card} ; l’autre carte disparaît. Cela ne se défait pas."
        )
        if st.button("Oui, réunir", type="primary", key="reunir"):
            _write("Cartes réunies : prêts et réservations ont suivi.", cards.join, person,
                   kept_id=found.reader.id or 0, joined_id=other or 0,
                   now=frame.clock())  # fmt: skip


def anonymising_due(person: Viewer, today: date) -> str:
    found = read(anonymising.due, viewer=person, today=today)
    return found.told if any(vars(found).values()) else ""


def forgetting(person: Viewer, today: date) -> None:
    """Say what is to be forgotten today, and forget it once it is confirmed."""
    if not may(person, Right.EDIT_READERS):
        return
    with st.expander("Durée de conservation"):
        st.caption(
            "Un prêt ne nomme plus son lecteur à la fin du quatrième mois après le retour ; une "
            "carte disparaît un an après le dernier prêt, et le nom d’un visiteur sans carte un an "
            "après sa dernière visite. Une fiche reste dans l’annuaire tant qu’une formation, un "
            "réseau ou l’accord de la personne l’y garde. Les chiffres du centre ne changent pas."
        )
        last = read(anonymising.last_run, viewer=person)
        if last is not None:
            st.caption(f"Dernière fois : {fr.moment(fr.local(last))}.")
        due = anonymising_due(person, today)
        if not due:
            st.markdown("Rien n’est à oublier aujourd’hui.")
            return
        st.markdown(f"À oublier aujourd’hui : **{due}**.")
        sure = st.checkbox("Oui, pour toujours", key="oublier_sur")
        if st.button("Oublier", key="oublier", disabled=not sure):
            with frame.user_errors(), db.writing(*anonymising.DOMAINS) as session:
                done = anonymising.run(session, person, today=today, now=frame.clock())
            frame.tell(f"Oublié : {done.told}.")
            st.rerun()
