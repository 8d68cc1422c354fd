"""Extra HTTP routes, beside the application: health, contours, Leaflet and the map's script.

Everything a page needs is served from here, so that it works without the internet. What is
served under an address with the content's own digest never changes, and is kept for a year.
"""

import gzip
import hashlib
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from xstatic.pkg import leaflet

from core import db
from core.access import Role, viewer_for
from core.documentation import feed
from core.observatory import outlines
from core.observatory.enums import Level
from core.settings import settings
from core.territories import reference
from core.training import calendar

ASSETS = Path(__file__).parent / "observatory" / "assets"
LEAFLET = Path(leaflet.BASE_DIR)
FOREVER = "public, max-age=31536000, immutable"
TYPES = {".js": "text/javascript", ".css": "text/css", ".geojson": "application/geo+json"}
FILES = {
    "leaflet.js": LEAFLET / "leaflet.js",
    "leaflet.css": LEAFLET / "leaflet.css",
    "carte.js": ASSETS / "carte.js",
}
OUTLINED = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION)


@lru_cache(maxsize=16)
def _packed(path: Path, _stamp: int) -> tuple[bytes, str]:
    """Return a file gzipped once, and the digest of its content."""
    content = path.read_bytes()
    return gzip.compress(content, 9, mtime=0), hashlib.sha256(content).hexdigest()[:12]


def packed(path: Path) -> tuple[bytes, str]:
    return _packed(path, path.stat().st_mtime_ns)


def asset_url(name: str) -> str:
    """Return the address of an asset; it changes with the content."""
    return f"/assets/{packed(FILES[name])[1]}/{name}"


def contour_url(level: Level) -> str:
    """Return the address of the contours of a level of the reference."""
    return f"/contours/{packed(reference.contour_path(level))[1]}/{level.value}.geojson"


def _send(request: Request, path: Path) -> Response:
    content, digest = packed(path)
    headers = {"Cache-Control": FOREVER, "ETag": f'"{digest}"', "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return _packed_for(request, content, headers, TYPES[path.suffix])


def _packed_for(
    request: Request, content: bytes, headers: dict[str, str], media_type: str
) -> Response:
    """Send what is gzipped already, unpacked for a client that does not accept it so."""
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(gzip.decompress(content), headers=headers, media_type=media_type)
    headers = headers | {"Content-Encoding": "gzip"}
    return Response(content, headers=headers, media_type=media_type)


def _asset(request: Request) -> Response:
    path = FILES.get(request.path_params["name"])
    return _send(request, path) if path else PlainTextResponse("Fichier inconnu.", 404)


def _contours(request: Request) -> Response:
    name = request.path_params["name"].removesuffix(".geojson")
    if name not in {level.value for level in OUTLINED}:
        return PlainTextResponse("Contours inconnus.", 404)
    return _send(request, reference.contour_path(Level(name)))


def _perimeters(request: Request) -> Response:
    """Contours of perimeters, dissolved from their communes on the day asked for."""
    day = request.path_params["day"]
    if not _is_day(day):
        return PlainTextResponse("Jour inconnu.", 404)
    with db.reading() as session:
        content = outlines.perimeters_geojson(session, viewer_for(Role.PUBLIC), day=day)
    headers = {"Cache-Control": "private, max-age=3600", "Vary": "Accept-Encoding"}
    return _packed_for(request, gzip.compress(content, 6, mtime=0), headers, TYPES[".geojson"])


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _agenda(request: Request) -> Response:
    """The agenda as a calendar to subscribe to: /agenda.ics?reseau=CUCS&type=journee_reseau."""
    asked = request.query_params
    with db.reading() as session:
        content = calendar.feed(
            session, viewer_for(Role.PUBLIC), network=asked.get("reseau", ""),
            kind=asked.get("type", ""), stamp=datetime.now(tz=UTC),
            base_url=settings().public_url or str(request.base_url).rstrip("/"),
        )  # fmt: skip
    headers = {"Cache-Control": "private, max-age=900"}
    return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")


def _catalogue(request: Request) -> Response:
    """A search of the catalogue as a feed: /catalogue.rss?q=médiation&f_type=livre."""
    asked = request.query_params
    with db.reading() as session:
        content = feed.written(
            session, viewer_for(Role.PUBLIC),
            said={name: asked.getlist(name) for name in asked},
            base_url=settings().public_url or str(request.base_url).rstrip("/"),
        )  # fmt: skip
    headers = {"Cache-Control": "private, max-age=900"}
    return Response(content, headers=headers, media_type="application/rss+xml; charset=utf-8")


def _health(_request: Request) -> Response:
    with db.reading() as session:
        revisions = db.revisions(session)
    return JSONResponse({"status": "ok", "revisions": revisions})


def _robots(_request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


ROUTES: list[Any] = [
    Route("/healthz", _health),
    Route("/robots.txt", _robots),
    Route("/agenda.ics", _agenda),
    Route("/catalogue.rss", _catalogue),
    Route("/assets/{digest}/{name}", _asset),
    Route("/contours/perimetres/{revision}/{day}.geojson", _perimeters),
    Route("/contours/{digest}/{name}", _contours),
]


def perimeter_url(day: str) -> str:
    """Return the address of the perimeters' contours on a day; it changes when they change."""
    return f"/contours/perimetres/{db.revision('territories')}/{day}.geojson"
