"""The demonstration of the catalogue: 2,000 invented records of the centre's fields.

Titles, authors and publishers are drawn by a seeded generator: no such document exists, and each
record is marked as simulated.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlmodel import Session

from core.documentation import loading, writing
from core.documentation.drafts import (
    AgentDraft,
    ConceptDraft,
    ItemDraft,
    NoticeDraft,
    PublisherDraft,
)
from core.documentation.enums import DocumentType, Level, LoanClass

SEED, RECORDS = 2011, 2_000
KINDS = (
    (DocumentType.TEXT, 0.42), (DocumentType.REPORT, 0.26), (DocumentType.ARTICLE, 0.2),
    (DocumentType.THESIS, 0.04), (DocumentType.VIDEO, 0.03), (DocumentType.ELECTRONIC, 0.03),
    (DocumentType.OBJECT, 0.02),
)  # fmt: skip
# For each theme: its subjects, then what titles say of it.
TOPICS = {
    "PV-CONT": (("Politique de la ville", "Contrat urbain de cohésion sociale"),
                ("la gouvernance des contrats urbains de cohésion sociale",
                 "l’ingénierie de la politique de la ville", "le droit commun dans les quartiers")),
    "PV-CADRE": (("Rénovation urbaine", "Zone urbaine sensible"),
                 ("la rénovation urbaine", "la gestion urbaine de proximité",
                  "les centres anciens des petites villes")),
    "PV-PART": (("Participation des habitants",),
                ("la participation des habitants", "les conseils de quartier",
                 "la concertation dans les projets urbains")),
    "PREV-DEL": (("Prévention de la délinquance",
                  "Conseil local de sécurité et de prévention de la délinquance"),
                 ("la prévention de la délinquance des jeunes", "les CLSPD et CISPD",
                  "la tranquillité publique")),
    "PREV-MED": (("Médiation sociale",), ("la médiation sociale", "les adultes-relais",
                                          "les correspondants de nuit")),
    "PREV-VIO": (("Aide aux victimes", "Violences intrafamiliales"),
                 ("l’aide aux victimes", "les violences intrafamiliales", "l’accès au droit")),
    "EDUC-PRE": (("Réussite éducative", "Parentalité", "Déscolarisation"),
                 ("la réussite éducative", "les parcours individualisés", "le décrochage scolaire",
                  "la place des parents à l’école")),
    "EDUC-ILL": (("Illettrisme", "Apprentissage du français"),
                 ("l’illettrisme", "l’accès aux savoirs de base", "les compétences clés",
                  "l’apprentissage du français par les adultes")),
    "INS-EMP": (("Insertion professionnelle", "Clause d’insertion",
                 "Insertion par l’activité économique"),
                ("l’insertion par l’activité économique", "les clauses d’insertion",
                 "l’accompagnement vers l’emploi")),
    "INS-JEUN": (("Insertion professionnelle", "Mission locale"),
                 ("l’insertion des jeunes", "les missions locales", "la mobilité des jeunes")),
    "TRANS-EGA": (("Discrimination", "Égalité entre les femmes et les hommes"),
                  ("la lutte contre les discriminations", "l’égalité des femmes et des hommes",
                   "la mémoire de l’immigration")),
    "TRANS-LOG": (("Logement", "Logement social", "Mal-logement", "Gens du voyage"),
                  ("le logement social", "l’habitat indigne", "l’accueil des gens du voyage",
                   "la mixité sociale")),
}  # fmt: skip
FORMS = (
    "Agir pour {}", "Comprendre {}", "Guide pratique : {}", "{} : bilan et perspectives",
    "{} en Midi-Pyrénées", "Évaluer {}", "Penser {} aujourd’hui", "{} : méthodes et outils",
    "Les acteurs et {}", "{} : dix ans d’expériences", "Observer {}", "{}, une affaire d’élus ?",
)  # fmt: skip
SUBTITLES = (
    "actes de la journée régionale", "enquête auprès des professionnels", "repères et expériences",
    "étude de six territoires", "synthèse des travaux", "recueil d’initiatives locales", "",
    "", "",
)  # fmt: skip
SENTENCES = (
    "Ce document fait le point sur {} à partir d’entretiens menés auprès d’élus et d’agents.",
    "Après un rappel du cadre juridique, il décrit les démarches engagées par les communes.",
    "Une deuxième partie présente des expériences locales et leurs conditions de réussite.",
    "Des fiches pratiques proposent des outils de diagnostic, de pilotage et d’évaluation.",
    "Les auteurs montrent comment {} suppose un partenariat durable entre institutions.",
    "Il s’adresse aux chefs de projet, aux coordonnateurs et aux travailleurs sociaux.",
    "Une bibliographie et un glossaire complètent l’ensemble.",
)  # fmt: skip
LAST = (
    "Abadie", "Albouy", "Barthes", "Cabrol", "Castan", "Delmas", "Estève", "Fabre", "Galinier",
    "Jalabert", "Lafforgue", "Mazières", "Nègre", "Ortet", "Rouquette", "Soulié", "Teulade",
    "Benali", "Diallo", "Nguyen",
)  # fmt: skip
FIRST = ("Agnès", "Aminata", "Bernard", "Claire", "Élodie", "François", "Hélène", "Karim", "Marc",
         "Nadia", "Sophie", "Yann")  # fmt: skip
BODIES = ("Observatoire inventé des quartiers", "Centre fictif d’études sociales",
          "Réseau imaginaire des villes d’Occitanie")  # fmt: skip
PUBLISHERS = (
    ("Éditions de la Fontaine", "Toulouse"), ("Presses du Causse", "Cahors"),
    ("Le Pont-Neuf éditeur", "Toulouse"), ("Cahiers du Tarn", "Albi"),
    ("Éditions des Possibles", "Paris"), ("L’Atelier des savoirs", "Montauban"),
)  # fmt: skip
REVIEWS = ("Les Cahiers de la ville solidaire", "Prévenir et agir", "Territoires éducatifs")
PLACES = ("09", "12", "31", "32", "46", "65", "81", "82")
SHELVES = {"PV": "100", "PREV": "200", "EDUC": "300", "INS": "400", "TRANS": "500"}
KIT = ("livret de l’animateur", "jeu de cartes", "affiches", "DVD")


def fill(session: Session, *, now: datetime, records: int = RECORDS) -> list[int]:
    """Make the fields, the subjects and the invented records; return the ids of the records."""
    loading.load(session)
    generator = np.random.default_rng(SEED)
    entries = [writing.Entry(draft) for draft in invented(generator, records)]
    return writing.write(session, entries, now=now, is_simulated=True).ids


def invented(generator: np.random.Generator, count: int) -> list[NoticeDraft]:
    """Draw records; the same generator gives the same ones."""
    kinds = generator.choice(len(KINDS), size=count, p=[share for _, share in KINDS])
    themes = generator.choice(list(TOPICS), size=count)
    # Recent years are many, older ones fewer and fewer.
    years = 2011 - np.minimum(generator.geometric(0.16, size=count) - 1, 30)
    return [
        _record(generator, rank, KINDS[kind][0], (str(theme), int(year)))
        for rank, (kind, theme, year) in enumerate(zip(kinds, themes, years, strict=True), start=1)
    ]


def _record(
    generator: np.random.Generator, rank: int, kind: DocumentType, about: tuple[str, int]
) -> NoticeDraft:
    theme, year = about
    subjects, topics = TOPICS[theme]
    topic = _one(generator, topics)
    is_article = kind is DocumentType.ARTICLE
    title = _one(generator, FORMS).format(topic)
    pages = int(generator.integers(4, 18) if is_article else generator.integers(40, 380))
    place = _one(generator, PLACES)
    return NoticeDraft(
        title=title[0].upper() + title[1:], subtitle=_one(generator, SUBTITLES),
        doc_type=kind.value, level=(Level.PART if is_article else Level.MONOGRAPH).value,
        pub_year=year, pub_date_text=str(year), languages="fre", country="FR",
        extent=f"{pages} p.", abstract=_abstract(generator, topic),
        series=_one(generator, REVIEWS) if is_article else "",
        volume=f"n° {generator.integers(1, 60)}" if is_article else "", centre="R&T",
        agents=_agents(generator), publishers=_publishers(generator, is_article=is_article),
        concepts=tuple(
            ConceptDraft(loading.CODE, label, label)
            for label in subjects[: 1 + int(generator.integers(0, len(subjects)))]
        ),
        themes=(theme,),
        territories=(f"departement:{place}",) if generator.random() < 0.3 else (),
        url="https://exemple.invalid/document" if kind is DocumentType.ELECTRONIC else "",
        visibility="equipe" if rank % 97 == 0 else "public",
        notes="Notice inventée pour la démonstration.",
        items=() if kind is DocumentType.ELECTRONIC else _items(generator, rank, kind, theme),
    )  # fmt: skip


def _one(generator: np.random.Generator, listed: Sequence[str]) -> str:
    return listed[int(generator.integers(len(listed)))]


def _abstract(generator: np.random.Generator, topic: str) -> str:
    count = int(generator.integers(2, 5))
    chosen = generator.choice(len(SENTENCES), size=count, replace=False)
    return " ".join(SENTENCES[place].format(topic) for place in sorted(chosen))


def _agents(generator: np.random.Generator) -> tuple[AgentDraft, ...]:
    people = [
        AgentDraft("personne", _one(generator, LAST), _one(generator, FIRST), "", "070")
        for _ in range(int(generator.integers(0, 3)))
    ]
    if not people or generator.random() < 0.2:
        people.append(AgentDraft("collectivite", _one(generator, BODIES), "", "", "070"))
    return tuple(dict.fromkeys(people))


def _publishers(generator: np.random.Generator, *, is_article: bool) -> tuple[PublisherDraft, ...]:
    if is_article:
        return ()
    name, place = PUBLISHERS[int(generator.integers(len(PUBLISHERS)))]
    return (PublisherDraft(name, place),)


def _items(
    generator: np.random.Generator, rank: int, kind: DocumentType, theme: str
) -> tuple[ItemDraft, ...]:
    """Give a record its copies: one mostly, two at times; a kit with its parts."""
    is_kit = kind is DocumentType.OBJECT
    count = 1 + int(generator.random() < 0.12 and not is_kit)
    mark = f"{SHELVES[theme.partition('-')[0]]} {_one(generator, LAST)[:3].upper()}"
    on_site = kind is DocumentType.THESIS or generator.random() < 0.05
    return tuple(
        ItemDraft(
            barcode=f"RT{10 * rank + number:07}", shelf_mark=mark, location="Toulouse",
            section="Espace documentaire", owner="R&T", medium=kind.label,
            loan_class=(LoanClass.ON_SITE if on_site else LoanClass.NORMAL).value,
            parts=KIT if is_kit else (), parts_expected=len(KIT) if is_kit else 1,
        )
        for number in range(1, count + 1)
    )  # fmt: skip
