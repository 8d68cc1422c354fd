"""What the server does so that readers do not wait: imports, and less garbage to look through."""

import gc
import importlib
import sys

HEAVY = (
    "geopandas",
    "folium",
    "mapclassify",
    "scipy.stats",
    "core.observatory.views",
    "core.observatory.headlines",
)


_frozen = {"modules": 0}


def settle() -> None:
    """Import the heavy libraries before the first reader comes."""
    for name in HEAVY:
        importlib.import_module(name)
    keep_modules()


def keep_modules() -> None:
    """Set what was imported since the last time apart from garbage collection.

    Streamlit collects garbage after every rerun; what is frozen is not walked through each
    time. Some modules (a component's) can be imported by a page only, hence the repetition.
    """
    if len(sys.modules) == _frozen["modules"]:
        return
    _frozen["modules"] = len(sys.modules)
    gc.collect()
    gc.freeze()
