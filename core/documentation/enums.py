"""Closed lists of the documentation centre, with their French labels."""

import re

from core import fr
from core.training.enums import Labelled


class DocumentType(Labelled):
    """What a document is; the stored value is also what « type: » of the search takes."""

    TEXT = "livre", "livre"
    REPORT = "rapport", "rapport, étude"
    ARTICLE = "article", "article"
    PERIODICAL = "periodique", "périodique"
    ISSUE = "numero", "numéro de périodique"
    THESIS = "these", "thèse, mémoire"
    MANUSCRIPT = "manuscrit", "document non publié"
    MAP = "carte", "carte, plan"
    VIDEO = "video", "vidéo"
    SOUND = "son", "enregistrement sonore"
    MUSIC = "musique", "musique"
    IMAGE = "image", "image, affiche"
    ELECTRONIC = "electronique", "ressource électronique"
    MULTIMEDIA = "multimedia", "multimédia"
    OBJECT = "objet", "jeu, mallette"


class Level(Labelled):
    """Bibliographic level, as position 7 of a UNIMARC leader writes it."""

    MONOGRAPH = "m", "document entier"
    SERIAL = "s", "périodique"
    PART = "a", "partie, article"
    ISSUE = "b", "numéro"
    COLLECTION = "c", "ensemble"


# The level that a type is of where nothing else says it; the others are whole documents.
LEVELS = {
    DocumentType.ARTICLE: Level.PART, DocumentType.PERIODICAL: Level.SERIAL,
    DocumentType.ISSUE: Level.ISSUE,
}  # fmt: skip


class NoticeState(Labelled):
    """Only PUBLISHED is searched by readers, exported and counted."""

    DRAFT = "brouillon", "brouillon"
    PUBLISHED = "publie", "publiée"
    HIDDEN = "masque", "masquée"
    DELETED = "supprime", "supprimée"
    MERGED = "fusionne", "réunie à une autre"


class Visibility(Labelled):
    PUBLIC = "public", "tout public"
    TEAM = "equipe", "équipe seulement"


class AgentKind(Labelled):
    PERSON = "personne", "personne"
    BODY = "collectivite", "collectivité"
    MEETING = "congres", "rencontre, congrès"


class LabelKind(Labelled):
    """A concept has one preferred label a language; hidden ones are only ways in."""

    PREFERRED = "pref", "terme retenu"
    OTHER = "alt", "employé pour"
    HIDDEN = "hidden", "graphie de recherche"


class RelationKind(Labelled):
    BROADER = "broader", "terme plus large"
    RELATED = "related", "voir aussi"


class LinkKind(Labelled):
    """What ``from`` is to ``to``."""

    IN = "dans", "paru dans"
    PART_OF = "partie", "partie de"
    ISSUE_OF = "numero_de", "numéro de"
    ACCOMPANIES = "accompagne", "accompagne"
    REPLACES = "remplace", "remplace"
    ABOUT = "voir", "en relation avec"


class ItemState(Labelled):
    """What staff set by hand on a copy; being on loan is derived from loans, never stored."""

    IN_SERVICE = "en_service", "en service"
    PROCESSING = "en_traitement", "en traitement"
    REPAIR = "en_reparation", "en réparation"
    LOST = "perdu", "perdu"
    WITHDRAWN = "retire", "retiré"


class LoanClass(Labelled):
    NORMAL = "normal", "prêt normal"
    SHORT = "court", "prêt court"
    ON_SITE = "sur_place", "à consulter sur place"
    EXCLUDED = "exclu", "exclu du prêt"


class Role(Labelled):
    """What an agent did for a document: the UNIMARC code of the function ($4)."""

    AUTHOR = "070", "auteur"
    EDITOR = "340", "éditeur scientifique"
    PUBLISHING_DIRECTOR = "651", "directeur de publication"
    TRANSLATOR = "730", "traducteur"
    ILLUSTRATOR = "440", "illustrateur"
    PREFACE = "080", "préfacier"
    DIRECTOR = "300", "réalisateur"
    SPONSOR = "723", "commanditaire"
    DEGREE = "295", "établissement de soutenance"
    OTHER = "", "fonction non dite"


