"""Lending: readers, rules and opening days, loans, reservations, reminders."""
