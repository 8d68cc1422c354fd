"""The welcome of the public: visits are entered in seconds, and counted by written rules."""

from core.access import Right
from pages.ui import appointment_panel, frame, welcome_form, welcome_view

person = frame.header("Accueil du public", right=Right.LEND)
today = frame.today()
welcome_view.headline(person, today)
if not welcome_view.corrected(person, today):
    welcome_form.show(person, today)
appointment_panel.show(person, today)
welcome_view.rules()
welcome_view.last(person, today)
