"""The demonstration of the catalogue: 2,000 invented records of the centre's fields.

Titles, authors and publishers are drawn by a seeded generator: no such document exists, and each
record is marked as simulated.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlmodel import Session

from core.documentation import demonstration_words as words
from core.documentation import loading, writing
from core.documentation.demonstration_topics import BESIDE, TOPICS, Topic
from core.documentation.demonstration_words import Wording
from core.documentation.drafts import (
    AgentDraft,
    ConceptDraft,
    ItemDraft,
    NoticeDraft,
    PublisherDraft,
)
from core.documentation.enums import DocumentType, Level, LoanClass, Role

SEED, RECORDS = 2011, 2_000
KINDS = (
    (DocumentType.TEXT, 0.42), (DocumentType.REPORT, 0.26), (DocumentType.ARTICLE, 0.2),
    (DocumentType.THESIS, 0.04), (DocumentType.VIDEO, 0.03), (DocumentType.ELECTRONIC, 0.03),
    (DocumentType.OBJECT, 0.02),
)  # fmt: skip
LAST = (
    "Abadie", "Albouy", "Barthes", "Cabrol", "Castan", "Delmas", "Estève", "Fabre", "Galinier",
    "Jalabert", "Lafforgue", "Mazières", "Nègre", "Ortet", "Rouquette", "Soulié", "Teulade",
    "Benali", "Diallo", "Nguyen",
)  # fmt: skip
FIRST = ("Agnès", "Aminata", "Bernard", "Claire", "Élodie", "François", "Hélène", "Karim", "Marc",
         "Nadia", "Sophie", "Yann")  # fmt: skip
BODIES = ("Observatoire inventé des quartiers", "Centre fictif d’études sociales",
          "Réseau imaginaire des villes du Sud-Ouest")  # fmt: skip
PUBLISHERS = (
    ("Éditions de la Fontaine", "Toulouse"), ("Presses du Causse", "Cahors"),
    ("Le Pont-Neuf éditeur", "Toulouse"), ("Cahiers du Tarn", "Albi"),
    ("Éditions des Possibles", "Paris"), ("L’Atelier des savoirs", "Montauban"),
)  # fmt: skip
REVIEWS = ("Les Cahiers de la ville solidaire", "Prévenir et agir", "Territoires éducatifs")
UNIVERSITY = "Université imaginaire du Midi"
SHELVES = {"PV": "100", "PREV": "200", "EDUC": "300", "INS": "400", "TRANS": "500"}
KIT = ("livret de l’animateur", "jeu de cartes", "affiches", "DVD")
MINUTES = (13, 26, 40, 52, 75, 90)
SHARE_OF_TWO = 0.15  # of records that are about two themes
TITLE_MOST, TRIES = 3, 40  # times a title is given, as two reports of one name exist


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
    used: Counter[str] = Counter()
    found = []
    for rank, (place, theme, year) in enumerate(zip(kinds, themes, years, strict=True), start=1):
        about = _about(generator, str(theme), int(year))
        kind = KINDS[place][0]
        found.append(_record(generator, rank, kind, about, _worded(generator, kind, about, used)))
    return found


@dataclass(frozen=True)
class About:
    """What a record is about: one theme or two, a topic of each, and its year."""

    themes: tuple[str, ...]
    topics: tuple[Topic, ...]
    year: int


def _about(generator: np.random.Generator, theme: str, year: int) -> About:
    """Draw topics that were written of in that year; the names of two can be joined by « et »."""
    is_double = generator.random() < SHARE_OF_TWO
    themes = (theme, BESIDE[theme]) if is_double else (theme,)
    topics = []
    for one in themes:
        known = [topic for topic in TOPICS[one] if topic.since <= year
                 and not (is_double and " et " in topic.name)]  # fmt: skip
        topics.append(known[int(generator.integers(len(known)))])
    return About(themes, tuple(topics), year)


def _worded(
    generator: np.random.Generator, kind: DocumentType, about: About, used: Counter[str]
) -> Wording:
    """Draw a title that was not given too often yet, nor before with the same subtitle."""
    for _ in range(TRIES):
        found = words.wording(generator, kind, about.topics)
        whole = f"{found.title} : {found.subtitle}"
        if used[found.title] < TITLE_MOST and not (used[whole] and found.subtitle):
            break
    used.update((found.title, whole))
    return found


def _record(
    generator: np.random.Generator, rank: int, kind: DocumentType, about: About, said: Wording
) -> NoticeDraft:
    is_article = kind is DocumentType.ARTICLE
    return NoticeDraft(
        title=said.title, subtitle=said.subtitle,
        doc_type=kind.value, level=(Level.PART if is_article else Level.MONOGRAPH).value,
        pub_year=about.year, pub_date_text=str(about.year), languages="fre", country="FR",
        extent=_extent(generator, kind), abstract=words.abstract(generator, kind, about.topics),
        contents=f"Contient : {', '.join(KIT)}." if kind is DocumentType.OBJECT else "",
        series=words.one(generator, REVIEWS) if is_article else "",
        volume=f"n° {generator.integers(1, 60)}" if is_article else "", centre="R&T",
        agents=_agents(generator, kind), publishers=_publishers(generator, kind),
        concepts=tuple(ConceptDraft(loading.CODE, label, label) for label in dict.fromkeys(
            label for topic in about.topics for label in topic.subjects)),
        themes=about.themes,
        territories=(f"departement:{said.place}",) if said.place else (),
        url="https://exemple.invalid/document" if kind is DocumentType.ELECTRONIC else "",
        visibility="equipe" if rank % 97 == 0 else "public",
        notes="Notice inventée pour la démonstration.",
        items=() if kind is DocumentType.ELECTRONIC
        else _items(generator, rank, kind, about.themes[0]),
    )  # fmt: skip


def _extent(generator: np.random.Generator, kind: DocumentType) -> str:
    """Return pages of what has pages, minutes of a film, pieces of a kit."""
    pages = int(generator.integers(40, 380))
    if kind is DocumentType.VIDEO:
        return f"1 DVD ({MINUTES[pages % len(MINUTES)]} min)"
    if kind is DocumentType.OBJECT:
        return f"1 mallette ({len(KIT)} pièces)"
    if kind is DocumentType.ARTICLE:
        return f"p. {pages}-{pages + int(generator.integers(3, 16))}"
    return f"1 fichier PDF ({pages} p.)" if kind is DocumentType.ELECTRONIC else f"{pages} p."


def _agents(generator: np.random.Generator, kind: DocumentType) -> tuple[AgentDraft, ...]:
    """Draw people, at times a body; a thesis has one author and a university, a film a director."""
    role = (Role.DIRECTOR if kind is DocumentType.VIDEO else Role.AUTHOR).value
    least, most = (1, 2) if kind in {DocumentType.THESIS, DocumentType.VIDEO} else (0, 3)
    people = [
        AgentDraft("personne", words.one(generator, LAST), words.one(generator, FIRST), "", role)
        for _ in range(int(generator.integers(least, most)))
    ]
    if kind is DocumentType.THESIS:
        people.append(AgentDraft("collectivite", UNIVERSITY, "", "", Role.DEGREE.value))
    elif not people or generator.random() < 0.2:
        people.append(AgentDraft("collectivite", words.one(generator, BODIES), "", "", role))
    return tuple(dict.fromkeys(people))


def _publishers(generator: np.random.Generator, kind: DocumentType) -> tuple[PublisherDraft, ...]:
    if kind in {DocumentType.ARTICLE, DocumentType.THESIS}:
        return ()
    name, place = PUBLISHERS[int(generator.integers(len(PUBLISHERS)))]
    return (PublisherDraft(name, place),)


def _items(
    generator: np.random.Generator, rank: int, kind: DocumentType, theme: str
) -> tuple[ItemDraft, ...]:
    """Give a record its copies: one mostly, two at times; a kit with its parts."""
    is_kit = kind is DocumentType.OBJECT
    count = 1 + int(generator.random() < 0.12 and not is_kit)
    mark = f"{SHELVES[theme.partition('-')[0]]} {words.one(generator, LAST)[:3].upper()}"
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
