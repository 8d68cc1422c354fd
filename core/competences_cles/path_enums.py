"""Closed lists of the parcours."""

from core.training.enums import Labelled


class PathState(Labelled):
    """Where a parcours stands, as the export says it."""

    PRESCRIBED = "prescrit", "prescrit"
    CONTACTED = "contacte", "contacté"
    POSITIONED = "positionne", "positionné"
    RUNNING = "en_formation", "en formation"
    SUSPENDED = "suspendu", "suspendu"
    COMPLETED = "termine", "terminé"
    DROPPED = "abandonne", "abandonné"
    REDIRECTED = "reoriente", "réorienté"
    NOT_ENTERED = "non_entre", "non entré"


ACTIVE = (
    PathState.PRESCRIBED, PathState.CONTACTED, PathState.POSITIONED, PathState.RUNNING,
    PathState.SUSPENDED,
)  # fmt: skip
OUTCOMES = (PathState.COMPLETED, PathState.DROPPED, PathState.REDIRECTED)
