"""How tests open a page: from app.py, in a role, with an address, and what they read from it."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.access import Role

ROOT = Path(__file__).parents[2]

HOME = "pages/accueil/accueil.py"
MAP = "pages/observatoire/carte.py"
SOURCES = "pages/observatoire/sources.py"
PERIMETERS = "pages/observatoire/perimetres.py"
IMPORTS = "pages/observatoire/imports.py"
JOURNAL = "pages/administration/journal.py"
INSTALLATION = "pages/administration/installation.py"
AGENDA = "pages/formation/agenda.py"
SESSION = "pages/formation/seance.py"
PLAN = "pages/formation/plan.py"
RESULTS = "pages/formation/bilan.py"
SIGN_IN = "pages/formation/emarger.py"
OPINION = "pages/formation/avis.py"
ANSWER = "pages/formation/repondre.py"
DIRECTORY = "pages/annuaire/annuaire.py"
OUTBOX = "pages/administration/envois.py"
CATALOGUE = "pages/documentation/catalogue.py"
RECORD = "pages/documentation/notice.py"
BASKETS = "pages/documentation/panier.py"
DESK = "pages/documentation/pret.py"
READERS = "pages/documentation/lecteurs.py"
OWN_PAGE = "pages/documentation/lecteur.py"
LENDING_RULES = "pages/documentation/regles.py"
WELCOME = "pages/documentation/accueil_public.py"
CENTRE_FIGURES = "pages/documentation/chiffres.py"
ENTRY = "pages/documentation/saisie.py"
THESAURUS = "pages/documentation/thesaurus.py"
CATALOGUE_IMPORT = "pages/documentation/import_catalogue.py"
ORDERS = "pages/competences_cles/suivi.py"
ALERTS = "pages/competences_cles/alertes.py"
PUBLICS = "pages/competences_cles/publics.py"
SHARING = "pages/competences_cles/reallocation.py"
ORDER = "pages/competences_cles/bon.py"
MARKET = "pages/competences_cles/marche.py"
COMMITTEE = "pages/competences_cles/copil.py"
EXPORTS = "pages/competences_cles/import_rosace.py"

TITLES = {
    HOME: "L’essentiel en Midi-Pyrénées",
    MAP: "Délinquance enregistrée",
    SOURCES: "Sources et méthode",
    PERIMETERS: "Périmètres",
    IMPORTS: "Imports de fichiers officiels",
    JOURNAL: "Journal des changements",
    INSTALLATION: "Installation",
    AGENDA: "Agenda",
    SESSION: "Séances",
    PLAN: "Plan de l’année",
    RESULTS: "Bilan des formations et des réseaux",
    SIGN_IN: "Émarger",
    OPINION: "Votre avis",
    ANSWER: "Votre réponse",
    DIRECTORY: "Annuaire",
    OUTBOX: "Boîte d’envoi",
    CATALOGUE: "Catalogue du centre de documentation",
    RECORD: "Document",
    BASKETS: "Paniers et bibliographies",
    DESK: "Prêt et retour",
    READERS: "Lecteurs",
    OWN_PAGE: "Votre page de lecteur",
    LENDING_RULES: "Règles de prêt",
    WELCOME: "Accueil du public",
    CENTRE_FIGURES: "Chiffres du centre de documentation",
    ENTRY: "Saisie d’une notice",
    CATALOGUE_IMPORT: "Import de notices",
    THESAURUS: "Thésaurus",
    ORDERS: "Bons de commande Compétences Clés",
    ALERTS: "Alertes Compétences Clés",
    PUBLICS: "Publics et parcours",
    SHARING: "Réallocation des heures",
    ORDER: "Bon de commande",
    MARKET: "Marché Compétences Clés",
    COMMITTEE: "Comité de pilotage",
    EXPORTS: "Import des exports de l’extranet",
}


def start(role: Role = Role.ELU) -> AppTest:
    """Open the application on its home page, in a role."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["role"] = role
    return app.run()


def opened(page: str, viewer: Role = Role.ELU, /, **query: str) -> AppTest:
    """Open a page in a role, with the filters that its address carries."""
    app = start(viewer)
    if page != HOME:
        app.switch_page(page)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def title(app: AppTest) -> str:
    """Return the title of the page shown; none where the page was refused."""
    return app.subheader[0].value if len(app.subheader) else ""


def said(app: AppTest) -> str:
    """Return everything that the page says in words, one element a line."""
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error, app.success, app.text)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def has_banner(app: AppTest) -> bool:
    return any("**Démonstration**" in str(caption.value) for caption in app.caption)
