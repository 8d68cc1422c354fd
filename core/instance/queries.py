"""Reads on the installation itself."""

from sqlmodel import Session

from core.instance.models import Instance, Mode

DOMAINS = ("instance",)


def mode(session: Session) -> Mode:
    """Return the mode of the store; one without its row was never filled."""
    instance = session.get(Instance, 1)
    return Mode(instance.mode) if instance is not None else Mode.EMPTY
