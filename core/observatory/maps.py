"""The folium map: a constant layer that never changes, and a tiny element that repaints it.

Contours are fetched by address; what travels at a change is one character a territory and the
counts (``assets/carte.js`` reads both). The constant part must not change from one rerun to the
next, or the component would be taken away and mounted again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

CENTRE = (43.85, 1.45)
TOWNS = (
    ("Toulouse", 43.6045, 1.4440),
    ("Foix", 42.9650, 1.6070),
    ("Rodez", 44.3500, 2.5750),
    ("Auch", 43.6460, 0.5860),
    ("Cahors", 44.4480, 1.4410),
    ("Tarbes", 43.2330, 0.0780),
    ("Albi", 43.9280, 2.1460),
    ("Montauban", 44.0180, 1.3550),
)


class _Attach(MacroElement):
    """Hands the map over to the script, once."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "window.rtMap.attach({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types
        self._name = "Attach"


class _Paint(MacroElement):
    """Carries what is shown now; run in the living map by the component."""

    _template = Template(
        "{% macro script(this, kwargs) %}window.rtMap.paint({{ this.spec|tojson }});{% endmacro %}"
    )

    def __init__(self, spec: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types
        self._name = "Paint"
        self.spec = dict(spec)


def base_map(*, scripts: Sequence[str], styles: Sequence[str]) -> folium.Map:
    """Return the constant map; ``scripts`` and ``styles`` are addresses of our own server."""
    chart = folium.Map(
        location=CENTRE, zoom_start=7, tiles=None, prefer_canvas=True, zoom_snap=0.25,
        min_zoom=6, max_zoom=13, attribution_control=False,
    )  # fmt: skip
    chart.default_js = [(f"script{rank}", address) for rank, address in enumerate(scripts)]
    chart.default_css = [(f"style{rank}", address) for rank, address in enumerate(styles)]
    _Attach().add_to(chart)
    return chart


def painted(spec: Mapping[str, Any]) -> folium.FeatureGroup:
    """Return the group that repaints the living map with ``spec`` (see choropleth.paint_spec)."""
    group = folium.FeatureGroup(name="figures")
    _Paint(spec).add_to(group)
    return group
