"""The pages of the application: section, file, title, address, and the right each one asks."""

from dataclasses import dataclass

from core.access import Right, Viewer, may


@dataclass(frozen=True)
class PageEntry:
    section: str
    path: str
    title: str
    address: str
    right: Right
    is_hidden: bool = False


TRAINING = "Formations et réseaux"
MARKET = "Compétences Clés"
LIBRARY = "Documentation"
PAGES = (
    PageEntry("Accueil", "pages/accueil/accueil.py", "Accueil", "", Right.READ_FIGURES),
    PageEntry("Observatoire", "pages/observatoire/carte.py", "Carte", "carte", Right.READ_FIGURES),
    PageEntry(
        "Observatoire",
        "pages/observatoire/sources.py",
        "Sources et méthode",
        "sources",
        Right.READ_SOURCES,
    ),
    PageEntry(
        "Observatoire",
        "pages/observatoire/perimetres.py",
        "Périmètres",
        "perimetres",
        Right.EDIT_PERIMETERS,
    ),
    PageEntry("Observatoire", "pages/observatoire/imports.py", "Imports", "imports", Right.IMPORT),
    PageEntry(TRAINING, "pages/formation/agenda.py", "Agenda", "agenda", Right.READ_ACTIVITY),
    PageEntry(TRAINING, "pages/formation/seance.py", "Séances", "seance", Right.READ_ACTIVITY),
    PageEntry(TRAINING, "pages/annuaire/annuaire.py", "Annuaire", "annuaire", Right.READ_PEOPLE),
    PageEntry(TRAINING, "pages/formation/plan.py", "Plan de l’année", "plan", Right.READ_ACTIVITY),
    PageEntry(TRAINING, "pages/formation/bilan.py", "Bilan", "bilan", Right.READ_ACTIVITY),
    PageEntry(
        TRAINING,
        "pages/formation/emarger.py",
        "Émarger",
        "emarger",
        Right.READ_ACTIVITY,
        is_hidden=True,
    ),
    PageEntry(
        TRAINING,
        "pages/formation/avis.py",
        "Votre avis",
        "avis",
        Right.READ_ACTIVITY,
        is_hidden=True,
    ),
    PageEntry(
        TRAINING,
        "pages/formation/repondre.py",
        "Votre réponse",
        "repondre",
        Right.READ_ACTIVITY,
        is_hidden=True,
    ),
    PageEntry(
        LIBRARY,
        "pages/documentation/catalogue.py",
        "Catalogue",
        "catalogue",
        Right.READ_CATALOGUE,
    ),
    PageEntry(
        LIBRARY,
        "pages/documentation/panier.py",
        "Paniers et bibliographies",
        "panier",
        Right.READ_CATALOGUE,
    ),
    PageEntry(
        LIBRARY,
        "pages/documentation/thesaurus.py",
        "Thésaurus",
        "thesaurus",
        Right.READ_CATALOGUE,
    ),
    PageEntry(LIBRARY, "pages/documentation/pret.py", "Prêt et retour", "pret", Right.LEND),
    PageEntry(
        LIBRARY,
        "pages/documentation/notice.py",
        "Document",
        "notice",
        Right.READ_CATALOGUE,
        is_hidden=True,
    ),
    PageEntry(LIBRARY, "pages/documentation/lecteurs.py", "Lecteurs", "lecteurs", Right.LEND),
    PageEntry(
        LIBRARY,
        "pages/documentation/regles.py",
        "Règles de prêt",
        "regles-de-pret",
        Right.EDIT_READERS,
    ),
    PageEntry(
        LIBRARY,
        "pages/documentation/lecteur.py",
        "Votre page de lecteur",
        "lecteur",
        Right.READ_CATALOGUE,
        is_hidden=True,
    ),
    PageEntry(
        LIBRARY,
        "pages/documentation/accueil_public.py",
        "Accueil du public",
        "accueil-public",
        Right.LEND,
    ),
    PageEntry(
        LIBRARY,
        "pages/documentation/chiffres.py",
        "Chiffres du centre",
        "chiffres-documentation",
        Right.READ_CIRCULATION,
    ),
    PageEntry(LIBRARY, "pages/documentation/saisie.py", "Saisie", "saisie", Right.EDIT_CATALOGUE),
    PageEntry(
        LIBRARY,
        "pages/documentation/import_catalogue.py",
        "Import de notices",
        "import-catalogue",
        Right.EDIT_CATALOGUE,
    ),
    PageEntry(
        MARKET, "pages/competences_cles/suivi.py", "Bons de commande", "bons", Right.READ_MARKET
    ),
    PageEntry(MARKET, "pages/competences_cles/alertes.py", "Alertes", "alertes", Right.READ_MARKET),
    PageEntry(
        MARKET,
        "pages/competences_cles/publics.py",
        "Publics et parcours",
        "publics",
        Right.READ_MARKET,
    ),
    PageEntry(
        MARKET,
        "pages/competences_cles/reallocation.py",
        "Réallocation",
        "reallocation",
        Right.READ_MARKET,
    ),
    PageEntry(MARKET, "pages/competences_cles/bon.py", "Saisir un bon", "bon", Right.EDIT_MARKET),
    PageEntry(MARKET, "pages/competences_cles/marche.py", "Marché", "marche", Right.EDIT_MARKET),
    PageEntry(
        MARKET,
        "pages/competences_cles/copil.py",
        "Comité de pilotage",
        "copil",
        Right.READ_MARKET,
    ),
    PageEntry(
        MARKET,
        "pages/competences_cles/import_rosace.py",
        "Import des exports",
        "import-rosace",
        Right.EDIT_MARKET,
    ),
    PageEntry(
        "Administration",
        "pages/administration/envois.py",
        "Boîte d’envoi",
        "envois",
        Right.SEND_MAIL,
    ),
    PageEntry(
        "Administration",
        "pages/administration/journal.py",
        "Journal",
        "journal",
        Right.READ_JOURNAL,
    ),
    PageEntry(
        "Administration",
        "pages/administration/installation.py",
        "Installation",
        "installation",
        Right.ADMINISTER,
    ),
)


def open_to(viewer: Viewer) -> dict[str, list[PageEntry]]:
    """Return the sections and pages that a viewer may open, in the order of the menu.

    Hidden ones are reached by a link only.
    """
    sections: dict[str, list[PageEntry]] = {}
    for entry in PAGES:
        if may(viewer, entry.right):
            sections.setdefault(entry.section, []).append(entry)
    return sections
