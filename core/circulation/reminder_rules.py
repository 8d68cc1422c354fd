"""When a late loan is reminded of, and in which words. Pure.

Source: section 4 of the domain's study (default delays, and case 35).
"""

from datetime import date

from core import fr
from core.circulation.loan_rules import PRESUMED_LOST, REMINDERS
from core.circulation.opening import Opening

SUBJECTS = {
    1: "Un document du centre est à rendre",
    2: "Deuxième rappel : un document du centre est à rendre",
    3: "Dernier rappel : un document du centre est à rendre",
}
BODY = """Bonjour,

{rank}Le document « {title} » était à rendre le {due}. D’autres lecteurs peuvent l’attendre : merci de le rapporter, ou de l’envoyer, dès que possible.

Vous l’avez déjà rendu, ou vous ne le retrouvez pas ? Répondez à ce message, nous verrons ensemble.

Le centre de documentation de Ressources & Territoires
"""  # noqa: E501  # a paragraph of a mail is one line
WAIT = """Bonjour,

Le document « {title} », que vous avez réservé, a été prolongé pour la personne qui l’a emprunté : il est maintenant attendu pour le {due}. Vous gardez votre place, et nous vous prévenons dès son retour.

Le centre de documentation de Ressources & Territoires
"""  # noqa: E501  # a paragraph of a mail is one line
RANKS = {1: "", 2: "C’est notre deuxième rappel. ", 3: "C’est notre dernier rappel. "}


def level(due_on: date, opening: Opening, *, today: date) -> int:
    """Return the highest reminder that is reached, 0 where none is.

    None is where the centre has not opened since the due day: nothing could be brought back.

    >>> from core.circulation.opening import Hours
    >>> week = Opening([Hours(day, 540, 1020) for day in range(5)])
    >>> due = date(2011, 5, 2)
    >>> [level(due, week, today=date.fromordinal(due.toordinal() + n)) for n in (6, 7, 21, 45, 90)]
    [0, 1, 2, 3, 3]
    """
    late = (today - due_on).days
    reached = max((one for one, days in REMINDERS.items() if late >= days), default=0)
    if not reached or not opening.open_days_between(due_on, today):
        return 0
    return reached


def is_presumed_lost(due_on: date, *, today: date) -> bool:
    """Say whether a loan is so late that the document may be declared lost, by somebody.

    >>> is_presumed_lost(date(2011, 3, 17), today=date(2011, 6, 15))
    True
    >>> is_presumed_lost(date(2011, 3, 18), today=date(2011, 6, 15))
    False
    """
    return (today - due_on).days >= PRESUMED_LOST


def words(reached: int, *, title: str, due_on: date) -> tuple[str, str]:
    """Return the subject and the text of a reminder; a text names nobody else."""
    said = BODY.format(rank=RANKS[reached], title=title, due=fr.day(due_on))
    return SUBJECTS[reached], said


def waiting_words(*, title: str, due_on: date) -> tuple[str, str]:
    """Return the subject and the text that tell who waits that a loan was renewed."""
    return "Un document que vous attendez est prolongé", WAIT.format(
        title=title, due=fr.day(due_on)
    )
