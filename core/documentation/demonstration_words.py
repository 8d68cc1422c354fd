"""How the invented records are worded: titles that suit a topic, abstracts that agree with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.documentation.demonstration_topics import Stance, Topic
from core.documentation.enums import DocumentType

# {t}: the topic; {of}, {to}: after « de », « à »; {where}: a place.
OF_ALL = (
    "Comprendre {t}", "{t} {where}", "Penser {t} aujourd’hui", "Trois questions sur {t}",
    "{t} : ce qu’en disent les professionnels", "Les communes et {t}",
)  # fmt: skip
OF_STANCE = {
    Stance.FOUGHT: (
        "Lutter contre {t}", "Prévenir {t}", "Agir contre {t} {where}", "Mesurer {t} {where}",
        "Face {to}", "{t} : comprendre pour agir", "Faire reculer {t}", "Les élus face {to}",
        "Prévenir {t} : guide à l’usage des communes", "Combattre {t} {where}",
    ),
    Stance.PROMOTED: (
        "Promouvoir {t}", "Agir en faveur {of}", "{t} : méthodes et outils",
        "{t} : bilan et perspectives", "Évaluer {t} {where}", "Les acteurs {of}",
        "{t}, une affaire d’élus ?", "Guide pratique {of}", "Les enjeux {of}",
        "Les acteurs {of} {where}",
    ),
    Stance.MEANS: (
        "{t} : repères pour agir", "Mobiliser {t}", "{t} : retours d’expériences",
        "{t} : bilan et perspectives", "Évaluer {t} {where}", "Le rôle {of}",
        "Guide pratique : {t}", "Mieux connaître {t}", "{t} {where} : état des lieux",
    ),
}  # fmt: skip
OF_KIND: Mapping[DocumentType, tuple[str, ...]] = {
    DocumentType.THESIS: ("{t} {where}", "Contribution à l’étude {of}",
                          "{t} et l’action publique locale"),
    DocumentType.VIDEO: ("Regards sur {t}", "Paroles d’habitants sur {t}", "{t} au quotidien",
                         "Regards sur {t} {where}"),
    DocumentType.OBJECT: ("Mallette pédagogique : {t}", "Parler {of} en groupe", "Débattre {of}"),
}  # fmt: skip
OF_TWO = ("{t} et {u}", "{t} et {u} : regards croisés", "{t} et {u} {where}")
SUBTITLES: Mapping[DocumentType, tuple[str, ...]] = {
    DocumentType.REPORT: ("étude de six territoires", "synthèse des travaux", "rapport final",
                          "enquête auprès des professionnels", "premiers résultats", ""),
    DocumentType.ARTICLE: ("", "", "", "l’expérience d’une commune"),
    DocumentType.THESIS: ("approche sociologique", "étude comparée de trois communes", ""),
    DocumentType.VIDEO: ("film documentaire", ""),
    DocumentType.OBJECT: ("outil d’animation", ""),
}  # fmt: skip
SUBTITLES_OF_BOOKS = ("actes de la journée régionale", "repères et expériences",
                      "recueil d’initiatives locales", "", "")  # fmt: skip
PLACES = {
    "09": "en Ariège", "12": "en Aveyron", "31": "en Haute-Garonne", "32": "dans le Gers",
    "46": "dans le Lot", "65": "dans les Hautes-Pyrénées", "81": "dans le Tarn",
    "82": "en Tarn-et-Garonne", "": "en Midi-Pyrénées",
}  # fmt: skip
OPENINGS: Mapping[DocumentType, tuple[str, ...]] = {
    DocumentType.REPORT: ("L’étude porte sur {t} ; une enquête a été conduite auprès de communes.",
                          "Ce rapport dresse un état des lieux et formule des propositions."),
    DocumentType.ARTICLE: ("L’article revient sur {t} à partir d’une expérience locale.",),
    DocumentType.THESIS: ("Ce travail universitaire traite {of} à partir d’un terrain local.",),
    DocumentType.VIDEO: ("Ce film aborde {t} à travers le quotidien d’un quartier.",),
    DocumentType.OBJECT: ("Cet outil permet de parler {of} avec un groupe de quatre à douze "
                          "personnes.",),
}  # fmt: skip
OPENINGS_OF_BOOKS = (
    "Ce document fait le point sur {t} à partir d’entretiens menés auprès d’élus et d’agents.",
    "L’ouvrage rassemble des contributions sur {t}.",
    "{T} {reste} au cœur du travail des professionnels : l’ouvrage en donne les repères.",
)  # fmt: skip
# {T}, of what is fought, is the action against it.
REST = (
    "Le cadre juridique est rappelé, puis viennent les démarches engagées par les communes.",
    "Des expériences locales sont présentées, avec leurs conditions de réussite.",
    "Un partenariat durable entre institutions y apparaît comme une condition de réussite.",
    "{T} {demande} du temps, des moyens et des partenaires : des pistes sont proposées.",
    "Le propos s’adresse aux chefs de projet, aux coordonnateurs et aux travailleurs sociaux.",
    "Une bibliographie et un glossaire complètent l’ensemble.",
)  # fmt: skip
REST_OF_KIND: Mapping[DocumentType, tuple[str, ...]] = {
    DocumentType.VIDEO: ("Un livret d’accompagnement propose des pistes de débat.",
                         "Les séquences, courtes, se prêtent à une animation en groupe."),
    DocumentType.OBJECT: ("Le livret de l’animateur décrit trois séances possibles.",
                          "Une séance dure de trente minutes à une heure."),
}  # fmt: skip
REST_OF_TWO = "Le lien avec {u} est également étudié."
AGREED = {"reste": ("reste", "restent"), "demande": ("demande", "demandent")}


@dataclass(frozen=True)
class Wording:
    """A title and a subtitle; ``place``: the département that the title names, else empty."""

    title: str
    subtitle: str
    place: str = ""


def one(generator: np.random.Generator, listed: Sequence[str]) -> str:
    """Draw one of what is listed."""
    return listed[int(generator.integers(len(listed)))]


def wording(
    generator: np.random.Generator, kind: DocumentType, topics: tuple[Topic, ...]
) -> Wording:
    """Draw a title that suits its topics: a scourge is never promoted, nor a game made of it."""
    topic = topics[0]
    forms = OF_KIND.get(kind, (*OF_ALL, *OF_STANCE[topic.stance]))
    form = one(generator, OF_TWO if len(topics) > 1 else forms)
    place = one(generator, list(PLACES))
    title = form.format(
        t=topic.name, u=topics[-1].name, of=topic.of, to=topic.to, where=PLACES[place]
    )
    subtitle = one(generator, SUBTITLES.get(kind, SUBTITLES_OF_BOOKS))
    is_said = " : " in title or title.endswith("?")
    return Wording(_capital(title), "" if is_said else subtitle, place if "{where}" in form else "")


def abstract(
    generator: np.random.Generator, kind: DocumentType, topics: tuple[Topic, ...]
) -> str:  # fmt: skip
    """Draw an abstract: what the document is, then one to three sentences; verbs agree."""
    opening = one(generator, OPENINGS.get(kind, OPENINGS_OF_BOOKS))
    rest = REST_OF_KIND.get(kind, REST)
    count = min(len(rest), int(generator.integers(1, 4)))
    chosen = generator.choice(len(rest), size=count, replace=False)
    told = [opening, *(rest[int(rank)] for rank in sorted(chosen))]
    if len(topics) > 1:
        told.append(REST_OF_TWO.format(u=topics[1].name))
    return " ".join(_told(form, topics[0]) for form in told)


def _told(form: str, topic: Topic) -> str:
    is_fought = topic.stance is Stance.FOUGHT
    acted = f"la lutte contre {topic.name}" if is_fought else topic.name
    is_plural = topic.is_plural and not is_fought
    verbs = {name: forms[is_plural] for name, forms in AGREED.items()}
    return form.format(t=topic.name, of=topic.of, T=_capital(acted), **verbs)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
