"""The imports' page: checked first, written on demand, taken back, and every refusal."""

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import db
from core.access import Role, viewer_for
from core.observatory import queries
from core.observatory.readers.synthetic import write_communal
from tests.pages.opening import IMPORTS, JOURNAL, MAP, opened, said

COMMUNES = ["09122", "31149", "31555", "81004"]


@pytest.fixture(autouse=True)
def received(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where received files pass through, away from the project's own folder."""
    monkeypatch.setattr("core.settings.VAR", tmp_path / "var")
    return tmp_path / "var" / "recus"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A small communal base, as the producer writes it."""
    path = tmp_path / "base-communale.csv"
    write_communal(path, COMMUNES, [2022, 2023], seed=7)
    return path


def put(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader(key="fichier").set_value((name, content, "text/csv"))
    return app.run()


def deposited(name: str, content: bytes) -> AppTest:
    return put(opened(IMPORTS, Role.STAFF), name, content)


def imports(url: str) -> list[tuple[str, str]]:
    """Return the name and the state of every import, oldest first."""
    with db.reading(url) as session:
        table = queries.imports(session, viewer_for(Role.ADMIN)).sort_values("id")
    return list(zip(table["file_name"], table["state"], strict=True))


def counts(url: str) -> dict[str, int]:
    with db.reading(url) as session:
        return queries.counts(session)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("vide.csv", b""),
        ("lettre.txt", "Chère collègue, voici le fichier.".encode()),
        ("image.csv", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        ("archive.csv.gz", b"\x1f\x8b\x08\x00tronque"),
        ("autre.csv", b"a;b;c\n1;2;3\n"),
        ("classeur.xlsx", b"PK\x03\x04" + bytes(60)),
        ("base.parquet", b"PAR1" + bytes(30) + b"PAR1"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_french_and_nothing_is_written(
    bare_demo: str, received: Path, name: str, content: bytes
) -> None:
    app = deposited(name, content)
    assert not app.exception
    assert len(app.error) == 1
    assert imports(bare_demo) == []
    assert counts(bare_demo)["facts"] == 0
    assert list(received.iterdir()) == []


def test_a_faulty_line_is_named_and_nothing_is_written(bare_demo: str, base: Path) -> None:
    lines = base.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[3] = lines[3].replace('"2022"', '"deux mille"', 1)
    app = deposited("base-communale.csv", "".join(lines).encode())
    assert not app.exception
    assert app.error
    assert "igne 4" in said(app)
    assert not [button for button in app.button if button.key == "enregistrer"]
    assert imports(bare_demo) == []


def test_a_good_file_is_checked_before_anything_is_written(bare_demo: str, base: Path) -> None:
    app = deposited(base.name, base.read_bytes())
    assert not app.exception
    assert app.info[0].value == "Contrôle réussi : rien n’est encore enregistré."
    assert "120 lignes lues" in said(app)
    assert imports(bare_demo) == []
    assert counts(bare_demo)["facts"] == 0


def test_a_checked_file_is_written_on_demand_then_taken_back(
    bare_demo: str, base: Path, received: Path
) -> None:
    app = deposited(base.name, base.read_bytes())
    app.button(key="enregistrer").click().run()
    assert not app.exception
    assert "Import enregistré." in [message.value for message in app.success]
    assert imports(bare_demo) == [(base.name, "applied")]
    assert counts(bare_demo)["facts"] > 0
    assert list(received.iterdir()) == []

    again = opened(IMPORTS, Role.STAFF)
    again.selectbox(key="a_annuler").set_value(f"N° 1 – {base.name}").run()
    again.button(key="annuler").click().run()
    assert not again.exception
    assert "Import n° 1 annulé" in again.success[0].value
    assert imports(bare_demo) == [(base.name, "reverted")]
    assert counts(bare_demo)["facts"] == 0
    assert again.dataframe[0].value["État"].tolist() == ["annulé"]


def test_figures_written_from_the_screen_are_on_the_map_at_once(bare_demo: str, base: Path) -> None:
    deposited(base.name, base.read_bytes()).button(key="enregistrer").click().run()
    app = opened(MAP, tableau="true")
    assert not app.exception
    assert set(COMMUNES) <= set(app.dataframe[-1].value["Code"])
    masked = app.dataframe[-1].value.query("Statut == 'non diffusé'")
    assert masked.iloc[:, 2].isna().all()


def test_the_same_file_is_not_written_twice(bare_demo: str, base: Path) -> None:
    deposited(base.name, base.read_bytes()).button(key="enregistrer").click().run()
    app = deposited("autre-nom.csv", base.read_bytes())
    assert "déjà importé" in app.info[0].value
    assert not [button for button in app.button if button.key == "enregistrer"]
    assert len(imports(bare_demo)) == 1


def test_another_file_in_place_of_the_first_is_checked_in_its_turn(
    bare_demo: str, base: Path
) -> None:
    app = deposited(base.name, base.read_bytes())
    put(app, "lettre.txt", b"rien")
    assert len(app.error) == 1
    assert not [button for button in app.button if button.key == "enregistrer"]


def test_an_import_and_its_undoing_are_in_the_journal(bare_demo: str, base: Path) -> None:
    deposited(base.name, base.read_bytes()).button(key="enregistrer").click().run()
    app = opened(IMPORTS, Role.STAFF)
    app.selectbox(key="a_annuler").set_value(f"N° 1 – {base.name}").run()
    app.button(key="annuler").click().run()
    rows = opened(JOURNAL, Role.ANALYST).dataframe[0].value
    assert rows["Action"].tolist()[:2] == ["annulation d’un import", "import"]
    assert rows["Objet"].tolist()[:2] == [base.name] * 2
    assert rows["Par"].tolist()[:2] == ["Agent du centre"] * 2


@pytest.mark.parametrize("name", ["<b>base</b>.csv", "l’été « 2023 ».csv", "../../etc/base.csv"])
def test_the_name_of_a_file_is_shown_as_it_is(bare_demo: str, base: Path, name: str) -> None:
    deposited(name, base.read_bytes()).button(key="enregistrer").click().run()
    app = opened(IMPORTS, Role.STAFF)
    assert app.dataframe[0].value["Fichier"].tolist() == [name]
    assert opened(JOURNAL, Role.STAFF).dataframe[0].value["Objet"].iloc[0] == name


def test_an_unknown_source_is_refused_in_french(bare_demo: str) -> None:
    app = opened(IMPORTS, Role.STAFF)
    app.text_input(key="adresse").set_value("inconnue").run()
    app.button(key="telecharger").click().run()
    assert "n’est ni une adresse ni une source connue" in app.error[0].value


@pytest.fixture
def site(base: Path) -> Iterator[str]:
    """A web server of our own that gives the small base."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(base.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_file_fetched_by_its_address_is_checked_then_written(
    bare_demo: str, site: str, base: Path, received: Path
) -> None:
    app = opened(IMPORTS, Role.STAFF)
    app.text_input(key="adresse").set_value(f"{site}/{base.name}").run()
    app.button(key="telecharger").click().run()
    assert "Contrôle réussi" in app.info[0].value
    assert imports(bare_demo) == []
    app.button(key="enregistrer_recu").click().run()
    assert not app.exception
    assert imports(bare_demo) == [(base.name, "applied")]
    assert [path for path in received.rglob("*") if path.is_file()] == []


def test_an_address_that_gives_nothing_is_said_in_french(bare_demo: str, site: str) -> None:
    app = opened(IMPORTS, Role.STAFF)
    app.text_input(key="adresse").set_value(f"{site}/absent.csv").run()
    app.button(key="telecharger").click().run()
    assert not app.exception
    assert "Le téléchargement a échoué" in app.error[0].value
