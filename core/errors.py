"""Errors that a user can act on. Anything else is a bug and must surface as one."""


class DomainError(Exception):
    """A rule said no. ``str(error)`` is a complete French sentence, shown as it is."""


class ForbiddenError(DomainError):
    """The viewer's role may not do this. The sentence says who may."""


class RuleError(DomainError):
    """A rule that staff may set aside, for a reason that is kept."""
