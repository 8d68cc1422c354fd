"""Closed lists of the market."""

from core.training.enums import Labelled


class PrescriberKind(Labelled):
    """What kind of service sends people to the scheme."""

    JOB_CENTRE = "pole_emploi", "Pôle emploi"
    YOUTH_CENTRE = "mission_locale", "mission locale"
    OTHER = "autre", "autre"


class MemberRole(Labelled):
    """What an operator is in the group that holds a lot, beside its lead."""

    PARTNER = "cotraitant", "cotraitant"
    SUBCONTRACTOR = "sous_traitant", "sous-traitant"
