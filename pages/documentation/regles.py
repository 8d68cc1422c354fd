"""The rules of lending and the centre's calendar: what changes, and what that moves."""

from core.access import Right
from pages.ui import frame, rule_forms

person = frame.header("Règles de prêt", right=Right.EDIT_READERS)
today = frame.today()
rule_forms.calendar(person, today)
rule_forms.rules(person)
