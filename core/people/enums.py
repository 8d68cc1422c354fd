"""Closed lists of the directory, with the French words that screens show."""

from enum import StrEnum


class StructureKind(StrEnum):
    """What an organisation is; ``label`` is shown, the value is stored."""

    COLLECTIVITE = "collectivite"
    ETAT = "etat"
    ASSOCIATION = "association"
    TRAINING_BODY = "organisme_formation"
    MISSION_LOCALE = "mission_locale"
    EMPLOYMENT = "emploi"
    SCHOOL = "enseignement"
    HOUSING = "bailleur"
    HEALTH = "sante"
    COMPANY = "entreprise"
    OPCA = "opca"
    OTHER = "autre"

    @property
    def label(self) -> str:
        return _KINDS[self]


_KINDS = {
    StructureKind.COLLECTIVITE: "collectivité",
    StructureKind.ETAT: "service de l’État",
    StructureKind.ASSOCIATION: "association",
    StructureKind.TRAINING_BODY: "organisme de formation",
    StructureKind.MISSION_LOCALE: "mission locale",
    StructureKind.EMPLOYMENT: "service public de l’emploi",
    StructureKind.SCHOOL: "établissement d’enseignement",
    StructureKind.HOUSING: "bailleur social",
    StructureKind.HEALTH: "établissement de santé",
    StructureKind.COMPANY: "entreprise",
    StructureKind.OPCA: "OPCA",
    StructureKind.OTHER: "autre",
}


def kind_label(value: str) -> str:
    """Return the French words of a stored kind; one of an older release is shown as it is."""
    return StructureKind(value).label if value in set(StructureKind) else value


class ContactField(StrEnum):
    """What a column of a contact list may hold."""

    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    EMAIL = "email"
    PHONE = "phone"
    STRUCTURE = "structure"
    FUNCTION = "function"
    NETWORKS = "networks"

    @property
    def label(self) -> str:
        return _FIELDS[self]


_FIELDS = {
    ContactField.LAST_NAME: "Nom",
    ContactField.FIRST_NAME: "Prénom",
    ContactField.EMAIL: "Courriel",
    ContactField.PHONE: "Téléphone",
    ContactField.STRUCTURE: "Structure",
    ContactField.FUNCTION: "Fonction",
    ContactField.NETWORKS: "Réseaux",
}


class LineState(StrEnum):
    """What importing a line of a contact list would do."""

    NEW = "nouvelle"
    SAME = "déjà là"
    CHANGED = "à compléter ou à changer"
    AMBIGUOUS = "à décider"
