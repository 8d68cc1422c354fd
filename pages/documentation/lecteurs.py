"""The readers of the centre: found, their cards kept, forgotten in time."""

from core.access import Right
from pages.ui import frame, reader_forms, reader_view

person = frame.header("Lecteurs", right=Right.LEND)
today = frame.today()
wanted = frame.number_of("lecteur")
if wanted is None or not reader_view.card(person, wanted, today):
    reader_view.find(person, today)
    reader_forms.creation(person, today)
    reader_forms.forgetting(person, today)
