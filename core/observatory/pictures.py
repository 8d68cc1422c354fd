"""What a map shows, as a picture for a report: PNG or SVG, A4 landscape, in Lambert-93."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.textpath import text_to_path

from core import fr
from core.observatory import choropleth, classes
from core.observatory.choropleth import Measure
from core.observatory.classes import PLACES, Classification, Place
from core.observatory.enums import Status
from core.observatory.exports import SIMULATED, ExportContext, spaced

# Without a fixed salt, the identifiers inside an SVG would differ at each drawing.
mpl.rcParams["svg.hashsalt"] = "ressources-territoires"

LAMBERT_93 = 2154
A4 = (11.69, 8.27)
DPI = 200
INK, FAINT, ALARM = "#222222", "#5c5c5c", "#9c2f24"
OUTSIDE = "#fafafa"
LARGEST_RADIUS = 0.36  # inches
MAP_BOX = (0.035, 0.125, 0.645, 0.735)
LEGEND_LEFT, LEGEND_TOP, LEGEND_WIDTH = 0.705, 0.845, 0.265


