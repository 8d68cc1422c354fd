"""The rules of lending and the centre's calendar: what changes, and what that moves."""

from core.access import Right
from pages.ui import calendar_forms, frame, rule_forms

person = frame.header("Règles de prêt", right=Right.EDIT_READERS)
today = frame.today()
calendar_forms.week(person, today)
calendar_forms.calendar(person, today)
rule_forms.rules(person)
rule_forms.reader_kinds(person)
