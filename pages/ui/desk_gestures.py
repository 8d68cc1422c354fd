"""The gestures of the desk, as the field and the buttons call them, and the answers to it."""

from datetime import date
from typing import Any

import streamlit as st

from core import db
from core.access import Viewer
from core.circulation import desk, kits, renewals, returns, shelf, told, undo
from core.circulation.loans import Request
from core.circulation.returns import Return
from core.errors import RuleError
from pages.ui import desk_state, frame
from pages.ui.desk_state import Pending, Question

NO_REASON = "Rien de ce qui est refusé ne se lève par un motif."


def take(person: Viewer, item_id: int, today: date) -> None:
    """Lend a copy to the reader in front; with nobody there, take it back."""
    if desk_state.reader_id() is None:
        give(person, item_id, today)
    else:
        lend(person, item_id, today)


def _request(item_id: int, reason: str) -> Request:
    reader = desk_state.reader_id() or 0
    return Request(item_id, reader, f"{desk_state.turn()}:{reader}:{item_id}", override=reason,
                   structure_id=desk_state.structure_id())  # fmt: skip


def lend(person: Viewer, item_id: int, today: date, *, reason: str = "") -> None:
    """Lend to the reader in front; a refusal keeps what is needed to go on."""
    refused = desk_state.attempt(told.lend, person, _request(item_id, reason), today=today,
                                 now=frame.clock())  # fmt: skip
    if refused is None:
        return desk_state.wait_for(None)
    if isinstance(refused, RuleError):
        return desk_state.wait_for(Pending(Question.LEND_REASON, item_id))
    return _propose(person, item_id, str(refused))


def _propose(person: Viewer, item_id: int, refusal: str) -> None:
    """Offer what a copy that is out can still be: renewed, or handed over with all its parts."""
    with db.reading() as session:
        held = shelf.copy_of(session, item_id).loan
        parts = tuple(desk.parts(session, person, item_id=item_id).items())
    if held is None:
        return desk_state.wait_for(None)
    if held.reader_id == desk_state.reader_id():
        return desk_state.wait_for(Pending(Question.RENEW, item_id, (held.id or 0,)))
    if parts:
        count = f"Pièces : {kits.told(dict(parts))}. « oui » si tout est là, sinon « manque 2 »."
        desk_state.say(f"{refusal} {count}", is_done=False)
    return desk_state.wait_for(Pending(Question.HAND_OVER, item_id, parts=parts))


def _hand_over(person: Viewer, item_id: int, today: date, *, reason: str = "") -> None:
    refused = desk_state.attempt(told.hand_over, person, _request(item_id, reason), today=today,
                                 now=frame.clock())  # fmt: skip
    may_go_on = isinstance(refused, RuleError)
    desk_state.wait_for(Pending(Question.HAND_OVER_REASON, item_id) if may_go_on else None)


def give(person: Viewer, item_id: int, today: date) -> None:
    """Take a copy back; of a kit, the parts are asked for first."""
    with db.reading() as session:
        copy = shelf.copy_of(session, item_id)
        parts = tuple(desk.parts(session, person, item_id=item_id).items())
    if not parts or (copy.loan is None and not copy.missing):
        return give_parts(person, Return("", today, item_id=item_id), today)
    desk_state.wait_for(Pending(Question.PARTS, item_id, parts=parts))
    return ask_parts(copy.notice.title, copy.missing)


def ask_parts(title: str, missing: tuple[str, ...] = ()) -> None:
    """Ask which parts of a kit are there; nothing else is done before the answer."""
    held = desk_state.pending()
    if held is None:
        return
    lacks = f" Manquait : {', '.join(missing)}." if missing else ""
    desk_state.say(
        f"{title} – pièces : {kits.told(dict(held.parts))}.{lacks} Tout est là ? « oui », ou "
        "« manque 2 4 » avec les numéros, « perdu 2 » pour de bon, « non » pour laisser.",
        is_done=False, asks=True,
    )  # fmt: skip


