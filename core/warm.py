"""What the server does once, before the first reader comes."""

import gc
import importlib

HEAVY = (
    "geopandas",
    "folium",
    "mapclassify",
    "scipy.stats",
    "core.observatory.views",
)


def settle() -> None:
    """Import the heavy libraries, then set them apart from garbage collection.

    Streamlit collects garbage after every rerun; what is frozen is not walked through each time.
    """
    for name in HEAVY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
