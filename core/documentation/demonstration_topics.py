"""What the invented records are about: topics of the centre's fields, with their grammar."""

from dataclasses import dataclass
from enum import Enum


class Stance(Enum):
    """How a title speaks of a topic: a scourge is fought, an aim promoted, a means put to use."""

    FOUGHT = "fought"
    PROMOTED = "promoted"
    MEANS = "means"


@dataclass(frozen=True)
class Topic:
    """A topic, named with its article; its subjects; the first year anything was written of it."""

    name: str
    stance: Stance
    subjects: tuple[str, ...]
    since: int = 0

    @property
    def is_plural(self) -> bool:
        return self.name.startswith("les ")

    @property
    def of(self) -> str:
        """Return the topic after « de ».

        >>> [Topic(name, Stance.MEANS, ()).of for name in ("le droit", "les clauses", "l’aide")]
        ['du droit', 'des clauses', 'de l’aide']
        """
        return self._after("de ", "du ", "des ")

    @property
    def to(self) -> str:
        """Return the topic after « à ».

        >>> [Topic(name, Stance.MEANS, ()).to for name in ("le droit", "les clauses", "l’aide")]
        ['au droit', 'aux clauses', 'à l’aide']
        """
        return self._after("à ", "au ", "aux ")

    def _after(self, bare: str, single: str, many: str) -> str:
        article, _, rest = self.name.partition(" ")
        return {"le": f"{single}{rest}", "les": f"{many}{rest}"}.get(article, bare + self.name)


def _fought(name: str, *subjects: str, since: int = 0) -> Topic:
    return Topic(name, Stance.FOUGHT, subjects, since)


def _promoted(name: str, *subjects: str, since: int = 0) -> Topic:
    return Topic(name, Stance.PROMOTED, subjects, since)


def _means(name: str, *subjects: str, since: int = 0) -> Topic:
    return Topic(name, Stance.MEANS, subjects, since)


