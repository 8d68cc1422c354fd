"""Reservations at the desk: each queue in its order, copies set aside, those of one reader."""

from collections.abc import Callable
from datetime import date
from typing import Any, Concatenate, ParamSpec

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.circulation import reservations, waiting_lists
from core.circulation.enums import ReservationState
from core.circulation.reader_queries import WaitLine
from core.circulation.waiting_lists import Queue, SetAside, Waiter
from pages.ui import desk_state, frame, outputs
from pages.ui.read import read

P = ParamSpec("P")
MOST = 40


def show(person: Viewer, today: date) -> None:
    """Show every queue and every copy set aside, folded until it is asked for."""
    box = st.expander("Réservations et documents mis de côté", icon=":material/bookmarks:",
                      key="reservations", on_change="rerun")  # fmt: skip
    if not box.open:
        return
    with box:
        aside = read(waiting_lists.set_aside, viewer=person)
        queues = read(waiting_lists.queues, viewer=person)
        if not aside and not queues:
            st.caption(
                "Personne n’attend de document. Une réservation se prend sur la page du document."
            )
        for one in aside[:MOST]:
            _aside(person, one, today)
        for queue in queues[:MOST]:
            _queue(person, queue, today)
        rest = len(aside[MOST:]) + len(queues[MOST:])
        if rest:
            st.caption(f"Et {fr.plural(rest, 'autre document', 'autres documents')}.")


def _aside(person: Viewer, one: SetAside, today: date) -> None:
    where = " · ".join(part for part in (one.shelf_mark, one.barcode) if part)
    with st.container(border=True):
        st.markdown(f"**{frame.plain(one.title)}**" + (f" · {frame.plain(where)}" if where else ""))
        st.markdown(
            f":green-badge[mis de côté] pour {frame.plain(one.name)} ({frame.plain(one.card)}), "
            f"{until(one.until, today)}"
        )
        with st.container(horizontal=True, gap="small"):
            st.download_button(
                "Imprimer le bordereau", lambda: _slip(person, one.reservation_id, today),
                file_name=f"mis-de-cote-{outputs.stem(one.name)}.pdf", mime="application/pdf",
                on_click="ignore", icon=":material/print:", key=f"bordereau_{one.reservation_id}",
            )  # fmt: skip
            _cancel(person, one.reservation_id, today, key="reservation_annuler")


def _slip(person: Viewer, reservation_id: int, today: date) -> bytes:
    with db.reading() as session:
        return waiting_lists.slip(session, person, reservation_id=reservation_id, today=today,
                                  banner=outputs.banner())  # fmt: skip


def until(day: date, today: date) -> str:
    """Say until when a copy is kept; a day that has gone by is not promised."""
    return f"jusqu’au {fr.day(day)}" if day >= today else f"délai passé depuis le {fr.day(day)}"


def _queue(person: Viewer, queue: Queue, today: date) -> None:
    with st.container(border=True):
        st.markdown(f"**{frame.plain(queue.title)}**")  # a link would cut it on a phone
        st.page_link(
            "pages/documentation/notice.py", label="Ouvrir la notice",
            icon=":material/menu_book:", query_params={"notice": str(queue.notice_id)},
        )  # fmt: skip
        for one in queue.waiters:
            _waiter(person, one, len(queue.waiters), today)


def _waiter(person: Viewer, one: Waiter, count: int, today: date) -> None:
    state = " :orange-badge[suspendue, plus d’exemplaire]" if one.is_suspended else ""
    st.markdown(f"{one.place}. {frame.plain(one.name)} ({frame.plain(one.card)}){state}")
    own = one.reservation_id
    with st.container(horizontal=True, gap="small"):
        for label, place, icon in (
            ("Monter", one.place - 1, "arrow_upward"),
            ("Descendre", one.place + 1, "arrow_downward"),
        ):  # fmt: skip
            is_out = one.is_suspended or not 1 <= place <= count
            if st.button(label, icon=f":material/{icon}:", disabled=is_out,
                         key=f"file_{icon}_{own}"):  # fmt: skip
                _do(reservations.move, person, reservation_id=own, position=place,
                    now=frame.clock())  # fmt: skip
        _cancel(person, own, today, key="reservation_annuler")


def of_reader(person: Viewer, reader_id: int, today: date) -> None:
    """List what a reader in front of the desk waits for; each may be cancelled."""
    for one in read(waiting_lists.of_reader, viewer=person, reader_id=reader_id):
        st.markdown(f"{_badge(one)} {frame.plain(one.title)} – {where(one, today)}")
        _cancel(person, one.id, today, key="lecteur_annuler")


def _badge(one: WaitLine) -> str:
    is_ready = one.state is ReservationState.READY
    return ":green-badge[à emporter]" if is_ready else ":gray-badge[réservé]"


def where(one: WaitLine, today: date) -> str:
    """Say to staff how far a reservation has come."""
    if one.state is ReservationState.READY and one.ready_until:
        return f"mis de côté, {until(one.ready_until, today)}"
    if one.state is ReservationState.WAITING:
        return f"n° {one.position} dans la file"
    return one.state.label


def _cancel(person: Viewer, own: int, today: date, *, key: str) -> None:
    if st.button("Annuler la réservation", type="tertiary", key=f"{key}_{own}"):
        _do(reservations.cancel, person, reservation_id=own, today=today, now=frame.clock())


def _do(work: Callable[Concatenate[Any, P], str], *choices: P.args, **named: P.kwargs) -> None:
    """Do one gesture on a queue; tell what came of it once the page is drawn again."""
    with frame.user_errors(), db.writing(reservations.DOMAIN) as session:
        told = work(session, *choices, **named)
        desk_state.note(session)
    frame.tell(told)
    st.rerun()