def give_parts(person: Viewer, back: Return, today: date) -> None:
    """Take back what came, as it came. Asked for parts that a kit has not, it goes on asking."""
    refused = desk_state.attempt(told.give_back, person, back, today=today, now=frame.clock())
    if refused is None:
        desk_state.wait_for(None)


def renew(person: Viewer, loan_ids: tuple[int, ...], today: date, *, reason: str = "") -> None:
    """Renew one loan, or those of a reader that may be; a rule in the way may be set aside."""
    choices: dict[str, Any] = {"today": today, "now": frame.clock(), "override": reason}
    if len(loan_ids) == 1:
        refused = desk_state.attempt(renewals.renew, person, loan_id=loan_ids[0], **choices)
    else:
        refused = desk_state.attempt(renewals.renew_all, person, loan_ids=loan_ids, **choices)
    may_go_on = isinstance(refused, RuleError)
    desk_state.wait_for(Pending(Question.RENEW_REASON, 0, loan_ids) if may_go_on else None)


def renew_all(person: Viewer, today: date) -> None:
    """Renew each loan of the reader in front that may be; say which may not, and why."""
    own = desk_state.reader_id()
    if own is None:
        return desk_state.say("Ouvrez d’abord la carte d’un lecteur.", is_done=False)
    with db.reading() as session:
        lines = desk.reader(session, person, reader_id=own, today=today).lines
    if not lines:
        return desk_state.say("Ce lecteur n’a aucun document à prolonger.", is_done=False)
    return renew(person, tuple(line.loan_id for line in lines), today)


def lose(person: Viewer, loan_id: int, today: date, *, is_presumed: bool = False) -> None:
    desk_state.attempt(returns.lose, person, loan_id=loan_id, today=today, now=frame.clock(),
                       is_presumed=is_presumed)  # fmt: skip


def go_on(person: Viewer, today: date) -> None:
    """Answer yes: renew one's own loan, hand over somebody else's, take back a whole kit."""
    held = desk_state.pending()
    match held.question if held else None:
        case Question.RENEW if held:
            renew(person, held.loan_ids, today)
        case Question.HAND_OVER if held:
            _hand_over(person, held.item_id, today)
        case Question.PARTS if held:
            give_parts(person, Return("", today, item_id=held.item_id), today)
        case _:
            desk_state.say("Rien n’attend de confirmation.", is_done=False)


def leave(title: str = "Rien n’est fait.") -> None:
    """Answer no: what was asked for is not done."""
    desk_state.wait_for(None)
    desk_state.say(title, is_done=True)


def count_parts(
    person: Viewer, today: date, *, missing: tuple[int, ...] = (), lost: tuple[int, ...] = ()
) -> None:  # fmt: skip
    """Take back a kit without some of its parts, for a time or for good."""
    held = desk_state.pending()
    if held is None or not held.parts:
        return desk_state.say("Aucune mallette n’attend le compte de ses pièces.", is_done=False)
    if not missing and not lost:
        return desk_state.say("Donnez les numéros des pièces : « manque 2 4 ».", is_done=False)
    return give_parts(person, Return("", today, missing, held.item_id, lost), today)


def override(person: Viewer, reason: str, today: date) -> None:
    """Do what was refused, for a reason that is kept with the loan."""
    held = desk_state.pending()
    match held.question if held else None:
        case Question.LEND_REASON if held:
            lend(person, held.item_id, today, reason=reason)
        case Question.HAND_OVER_REASON if held:
            _hand_over(person, held.item_id, today, reason=reason)
        case Question.RENEW_REASON if held:
            renew(person, held.loan_ids, today, reason=reason)
        case _:
            desk_state.say(NO_REASON, is_done=False)


def undo_last(person: Viewer) -> None:
    """Take back the last gesture that this desk made, and no other's."""
    event = st.session_state.get(desk_state.LAST)
    refused = desk_state.attempt(undo.take_back, person, event_id=event, now=frame.clock())
    if refused is None:
        desk_state.wait_for(None)
        st.session_state.pop(desk_state.LAST, None)
