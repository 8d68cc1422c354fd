"""The extra routes: health, assets, contours; kept for ever where the address says the content."""

import gzip
import hashlib
import json
import warnings
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
import shapely
from starlette.applications import Starlette

from core import web
from core.documentation import indexing
from core.documentation.drafts import NoticeDraft
from core.observatory.enums import Level
from core.territories import reference
from tests.core.documentation.making import fill
from tests.factories import make_perimeter

with warnings.catch_warnings():  # Starlette would rather have httpx2; httpx serves it as well
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

DAY = "2011-06-15"
ADDRESSES = {name: web.asset_url(name) for name in web.FILES} | {
    level.value: web.contour_url(level) for level in web.OUTLINED
}


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=web.ROUTES), raise_server_exceptions=False) as client:
        yield client


def raw(client: TestClient, address: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """Return the answer and its body as it travelled, not unpacked."""
    with client.stream("GET", address, headers=headers) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.usefixtures("store")
def test_health_says_the_revisions(client: TestClient) -> None:
    said = client.get("/healthz").json()
    assert said["status"] == "ok"
    assert set(said["revisions"]) <= {indexing.WORDS}


def test_robots_are_kept_out(client: TestClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.text == "User-agent: *\nDisallow: /\n"
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_a_file_travels_packed_or_not_with_the_same_content(
    client: TestClient, address: str
) -> None:
    packed, body = raw(client, address, **{"accept-encoding": "gzip, br"})
    plain, content = raw(client, address, **{"accept-encoding": "identity"})
    assert (packed.status_code, packed.headers["content-encoding"]) == (200, "gzip")
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(body) == content
    assert hashlib.sha256(content).hexdigest()[:12] == address.split("/")[2]
    for answer in (packed, plain):
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert int(answer.headers["content-length"]) == len(body if answer is packed else content)


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_a_file_already_held_is_not_sent_again(client: TestClient, address: str) -> None:
    tag = client.get(address).headers["etag"]
    again = client.get(address, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(address, headers={"if-none-match": '"autre"'}).status_code == 200


def test_each_kind_of_file_says_its_type(client: TestClient) -> None:
    types = {
        name: client.get(ADDRESSES[name]).headers["content-type"]
        for name in ("leaflet.js", "leaflet.css", "commune")
    }
    assert types == {
        "leaflet.js": "text/javascript; charset=utf-8",
        "leaflet.css": "text/css; charset=utf-8",
        "commune": "application/geo+json",
    }


@pytest.mark.parametrize(
    "address",
    [
        "/assets/0/inconnu.js", "/assets/0/..%2F..%2Fweb.py", "/assets/0/../../web.py",
        "/contours/0/service.geojson", "/contours/0/france.geojson", "/contours/0/..geojson",
        "/contours/0/communes.geojson", "/data/reference/communes.csv",
    ],
)  # fmt: skip
def test_what_is_not_offered_is_not_found(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


def features(content: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(content)["features"]
    return found


@pytest.mark.parametrize("level", web.OUTLINED)
def test_contours_of_a_level_are_those_of_the_reference_in_its_order(
    client: TestClient, level: Level
) -> None:
    found = features(client.get(ADDRESSES[level.value]).content)
    assert [one["properties"]["code"] for one in found] == list(reference.contours(level)["code"])
    assert all(shapely.geometry.shape(one["geometry"]).is_valid for one in found)


def test_communes_travel_in_less_than_300_kilobytes(client: TestClient) -> None:
    sizes = {
        level.value: len(raw(client, ADDRESSES[level.value], **{"accept-encoding": "gzip"})[1])
        for level in web.OUTLINED
    }
    assert sizes["commune"] <= 300_000
    assert sizes["epci"] + sizes["departement"] + sizes["region"] <= sizes["commune"]


@pytest.mark.usefixtures("demo_store")
def test_perimeters_are_dissolved_on_the_day_asked(client: TestClient) -> None:
    make_perimeter("Tout neuf", "09122")
    address = web.perimeter_url(DAY)
    answer = client.get(address)
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["cache-control"] == "private, max-age=3600"
    found = features(answer.content)
    codes = [one["properties"]["code"] for one in found]
    assert codes == sorted(codes)
    assert len(codes) == 8
    shapes = {one["properties"]["code"]: shapely.geometry.shape(one["geometry"]) for one in found}
    assert all(shape.is_valid and shape.area > 0 for shape in shapes.values())
    communes = reference.contours(Level.COMMUNE).set_index("code").geometry
    departements = reference.contours(Level.DEPARTEMENT).set_index("code").geometry
    assert shapes["tout-neuf"].equals(communes["09122"])
    assert shapes["unite-territoriale-de-l-ariege"].equals(departements["09"])
    before = features(client.get(web.perimeter_url("1999-12-31")).content)
    assert before == []
    make_perimeter("Encore un", "31555")
    assert web.perimeter_url(DAY) != address


@pytest.mark.usefixtures("sqlite_store")
def test_a_store_without_perimeter_has_no_contour_of_them(client: TestClient) -> None:
    assert client.get(web.perimeter_url(DAY)).json() == {
        "type": "FeatureCollection",
        "features": [],
    }


@pytest.mark.usefixtures("sqlite_store")
@pytest.mark.parametrize("day", ["hier", "2011-02-30", "2011"])
def test_a_bad_day_in_the_address_is_not_found(client: TestClient, day: str) -> None:
    assert client.get(f"/contours/perimetres/1/{day}.geojson").status_code == 404


@pytest.mark.usefixtures("sqlite_store")
def test_perimeters_are_not_packed_for_who_cannot_unpack(client: TestClient) -> None:
    answer, _ = raw(client, web.perimeter_url(DAY), **{"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers


@pytest.mark.usefixtures("store")
def test_a_search_is_a_feed_of_what_entered_last_for_everybody(client: TestClient) -> None:
    first, _, _, last = fill(
        NoticeDraft(
            title="Médiation & quartiers", doc_type="livre", abstract="Un \x0b<b>livre</b>"
        ),
        NoticeDraft(title="Médiation interne", doc_type="livre", visibility="equipe"),
        NoticeDraft(title="Médiation, la revue", doc_type="article"),
        NoticeDraft(title="Médiations", doc_type="livre", pub_year=2010),
    )
    answer = client.get("/catalogue.rss", params={"q": "médiation", "f_type": "livre"})
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    entries = ElementTree.fromstring(answer.content).findall("channel/item")  # noqa: S314  # ours
    assert [one.findtext("title") for one in entries] == ["Médiations", "Médiation & quartiers"]
    assert [one.findtext("guid") for one in entries] == [
        f"ressources-territoires:notice:{own}" for own in (last, first)
    ]
    for said, number in (({"annee_de": "2009"}, 1), ({"sauf": "type:livre"}, 1),
                         ({"f_type": "inconnu"}, 0), ({"q": "\x00"}, 3), ({}, 3)):  # fmt: skip
        content = client.get("/catalogue.rss", params=said).content
        root = ElementTree.fromstring(content)  # noqa: S314  # ours
        assert len(root.findall("channel/item")) == number, said
