"""The lending desk: one field for cards and copies, no mouse needed."""

from core.access import Right
from pages.ui import (
    camera_panel,
    desk_panel,
    desk_view,
    frame,
    reminders_panel,
    reservations_panel,
)

person = frame.header("Prêt et retour", right=Right.LEND)
today = frame.today()
desk_view.headline(person, today)
desk_view.field(person, today)
desk_view.result(person, today)
camera_panel.show(person, today)
desk_view.reader(person, today)
reservations_panel.show(person, today)
reminders_panel.show(person, today)
desk_panel.show(person, today)
