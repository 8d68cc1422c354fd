"""The living map: constant, without any foreign address, repainted by a harmless element."""

import html
import json
import re

import folium

from core.observatory import maps

SCRIPTS = ["/assets/1/leaflet.js", "/assets/2/carte.js"]
STYLES = ["/assets/3/leaflet.css"]


def page(chart: folium.Map) -> str:
    return str(chart.get_root().render())


def painted_script(spec: dict[str, object]) -> str:
    """Return what the component runs to repaint the map."""
    chart = maps.base_map(scripts=SCRIPTS, styles=STYLES)
    maps.painted(spec).add_to(chart)
    return page(chart)


def test_the_map_fetches_nothing_from_another_server() -> None:
    text = page(maps.base_map(scripts=SCRIPTS, styles=STYLES))
    assert re.findall(r'(?:src|href)="([^"]+)"', text) == [*SCRIPTS, *STYLES]
    assert "http://" not in text
    assert re.findall(r"https?://\S+|//cdn\S+", text) == []


def test_the_map_is_handed_to_the_script_once() -> None:
    text = page(maps.base_map(scripts=SCRIPTS, styles=STYLES))
    assert text.count("window.rtMap.attach(") == 1
    assert "window.rtMap.paint(" not in text


def test_the_constant_part_does_not_depend_on_what_is_shown() -> None:
    names = re.compile(r"[0-9a-f]{32}")
    first, second = (
        names.sub("", page(maps.base_map(scripts=SCRIPTS, styles=STYLES))) for _ in range(2)
    )
    assert first == second


def test_the_spec_travels_whole_and_cannot_break_out_of_its_script() -> None:
    spec: dict[str, object] = {
        "title": "</script><script>alert('Méfait')</script>", "classes": "2a&b", "largest": 12,
    }  # fmt: skip
    text = painted_script(spec)
    written = text.partition("window.rtMap.paint(")[2].partition(");")[0]
    assert json.loads(written) == spec
    assert "<" not in written
    assert html.escape("</script>") not in written
