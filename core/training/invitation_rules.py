"""Rules of invitations in two phases: who receives what, and what the texts say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import DomainError
from core.people.rules import EMAIL
from core.training.enums import Answer, Confirmation, Phase, SessionState

TYPED = re.compile(
    rf"(?:(?P<name>[^<>]*)<\s*(?P<inside>{EMAIL.pattern})\s*>)|(?P<bare>{EMAIL.pattern})"
)

TEMPLATES = {
    Phase.SAVE_THE_DATE: (
        "Date à retenir : {title}",
        "Bonjour,\n\nNous préparons : {title}\nQuand : {date}{place}.\n\nPourrez-vous venir ? Une "
        "réponse suffit : {link}\n\nL’invitation complète suivra.\n\n{sender}",
    ),
    Phase.FINAL: (
        "Invitation : {title}",
        "Bonjour,\n\nVous êtes invité·e : {title}\nQuand : {date}{place}.\n\nMerci de confirmer "
        "votre venue, ou de dire qui vous représente : {link}{code}\n\n{sender}",
    ),
    Phase.REMINDER: (
        "Rappel : {title}",
        "Bonjour,\n\nNous n’avons pas encore votre réponse : {title}\nQuand : {date}{place}.\n\n"
        "Elle prend un instant : {link}{code}\n\n{sender}",
    ),
    Phase.POSTPONED: (
        "Report : {title}",
        "Bonjour,\n\nCette rencontre est reportée : {title}\nNouvelle date : {date}{place}.\n\n"
        "Votre réponse précédente n’est plus valable, merci de la renouveler : {link}\n\n{sender}",
    ),
    Phase.CANCELLED: (
        "Annulation : {title}",
        "Bonjour,\n\nCette rencontre est annulée : {title}\nElle était prévue : {date}.\n\n"
        "Veuillez nous en excuser.\n\n{sender}",
    ),
}
METHODS = {Phase.CANCELLED: "CANCEL"}
RELAY_TEMPLATE = (
    "À relayer ({phase}) : {title}",
    "Bonjour,\n\nNous venons d’écrire ({phase}) aux personnes dont vous êtes le contact.\n"
    "Rencontre : {title}\nQuand : {date}{place}.\n\nPersonnes :\n\n{guests}\n\n"
    "Leurs réponses à notre message vous parviennent. Merci de votre relais.\n\n{sender}",
)
CONFIRMATION_TEMPLATE = (
    "Inscription confirmée : {title}",
    "Bonjour,\n\nVotre inscription est confirmée : {title}\nQuand : {date}{place}.{code}\n\n"
    "Si vous ne pouvez plus venir, prévenez-nous : la place ira à la personne suivante.\n\n"
    "Ressources & Territoires",
)
QUESTIONNAIRE_TEMPLATE = (
    "Votre avis : {title}",
    "Bonjour,\n\nVous avez participé : {title}\n\nQuatre notes suffisent pour dire ce que vous "
    "en avez pensé : {link}\n\nVotre réponse est anonyme : elle est gardée à part de votre nom."
    "\n\nRessources & Territoires",
)
MOST_TYPED = 300


@dataclass(frozen=True)
class Relay:
    """A person through whom guests are reached: replies go to them."""

    name: str
    email: str


@dataclass(frozen=True)
class Addressee:
    """Someone who is to be invited; ``person_id`` where the directory knows them."""

    name: str
    email: str
    person_id: int | None = None


def typed_addresses(text: str) -> list[Addressee]:
    """Read addresses typed by hand, one a line or parted by commas, with a name or without.

    An address given twice is read once. Every part that is no address is named in one refusal.

    >>> typed_addresses("Zoé Roux <zoe@exemple.fr>; JO@exemple.fr")
    [Addressee(name='Zoé Roux', email='zoe@exemple.fr', person_id=None), \
Addressee(name='jo@exemple.fr', email='jo@exemple.fr', person_id=None)]
    """
    found: dict[str, Addressee] = {}
    faults = []
    for part in (one.strip() for one in re.split(r"[\n,;]+", text)):
        match = TYPED.fullmatch(part)
        if match:
            email = (match["inside"] or match["bare"]).lower()
            name = (match["name"] or "").strip(" \"'") or email
            found.setdefault(email, Addressee(name, email))
        elif part:
            faults.append(f"« {part} »")
    if faults:
        raise DomainError(f"Ce ne sont pas des adresses de courriel : {', '.join(faults)}.")
    if len(found) > MOST_TYPED:
        raise DomainError(
            f"{len(found)} adresses à la fois : au-delà de {MOST_TYPED}, importez la liste, page "
            "« Annuaire »."
        )
    return list(found.values())


def code_line(code: str) -> str:
    """Say a personal sign-in code; nothing where there is none."""
    return f"\n\nVotre code personnel pour émarger : {code}" if code else ""


@dataclass(frozen=True)
class Guest:
    """An invitation as the phases see it; answers are those that still hold."""

    id: int
    is_bounced: bool = False
    received: frozenset[Phase] = frozenset()
    first: Answer | None = None
    final: Answer | None = None


def check_phase(
    phase: Phase, state: SessionState, place: Confirmation, *, was_announced: bool, is_direct: bool
) -> None:
    """Refuse a phase whose time has not come, saying what is missing."""
    if phase is Phase.CANCELLED:
        if state is not SessionState.CANCELLED:
            raise DomainError("Annulez d’abord la séance, onglet « Modifier ».")
        return
    if state in {SessionState.CANCELLED, SessionState.DONE}:
        raise DomainError(f"La séance est {state.label} : on n’y invite plus.")
    if phase is not Phase.FINAL:
        return
    conditions = {
        "une séance confirmée": state is SessionState.CONFIRMED,
        "un lieu confirmé": place is Confirmation.CONFIRMED,
        "la date à retenir, ou la mention « invitation directe »": was_announced or is_direct,
    }
    lacking = [name for name, is_met in conditions.items() if not is_met]
    if lacking:
        raise DomainError(f"L’invitation définitive attend : {', '.join(lacking)}.")


def receivers(
    phase: Phase, guests: Sequence[Guest], *, include_refusals: bool = False
) -> list[int]:
    """Return who receives a mailing: no phase twice, no address that came back.

    Who said no to the date receives the final invitation only where that is ticked; a reminder
    goes to who has not answered the phase they received last.
    """
    kept = []
    for guest in guests:
        if guest.is_bounced or phase in guest.received - {Phase.REMINDER}:
            continue
        refused = guest.first is Answer.NO and phase is Phase.FINAL
        if refused and not include_refusals:
            continue
        if phase is Phase.REMINDER and not may_be_reminded(guest):
            continue
        kept.append(guest.id)
    return kept


def may_be_reminded(guest: Guest) -> bool:
    if Phase.FINAL in guest.received:
        return guest.final is None
    return Phase.SAVE_THE_DATE in guest.received and guest.first is None


def changed(first: Answer | None, final: Answer | None) -> str:
    """Say what changed between the two phases.

    >>> changed(Answer.YES, Answer.NO), changed(Answer.YES, Answer.YES), changed(None, Answer.YES)
    ('oui → non', '', '')
    """
    if first is None or final is None or first is final:
        return ""
    return f"{first.label} → {final.label}"
