"""Downloading an official file, from a server of the test: complete and true, or nothing."""

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from core import settings as configuration
from core.access import Role, viewer_for
from core.errors import DomainError, ForbiddenError
from core.observatory import imports
from core.observatory.readers import containers
from tests.factories import STAFF

CONTENT = b"code;nombre\n31555;12\n" * 5_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    """Serves CONTENT, whole, without its length, or cut short; anything else is unknown."""

    def do_GET(self) -> None:
        if self.path not in {"/base.csv", "/sans-longueur", "/tronque.csv"}:
            self.send_error(404)
            return
        self.send_response(200)
        if self.path != "/sans-longueur":
            self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[:1_000] if self.path == "/tronque.csv" else CONTENT)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch, address: str) -> Iterator[str]:
    """Two sources in the configuration: one whose checksum is right, one whose is not."""
    url = f'"{address}/base.csv"'
    monkeypatch.setenv("RT_SOURCES", f'{{"vraie": {url}, "alteree": {url}}}')
    monkeypatch.setenv("RT_CHECKSUMS", f'{{"vraie": "{DIGEST}", "alteree": "{"0" * 64}"}}')
    configuration.settings.cache_clear()
    yield address
    configuration.settings.cache_clear()


def download(source: str, folder: Path) -> Path:
    return imports.download(source, STAFF, folder=folder)


def test_a_complete_file_is_there_with_its_name_and_its_progress(
    address: str, tmp_path: Path
) -> None:
    shares: list[float] = []
    path = imports.download(
        f"{address}/base.csv",
        STAFF,
        folder=tmp_path,
        progress=lambda share, _: shares.append(share),
    )
    assert (path.name, path.read_bytes()) == ("base.csv", CONTENT)
    assert tmp_path in path.parents
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_file_whose_length_is_not_announced_is_taken_whole(address: str, tmp_path: Path) -> None:
    assert download(f"{address}/sans-longueur", tmp_path).read_bytes() == CONTENT


@pytest.mark.usefixtures("configured")
def test_a_source_is_known_by_its_name_and_its_checksum(tmp_path: Path) -> None:
    assert download("vraie", tmp_path).read_bytes() == CONTENT


@pytest.mark.usefixtures("configured")
def test_a_file_that_was_altered_is_refused_and_thrown_away(tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="L’empreinte du fichier reçu"):
        download("alteree", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["absent.csv", "tronque.csv"])
def test_a_file_that_does_not_come_whole_leaves_nothing(
    address: str, tmp_path: Path, name: str
) -> None:
    with pytest.raises(DomainError, match="recommencez"):
        download(f"{address}/{name}", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_leaves_nothing(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as closed:
        port = closed.server_port
    with pytest.raises(DomainError, match="Le téléchargement a échoué"):
        download(f"http://127.0.0.1:{port}/base.csv", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_large_is_stopped(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "MAX_FILE_BYTES", 10_000)
    with pytest.raises(DomainError, match="Le fichier dépasse"):
        download(f"{address}/base.csv", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("source", ["inconnue", "", "file:///etc/passwd", "ftp://exemple.fr/a"])
def test_what_is_neither_an_address_nor_a_source_is_refused_with_the_known_ones(
    tmp_path: Path, source: str
) -> None:
    with pytest.raises(DomainError, match="ni une adresse ni une source connue") as refusal:
        download(source, tmp_path)
    assert "alteree, vraie" in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_only_staff_may_download(address: str, tmp_path: Path) -> None:
    with pytest.raises(ForbiddenError, match="importer des fichiers officiels"):
        imports.download(f"{address}/base.csv", viewer_for(Role.PUBLIC), folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
