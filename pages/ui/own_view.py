"""Parts of a reader's own page: the link asked for, loans, reservations, interests, data."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Concatenate, ParamSpec

import streamlit as st

from core import db, fr
from core.circulation import erasing, own_data, own_desk
from core.circulation.enums import ReservationState
from core.circulation.reader_links import Shown
from core.circulation.reader_queries import LoanLine, ReaderCard, WaitLine
from core.errors import DomainError
from core.instance.models import Mode
from core.mail import sender
from core.people import forgetting
from pages.ui import consent_boxes, frame

P = ParamSpec("P")
FORGOTTEN = "_lecteur_oublie"
KINDS = {"csv": "text/csv", "json": "application/json"}
ASKED = (
    "Si cette adresse est celle d’une carte de lecteur, un lien y part à l’instant. Il reste "
    "valable 15 minutes, et remplace les précédents."
)
# Where no mail leaves. The outbox shows a link in demonstration only.
UNSENT = {
    True: "En démonstration, aucun courriel ne part. Si cette adresse est celle d’une carte de "
    "lecteur, son lien se lit 15 minutes dans « Boîte d’envoi ».",
    False: "Cette installation n’envoie pas encore de courriel, et votre page ne s’ouvre que par "
    "là : adressez-vous à l’équipe du centre, qui prolonge et réserve pour vous.",
}
GONE = (
    "Si vous demandez l’oubli, votre carte, vos centres d’intérêt et les courriels préparés pour "
    "vous sont effacés pour toujours. Vos prêts, réservations, visites et rendez-vous restent "
    "dans les statistiques, sans votre nom."
)


def card_of(shown: Shown) -> ReaderCard | None:
    if not shown.token:
        return None
    with db.reading() as session:
        return own_desk.own_card(session, shown=shown)


def ask(token: str) -> None:
    """Ask for an address, and never say whether it is known."""
    told = st.session_state.pop(FORGOTTEN, "")
    if told:
        st.success(told)
    elif token:
        st.warning(own_desk.ENDED)
    st.write(
        "Vos prêts, vos prolongations et vos réservations : recevez par courriel le lien de votre "
        "page, sans mot de passe."
    )
    with st.form("lien_lecteur"):
        email = st.text_input("Votre adresse de courriel", key="lecteur_courriel")
        submitted = st.form_submit_button("Recevoir mon lien", type="primary")
    if not submitted:
        return
    if "@" not in (email or ""):
        st.error("Écrivez votre adresse en entier, avec son « @ ».")
        return
    with frame.user_errors(), db.writing(*own_desk.LINKED) as session:
        own_desk.ask_link(session, email=email or "", base_url=frame.site(), now=frame.clock(),
                          at=frame.now())  # fmt: skip
    if sender.send_soon(db.database_url(), batch=erasing.LINKS, clock=frame.now):
        st.success(ASKED)
    else:
        st.info(UNSENT[frame.mode() is Mode.DEMO])


def do(work: Callable[Concatenate[Any, P], str], *choices: P.args, **named: P.kwargs) -> None:
    """Do one gesture, then draw the page again with what came of it."""
    try:
        with db.writing(*own_desk.AGREED) as session:
            told = work(session, *choices, **named)
    except DomainError as error:
        told = str(error)
    frame.tell(told)
    st.rerun()


def loans(card: ReaderCard, shown: Shown) -> None:
    """Answer first: what do I have, and until when?"""
    held = card.open_loans
    st.markdown(f"#### {frame.plain(card.name)}, carte {frame.plain(card.reader.card)}")
    if card.reader.blocked_until and card.reader.blocked_until >= frame.today():
        st.warning(
            f"Votre carte est bloquée jusqu’au {fr.day(card.reader.blocked_until)} : "
            f"{frame.plain(card.reader.block_reason)}."
        )
    if not held:
        st.info("Vous n’avez aucun document du centre en ce moment.")
        return
    st.markdown(f"**{fr.plural(len(held), 'document')} chez vous**")
    with db.reading() as session:
        refused = own_desk.refusals(session, shown=shown, today=frame.today())
    for line in held:
        _loan(line, refused.get(line.id, ""), shown)


def _loan(line: LoanLine, refused: str, shown: Shown) -> None:
    today = frame.today()
    days = line.days_late(today)
    late = f" :red-badge[{fr.plural(days, 'jour')} de retard]" if days else ""
    with st.container(border=True):
        st.markdown(f"**{frame.plain(line.title)}** – à rendre le {fr.day(line.due_on)}{late}")
        if refused:
            st.caption(frame.plain(refused))
        elif st.button("Prolonger", key=f"prolonger_{line.id}"):
            do(own_desk.renew, shown=shown, loan_id=line.id, today=today, now=frame.clock())


def reservations(card: ReaderCard, shown: Shown) -> None:
    if not card.waits:
        return
    st.markdown(f"**{fr.plural(len(card.waits), 'réservation')}**")
    for line in card.waits:
        with st.container(border=True):
            st.markdown(f"**{frame.plain(line.title)}** – {_where(line, frame.today())}")
            if st.button("Annuler cette réservation", key=f"annuler_{line.id}"):
                do(own_desk.cancel, shown=shown, reservation_id=line.id, today=frame.today(),
                    now=frame.clock())  # fmt: skip


def _where(line: WaitLine, today: date) -> str:
    """Say how far a reservation has come; a copy whose last day is past is not promised."""
    if line.state is ReservationState.READY and line.ready_until:
        if line.ready_until < today:
            return (
                f"le délai est passé depuis le {fr.day(line.ready_until)} : demandez à la "
                "documentaliste s’il est encore là"
            )
        return f"vous attend jusqu’au {fr.day(line.ready_until)}"
    if line.state is ReservationState.WAITING:
        return f"vous êtes n° {line.position} dans la file"
    return line.state.label


def interests(card: ReaderCard, shown: Shown) -> None:
    with db.reading() as session:
        names = own_desk.themes(session)
    with st.expander("Mes centres d’intérêt"), st.form("interets", border=False):
        chosen = st.multiselect(
            "Être prévenu des nouveautés sur", list(names), list(card.theme_ids),
            format_func=names.__getitem__, placeholder="Aucun thème",
        )  # fmt: skip
        if st.form_submit_button("Enregistrer"):
            do(own_desk.choose, shown=shown, theme_ids=tuple(chosen), now=frame.clock())


def agreements(shown: Shown) -> None:
    """Show what one agrees to, to be given or taken back."""
    with db.reading() as session:
        held = own_desk.agreements(session, shown=shown)
    with st.expander("Mes accords"), st.form("accords", border=False):
        st.caption(f"{consent_boxes.FREE} Vos prêts n’en dépendent pas.")
        purposes = consent_boxes.show("accord", held=held, said="J’accepte de")
        if st.form_submit_button("Enregistrer mes accords"):
            do(own_desk.agree, shown=shown, purposes=purposes, now=frame.clock())


def data(shown: Shown) -> None:
    """Let a reader take their data away, and be forgotten."""
    with st.expander("Mes données"):
        st.caption(
            "Le centre garde vos prêts quatre mois après leur retour, et votre carte un an après "
            "le dernier. Les statistiques ne vous nomment pas. Vos formations se demandent à "
            "l’équipe."
        )
        with st.container(horizontal=True):
            for name, kind, write in (
                ("tableau CSV", "csv", own_data.as_csv), ("JSON", "json", own_data.as_json),
            ):  # fmt: skip
                st.download_button(
                    f"Emporter mes données ({name})", partial(_taken, shown, write),
                    file_name=f"mes-donnees.{kind}", mime=KINDS[kind], on_click="ignore",
                    key=f"donnees_{kind}",
                )  # fmt: skip
        _stays(shown)
        sure = st.checkbox("Je veux que le centre m’oublie.", key="oubli_sur")
        if st.button("Oubliez-moi", key="oubli", disabled=not sure):
            _forget(shown)


def _stays(shown: Shown) -> None:
    """Say what would go and what would stay, and why."""
    with db.reading() as session:
        reasons = own_desk.why_kept(session, shown=shown)
    st.markdown(f"**L’oubli.** {GONE}")
    if not reasons:
        st.markdown("Votre fiche de l’annuaire (nom, coordonnées, fonctions) est effacée aussi.")
    else:
        st.markdown(
            "Votre fiche de l’annuaire (nom, coordonnées, fonctions, accords) reste :\n"
            + "\n".join(f"- {reason}" for reason in reasons)
        )
    if forgetting.AGREED in reasons:
        st.markdown("Pour ne plus figurer dans l’annuaire, retirez d’abord cet accord ci-dessus.")
    st.caption(own_desk.JOURNAL)


def _taken(shown: Shown, write: Callable[[dict[str, Any]], bytes]) -> bytes:
    """Write the file once it is asked for; a link that ended meanwhile says so in the file."""
    with db.reading() as session:
        try:
            held = own_desk.data(session, shown=replace(shown, at=frame.now()))
        except DomainError as error:
            held = {"lien": {"message": str(error)}}
    return write(held)


def _forget(shown: Shown) -> None:
    with frame.user_errors(), db.writing(*own_desk.WRITTEN) as session:
        told = own_desk.forget(session, shown=shown, today=frame.today(), now=frame.clock())
    st.session_state[FORGOTTEN] = told
    st.query_params.clear()
    st.rerun()
