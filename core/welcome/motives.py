"""Closed lists of the welcome, with their French labels."""

from core.training.enums import Labelled


class VisitKind(Labelled):
    """How people came. All three are one visit each."""

    ALONE = "individuelle", "une personne"
    GROUP = "groupe", "un groupe"
    DISTANCE = "distance", "à distance"


class Motive(Labelled):
    """Why somebody came; a visit may have several."""

    DISCOVERY = "decouverte", "découvrir le centre"
    SEARCH = "recherche", "recherche documentaire"
    LOAN = "pret", "prêt ou retour"
    ADVICE = "conseil", "conseil sur un projet"
    QUESTION = "question", "question précise"
    ORIENTATION = "orientation", "trouver un interlocuteur"
    WORK = "travail", "travail sur place"


class AppointmentState(Labelled):
    ASKED = "demande", "demandé"
    CONFIRMED = "confirme", "confirmé"
    KEPT = "honore", "honoré"
    MISSED = "absent", "absent"
    CANCELLED = "annule", "annulé"


# What a state may become; a kept, missed or cancelled appointment is over.
NEXT: dict[AppointmentState, tuple[AppointmentState, ...]] = {
    AppointmentState.ASKED: (AppointmentState.CONFIRMED, AppointmentState.CANCELLED),
    AppointmentState.CONFIRMED: (
        AppointmentState.KEPT, AppointmentState.MISSED, AppointmentState.CANCELLED,
    ),
    AppointmentState.KEPT: (),
    AppointmentState.MISSED: (),
    AppointmentState.CANCELLED: (),
}  # fmt: skip
OPEN = (AppointmentState.ASKED, AppointmentState.CONFIRMED)
TAKING = (AppointmentState.ASKED, AppointmentState.CONFIRMED, AppointmentState.KEPT)
