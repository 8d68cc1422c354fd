"""The demonstration's committee: three invented notes, and the pack of one département."""

from datetime import UTC, date, datetime, time

from sqlmodel import Session

from core.access import COMMAND_LINE
from core.competences_cles import packs, portrait, portraits, qualitative_notes
from core.competences_cles.note_figures import FigureKey
from core.competences_cles.packs import Request
from core.competences_cles.qualitative_notes import NoteDraft
from core.settings import DEMO_TODAY

UT = "31"
SITTING = date(2011, 6, 24)
MORNING = datetime.combine(DEMO_TODAY, time(8, 30), UTC)
# Theme, quarter, figure commented, text, source.
NOTES = (
    ("Durée des parcours", "2011-T2", FigureKey.DURATION,
     "Les parcours d’expression écrite s’allongent : les stagiaires demandent deux séances de plus "
     "avant le bilan de fin.", "note simulée, réunion des opérateurs"),
    ("Prescription et délais", "2011-T2", FigureKey.CONTACT,
     "Le premier contact tarde quand la prescription arrive sans numéro de téléphone.",
     "note simulée, échange avec les prescripteurs"),
    ("Publics", "2011-T1", FigureKey.DROPPED,
     "Plusieurs départs tiennent à une reprise d’emploi, et non à un abandon du projet.",
     "note simulée, opérateur"),
)  # fmt: skip


def fill(session: Session) -> None:
    """Write the notes of one département beside its figures, then make its first pack."""
    before = portraits.portrait(session, COMMAND_LINE, ut_code=UT, known_on=DEMO_TODAY)
    if before is None:
        return
    figures = portrait.figures(before)
    for theme, quarter, key, text, source in NOTES:
        draft = NoteDraft(UT, quarter, theme, text, source, figures[key])
        qualitative_notes.write(session, COMMAND_LINE, draft, now=MORNING)
    request = Request(UT, SITTING, tuple(packs.proposed(before)))
    packs.prepare(session, COMMAND_LINE, request, known_on=DEMO_TODAY, now=MORNING)
