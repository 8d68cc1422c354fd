"""The one gate that figures pass before they leave a query.

What a source does not publish is already without a count in the store. Here a viewer's own
limits are applied: territories outside the viewer's own carry no row at all. The masking of
small counts by disclosure profile enters here, and nowhere else.
"""

import numpy as np
import pandas as pd

from core.access import Right, Viewer, require
from core.observatory.enums import Status


def disclosed(figures: pd.DataFrame, viewer: Viewer, visible: set[int] | None) -> pd.DataFrame:
    """Return what ``viewer`` may see of ``figures`` (columns territory_id, count, status, …).

    ``visible`` holds the ids the viewer is limited to, None for no limit. A row that is masked
    or missing never carries a count, nor anything the count could be worked out from.
    """
    require(viewer, Right.READ_FIGURES)
    kept = figures if visible is None else figures[figures["territory_id"].isin(visible)]
    hidden = np.isin(kept["status"].to_numpy(), [Status.MASKED, Status.MISSING])
    told = [
        name
        for name in ("count", "rate")
        if name in kept and kept[name].notna().to_numpy()[hidden].any()
    ]
    return kept.assign(**{name: kept[name].mask(hidden) for name in told}) if told else kept