class Facet(Labelled):
    """A way to narrow a search; the order is that of the screen and of the stored codes."""

    TYPE = "type", "Type"
    THEME = "theme", "Thème"
    CONCEPT = "sujet", "Sujet"
    YEAR = "annee", "Année"
    TERRITORY = "territoire", "Territoire"
    AUTHOR = "auteur", "Auteur"
    LANGUAGE = "langue", "Langue"
    AVAILABILITY = "disponibilite", "Disponibilité"
    CENTRE = "centre", "Centre"


class Availability(Labelled):
    """Where a document can be had, by its copies and files (loans left aside)."""

    SHELF = "rayon", "au centre"
    ON_SITE = "sur_place", "sur place seulement"
    ONLINE = "en_ligne", "en ligne"
    NONE = "aucun", "non disponible"


LANGUAGES = {
    "fre": "français", "eng": "anglais", "spa": "espagnol", "oci": "occitan", "ger": "allemand",
    "ita": "italien", "por": "portugais", "ara": "arabe", "cat": "catalan", "mul": "plusieurs",
}  # fmt: skip


# Other ways that files write them: two letters, terminology codes, English names.
SPELLINGS = {
    "fr": "fre", "fra": "fre", "french": "fre", "francais": "fre", "en": "eng", "english": "eng",
    "anglais": "eng", "es": "spa", "spanish": "spa", "espagnol": "spa", "castellano": "spa",
    "espanol": "spa", "oc": "oci", "occitan": "oci", "de": "ger", "deu": "ger", "german": "ger",
    "ngerman": "ger", "allemand": "ger", "it": "ita", "italian": "ita", "italien": "ita",
    "pt": "por", "portuguese": "por", "portugais": "por", "ar": "ara", "arabic": "ara",
    "arabe": "ara", "ca": "cat", "catalan": "cat", "nl": "dut", "nld": "dut", "dutch": "dut",
    "ru": "rus", "russian": "rus", "tr": "tur", "turkish": "tur", "pl": "pol", "polish": "pol",
    "ro": "rum", "ron": "rum", "eu": "baq", "eus": "baq", "basque": "baq", "zh": "chi",
    "zho": "chi",
}  # fmt: skip


def language_codes(text: str) -> str:
    """Return languages as ISO 639-2 writes them; a text with an unknown one stays as it is.

    >>> language_codes("fr-FR; English"), language_codes("Français"), language_codes("patois")
    ('fre eng', 'fre', 'patois')
    """
    words = [fr.fold(word).partition("-")[0] for word in re.split(r"[;,/|\s]+", text) if word]
    codes = [SPELLINGS.get(word, word) for word in words]
    is_known = all(re.fullmatch(r"[a-z]{3}", code) for code in codes)
    return " ".join(dict.fromkeys(codes)) if is_known else text


def language_told(codes: str) -> str:
    """Say languages in French; a code that is not known stays as it is.

    >>> language_told("fre"), language_told("fre eng"), language_told("xyz"), language_told("")
    ('français', 'français, anglais', 'xyz', '')
    """
    return ", ".join(LANGUAGES.get(code, code) for code in codes.replace(";", " ").split())


def reserved(status: str, visibility: str) -> str:
    """Return why a record is not for everybody, or nothing where it is.

    >>> reserved("brouillon", "equipe"), reserved("publie", "equipe"), reserved("publie", "public")
    ('brouillon', 'équipe seulement', '')
    """
    if status != NoticeState.PUBLISHED:
        return NoticeState(status).label
    return "" if visibility == Visibility.PUBLIC else Visibility(visibility).label
