"""Closed lists of training and networks, with their French labels."""

from enum import StrEnum


class Labelled(StrEnum):
    """A stored value with a French label, given as ``NAME = value, label``."""

    def __new__(cls, value: str, label: str = "") -> "Labelled":
        member = str.__new__(cls, value)
        member._value_ = value
        member._label = label
        return member

    _label: str

    @property
    def label(self) -> str:
        return self._label


class Precision(Labelled):
    """How precise a date is. Everything but DAY and DAYS leaves something to be decided."""

    DAY = "jour", "jour"
    DAYS = "jours_liste", "plusieurs jours"
    PERIOD = "periode", "du … au …"
    MONTHS = "periode_mois", "de mois à mois"
    WINDOW = "fenetre", "à placer dans une période"
    MONTH = "mois", "mois"
    SEMESTER = "semestre", "semestre"
    YEAR = "annee", "année ou fréquence"
    ON_DEMAND = "sur_demande", "sur demande"
    TO_DEFINE = "a_definir", "à définir"
    NONE = "non_indique", "non indiquée"
    UNKNOWN = "non_reconnu", "texte non reconnu"


class Confirmation(Labelled):
    """Whether what is written (a date, a place) is settled."""

    CONFIRMED = "confirme", "confirmé"
    TO_CONFIRM = "a_confirmer", "à confirmer"
    TO_DEFINE = "a_definir", "à définir"
    NOT_SAID = "non_indique", "non indiqué"


class SessionState(Labelled):
    TENTATIVE = "pressentie", "pressentie"
    CONFIRMED = "confirmee", "confirmée"
    POSTPONED = "reportee", "reportée"
    DONE = "realisee", "réalisée"
    CANCELLED = "annulee", "annulée"


class Half(Labelled):
    """A half-day, or an evening, which has its own length."""

    MORNING = "M", "matin"
    AFTERNOON = "A", "après-midi"
    EVENING = "S", "soirée"


class SlotState(Labelled):
    PLANNED = "prevu", "prévu"
    HELD = "tenu", "tenu"
    CANCELLED = "annule", "annulé"


class RegistrationState(Labelled):
    """Where a registration stands. Only CONFIRMED and OFFERED take a seat."""

    REQUESTED = "inscrit", "demande reçue"
    CONFIRMED = "confirme", "confirmé"
    WAITING = "liste_attente", "en liste d’attente"
    OFFERED = "offre", "place proposée"
    CANCELLED = "annule", "annulé"


class AttendanceState(Labelled):
    """What was entered for a person and a half-day; no row at all is « non saisi »."""

    PRESENT = "present", "présent"
    ABSENT = "absent", "absent"
    EXCUSED = "excuse", "excusé"
    NOT_CONCERNED = "non_concerne", "non concerné"


class Situation(Labelled):
    """The six situations of a person and a half-day; only the first three enter the rate."""

    PRESENT = "present", "présent"
    ABSENT = "absent", "absent"
    EXCUSED = "excuse", "excusé"
    NOT_ENTERED = "non_saisi", "non saisi"
    NOT_CONCERNED = "non_concerne", "non concerné"
    NOT_HELD = "non_tenue", "séance non tenue"


class Source(Labelled):
    """How a presence came in."""

    GRID = "saisie", "saisie"
    EXCEPTION = "exception", "saisie par exception"
    QR = "qr", "émargement par QR code"


class Phase(Labelled):
    """Phase of a mailing about a session."""

    SAVE_THE_DATE = "date_a_retenir", "date à retenir"
    FINAL = "definitif", "invitation définitive"
    REMINDER = "rappel", "rappel"
    POSTPONED = "report", "report"
    CANCELLED = "annulation", "annulation"


class Answer(Labelled):
    YES = "oui", "oui"
    NO = "non", "non"
    MAYBE = "peut_etre", "peut-être"
    DELEGATE = "delegue", "se fait représenter"


class EventKind(Labelled):
    """Kinds of events, as the plan names them."""

    TRAINING = "formation", "formation"
    QUALIFICATION_CYCLE = "cycle_qualification", "cycle de qualification"
    NETWORK_DAY = "journee_reseau", "journée de réseau"
    REGIONAL_DAY = "journee_regionale", "journée régionale"
    CONFERENCE_DEBATE = "conference_debat", "conférence-débat"
    CONFERENCE = "conference", "conférence"
    WORKSHOP = "atelier", "atelier"
    FORUM = "forum", "forum"
    AWARENESS = "sensibilisation", "sensibilisation"
    PARTNER = "intervention_partenaire", "intervention chez un partenaire"
    ON_DEMAND = "intervention_sur_demande", "intervention sur demande"
    JURY = "jury", "jury"
    WORKING_GROUP = "reunion_travail", "réunion de travail"
    INTERNAL = "reunion_interne", "réunion interne"
    NATIONAL = "reunion_reseau_national", "réseau national"
    BODY = "instance", "instance"
    COPIL = "comite_pilotage", "comité de pilotage"
    MEETING = "rencontre", "rencontre"
    PREPARATION = "rencontre_preparatoire", "rencontre préparatoire"
    RESTITUTION = "restitution", "restitution"
    FIELD_VISIT = "visite_terrain", "visite de terrain"
    OPEN_DAY = "portes_ouvertes", "portes ouvertes"
    OTHER = "autre", "autre"


class Funding(Labelled):
    """Where the money of a session comes from (frame C of the BPF)."""

    STATE = "etat", "État"
    ACSE = "acse", "ACSE"
    TERRITORIAL = "collectivite", "collectivités territoriales"
    ESF = "fse", "fonds européens"
    OPCA = "opca", "OPCA"
    EMPLOYERS = "employeurs", "employeurs"
    TRAINING_BODY = "organisme_formation", "autre organisme de formation"
    OTHER = "autre", "autre"
    NONE = "", "non renseigné"


class TraineeKind(Labelled):
    """Who the stagiaires of a session are (frame F1 of the BPF)."""

    EMPLOYEE = "salarie", "salariés"
    JOB_SEEKER = "demandeur_emploi", "demandeurs d’emploi"
    PRIVATE = "particulier", "particuliers à leurs frais"
    OTHER = "autre", "autres stagiaires"
    NONE = "", "non renseigné"
