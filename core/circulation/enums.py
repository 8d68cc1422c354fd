"""Closed lists of lending, with their French labels."""

from core.training.enums import Labelled


class CopyStatus(Labelled):
    """Where a copy is: derived from loans, reservations and what staff set by hand."""

    AVAILABLE = "disponible", "disponible"
    LENT = "prete", "prêté"
    SET_ASIDE = "reserve", "réservé, mis de côté"
    INCOMPLETE = "incomplet", "incomplet"
    PROCESSING = "en_traitement", "en traitement"
    REPAIR = "en_reparation", "en réparation"
    LOST = "perdu", "perdu"
    WITHDRAWN = "retire", "retiré"


class ReturnKind(Labelled):
    OPEN = "", "en cours"
    NORMAL = "normal", "rendu"
    LOST = "perdu", "perdu"
    PRESUMED_LOST = "repute_perdu", "réputé perdu"
    FOUND = "regularisation", "retrouvé"
    UNDONE = "annule", "annulé"


class ReservationState(Labelled):
    WAITING = "en_file", "en attente"
    READY = "disponible", "mis de côté"
    SUSPENDED = "suspendue", "suspendue, plus d’exemplaire"
    HONOURED = "honoree", "honorée"
    EXPIRED = "expiree", "expirée"
    CANCELLED = "annulee", "annulée"


class Gesture(Labelled):
    """What was done at the desk."""

    LENT = "pret", "prêt"
    RETURNED = "retour", "retour"
    HANDED_OVER = "rendu_prete", "rendu puis prêté"
    RENEWED = "prolongation", "prolongation"
    RESERVED = "reservation", "réservation"
    CANCELLED = "annulation", "réservation annulée"
    EXPIRED = "expiration", "réservation expirée"
    MOVED = "file", "file changée"
    LOST = "perte", "déclaré perdu"
    SETTLED = "pieces", "pièces perdues"
    STATE = "etat", "état d’un exemplaire"
    UNDONE = "annule", "geste annulé"


OPEN_STATES = (ReservationState.WAITING, ReservationState.READY, ReservationState.SUSPENDED)
RESERVABLE = ("normal", "court")  # what leaves the centre, and so is waited for
LENDABLE = (*RESERVABLE, "sur_place")