CITY, PART = "Politique de la ville", "Participation des habitants"
CRIME = "Prévention de la délinquance"
MEDIATION, VICTIMS, FAMILY = "Médiation sociale", "Aide aux victimes", "Violences intrafamiliales"
WORK, BIAS, HOME = "Insertion professionnelle", "Discrimination", "Logement"
FRENCH, EQUAL = "Apprentissage du français", "Égalité entre les femmes et les hommes"
TOPICS: dict[str, tuple[Topic, ...]] = {
    "PV-CONT": (
        _means("les contrats urbains de cohésion sociale", "Contrat urbain de cohésion sociale",
               CITY, since=2007),
        _means("les contrats de ville", CITY, since=1993),
        _means("le droit commun dans les quartiers", CITY, since=1990),
        _promoted("l’ingénierie de la politique de la ville", CITY, since=1991),
        _promoted("la gouvernance de la politique de la ville", CITY, since=1991),
        _promoted("le développement social des quartiers", CITY),
    ),
    "PV-CADRE": (
        _promoted("la rénovation urbaine", "Rénovation urbaine", since=2003),
        _promoted("la gestion urbaine de proximité", "Zone urbaine sensible", since=1999),
        _promoted("la revitalisation des centres anciens", CITY),
        _promoted("la réhabilitation des grands ensembles", CITY),
        _promoted("la qualité des espaces publics", CITY),
        _fought("l’enclavement des quartiers", CITY),
    ),
    "PV-PART": (
        _promoted("la participation des habitants", PART),
        _promoted("la concertation dans les projets urbains", PART),
        _promoted("l’expression des habitants", PART),
        _promoted("la démocratie de proximité", PART, since=1992),
        _means("les conseils de quartier", PART, since=2002),
        _means("les fonds de participation des habitants", PART, since=1999),
    ),
    "PREV-DEL": (
        _promoted("la prévention auprès des jeunes", CRIME),
        _promoted("la prévention spécialisée", CRIME),
        _promoted("la tranquillité publique", CRIME),
        _means("les CLSPD", "Conseil local de sécurité et de prévention de la délinquance", CRIME,
               since=2002),
        _fought("la délinquance des mineurs", CRIME),
        _fought("les incivilités", CRIME, since=1990),
        _fought("la récidive", CRIME),
    ),
    "PREV-MED": (
        _promoted("la médiation sociale", MEDIATION),
        _promoted("la médiation dans les transports", MEDIATION),
        _promoted("la médiation à l’école", MEDIATION),
        _means("les adultes-relais", MEDIATION, since=2000),
        _means("les correspondants de nuit", MEDIATION, since=1994),
        _fought("les conflits de voisinage", MEDIATION),
    ),
    "PREV-VIO": (
        _promoted("l’aide aux victimes", VICTIMS),
        _promoted("l’accès au droit", VICTIMS),
        _promoted("l’accompagnement des victimes", VICTIMS),
        _means("les maisons de justice et du droit", VICTIMS, since=1991),
        _fought("les violences intrafamiliales", FAMILY, VICTIMS, since=1990),
        _fought("les violences faites aux femmes", FAMILY, VICTIMS),
    ),
    "EDUC-PRE": (
        _promoted("la réussite éducative", "Réussite éducative", since=2005),
        _promoted("la place des parents à l’école", "Parentalité"),
        _promoted("le soutien à la parentalité", "Parentalité", since=1998),
        _promoted("l’accompagnement à la scolarité", "Accompagnement à la scolarité", since=1990),
        _means("les parcours individualisés", "Réussite éducative", since=2005),
        _fought("le décrochage scolaire", "Déscolarisation", since=1995),
        _fought("l’échec scolaire", "Éducation"),
        _fought("l’absentéisme scolaire", "Déscolarisation"),
    ),
    "EDUC-ILL": (
        _fought("l’illettrisme", "Illettrisme", since=1984),
        _promoted("l’accès aux savoirs de base", "Illettrisme"),
        _promoted("l’apprentissage du français par les adultes", FRENCH),
        _promoted("l’alphabétisation des adultes", FRENCH),
        _means("les compétences clés", "Illettrisme", since=2006),
        _means("les ateliers sociolinguistiques", FRENCH, since=2004),
    ),
    "INS-EMP": (
        _promoted("l’insertion par l’activité économique", "Insertion par l’activité économique",
                  since=1987),
        _promoted("l’accompagnement vers l’emploi", WORK),
        _promoted("la création d’activités dans les quartiers", WORK),
        _means("les clauses d’insertion", "Clause d’insertion", WORK, since=2001),
        _means("les chantiers d’insertion", "Insertion par l’activité économique", since=1987),
        _fought("le chômage de longue durée", WORK),
    ),
    "INS-JEUN": (
        _promoted("l’insertion des jeunes", WORK),
        _promoted("la mobilité des jeunes", WORK),
        _promoted("l’orientation des jeunes", WORK),
        _promoted("l’accès des jeunes à l’apprentissage", WORK),
        _means("les missions locales", "Mission locale", WORK, since=1982),
        _fought("le chômage des jeunes", WORK),
    ),
    "TRANS-EGA": (
        _promoted("l’égalité des femmes et des hommes", EQUAL),
        _promoted("l’égalité des chances", BIAS),
        _promoted("la transmission de la mémoire de l’immigration", BIAS),
        _fought("les discriminations", BIAS),
        _fought("le racisme ordinaire", BIAS),
        _fought("les inégalités salariales", EQUAL),
    ),
    "TRANS-LOG": (
        _promoted("l’accueil des gens du voyage", "Gens du voyage"),
        _promoted("la mixité sociale", HOME, since=1991),
        _promoted("l’accès des jeunes au logement", HOME),
        _means("le logement social", "Logement social", HOME),
        _fought("l’habitat indigne", "Mal-logement", since=2000),
        _fought("le mal-logement", "Mal-logement", since=1993),
        _fought("les expulsions locatives", HOME),
    ),
}  # fmt: skip
# The theme that a record of two themes is also about.
BESIDE = {
    "PV-CONT": "PV-PART", "PV-CADRE": "TRANS-LOG", "PV-PART": "PV-CADRE", "PREV-DEL": "EDUC-PRE",
    "PREV-MED": "PREV-DEL", "PREV-VIO": "TRANS-EGA", "EDUC-PRE": "PREV-MED",
    "EDUC-ILL": "INS-EMP", "INS-EMP": "TRANS-EGA", "INS-JEUN": "EDUC-PRE", "TRANS-EGA": "INS-JEUN",
    "TRANS-LOG": "PREV-VIO",
}  # fmt: skip
