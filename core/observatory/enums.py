"""Closed lists of the observatory, with their French labels."""

from enum import IntEnum, StrEnum


class Level(StrEnum):
    """What kind of territory a figure is about."""

    FRANCE = "france"
    REGION = "region"
    DEPARTEMENT = "departement"
    EPCI = "epci"
    COMMUNE = "commune"
    PERIMETER = "perimeter"
    SERVICE = "service"
    PART = "part"

    @property
    def label(self) -> str:
        return _LEVEL_LABELS[self]


_LEVEL_LABELS = {
    Level.FRANCE: "France",
    Level.REGION: "Région",
    Level.DEPARTEMENT: "Département",
    Level.EPCI: "EPCI",
    Level.COMMUNE: "Commune",
    Level.PERIMETER: "Périmètre",
    Level.SERVICE: "Circonscription de police ou compagnie de gendarmerie",
    Level.PART: "Partie de commune",
}


class Dataset(StrEnum):
    """A family of official files that share their meaning; editions of it are never mixed."""

    SSMSI_COMMUNE = "ssmsi_commune"
    SSMSI_DEPARTEMENT = "ssmsi_departement"
    SSMSI_REGION = "ssmsi_region"
    ETAT4001_SERVICE = "etat4001_service"
    ETAT4001_COMMUNE = "etat4001_commune"

    @property
    def label(self) -> str:
        return _DATASET_LABELS[self]


_DATASET_LABELS = {
    Dataset.SSMSI_COMMUNE: "SSMSI, base communale",
    Dataset.SSMSI_DEPARTEMENT: "SSMSI, base départementale",
    Dataset.SSMSI_REGION: "SSMSI, base régionale",
    Dataset.ETAT4001_SERVICE: "État 4001 annuel par service",
    Dataset.ETAT4001_COMMUNE: "État 4001 mensuel par commune",
}


class Unit(StrEnum):
    """Unit of count. Figures of two units are never added together."""

    VICTIME = "victime"
    VICTIME_ENTENDUE = "victime_entendue"
    INFRACTION = "infraction"
    VEHICULE = "vehicule"
    MIS_EN_CAUSE = "mis_en_cause"
    FAIT = "fait"

    @property
    def label(self) -> str:
        return _UNIT_LABELS[self]


_UNIT_LABELS = {
    Unit.VICTIME: "victime",
    Unit.VICTIME_ENTENDUE: "victime entendue",
    Unit.INFRACTION: "infraction",
    Unit.VEHICULE: "véhicule",
    Unit.MIS_EN_CAUSE: "mis en cause",
    Unit.FAIT: "fait constaté",
}


class Denominator(StrEnum):
    """What a count is divided by to make a rate."""

    POPULATION = "population"
    DWELLINGS = "dwellings"

    @property
    def label(self) -> str:
        return {"population": "habitants", "dwellings": "logements"}[self.value]


class Status(IntEnum):
    """What a figure is. Zero is KNOWN; the others carry no count."""

    KNOWN = 0
    MASKED = 1
    MISSING = 2
    PARTIAL = 3

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS = {
    Status.KNOWN: "connu",
    Status.MASKED: "non diffusé",
    Status.MISSING: "non fourni",
    Status.PARTIAL: "partiel (au moins)",
}


class Service(StrEnum):
    """Who recorded the facts."""

    ALL = "all"
    POLICE = "police"
    GENDARMERIE = "gendarmerie"

    @property
    def label(self) -> str:
        return {
            "all": "Police et gendarmerie",
            "police": "Police nationale",
            "gendarmerie": "Gendarmerie nationale",
        }[self.value]
