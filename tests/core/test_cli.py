"""The command line: what each command says, its exit code, and what it leaves in the store."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from core import db, upkeep
from core.__main__ import main
from core.documentation import record_files
from core.documentation.drafts import NoticeDraft
from tests.conftest import UseStore
from tests.core.circulation.making import give, lend, make_copies, make_library, make_reader
from tests.core.documentation.making import fill
from tests.core.observatory import reader_files

HELP = {
    ("init",): "Crée le magasin", ("status",): "Dit ce qui est chargé",
    ("check",): "Contrôle l’intégrité", ("backup",): "Écrit tout le magasin",
    ("restore",): "Remplace tout le magasin", ("import",): "Importe un fichier officiel",
    ("download",): "Télécharge un fichier officiel", ("send",): "Envoie les courriels",
    ("revert",): "Annule un import", ("export",): "Écrit tout le catalogue",
    ("alerts",): "Évalue les alertes", ("anonymise",): "Oublie les lecteurs",
    ("territories", "build"): "Dérive data/reference/", ("bench",): "Mesure les budgets",
}  # fmt: skip


def call(*words: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=answer)


def refusal(result: Result) -> str:
    """Return the sentence of a refused command: exit 1, no trace."""
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stderr.strip()


def status() -> dict[str, int | str]:
    with db.reading() as session:
        return upkeep.status(session)


@pytest.mark.parametrize("command", HELP)
def test_each_command_says_in_french_what_it_does(command: tuple[str, ...]) -> None:
    result = call(*command, "--help")
    assert result.exit_code == 0
    assert HELP[command] in " ".join(result.stdout.split())


def test_no_command_is_left_out_here() -> None:
    assert set(main.commands) == {command[0] for command in HELP}


def test_init_fills_a_store_once(
    tmp_path: Path, use_store: UseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RT_DEMO", "false")
    use_store(f"sqlite:///{tmp_path / 'new' / 'store.db'}")
    first, second = call("init"), call("init")
    assert (first.exit_code, first.stdout) == (0, "Magasin prêt.\n")
    assert "100 % Prêt." in first.stderr
    assert (second.exit_code, second.stdout) == (
        0, "Le magasin était déjà prêt : rien n’a changé.\n",
    )  # fmt: skip
    assert (status()["instance.mode"], status()["observatory.facts"]) == ("real", 0)


def test_status_counts_records_copies_and_loans_under_way(store: str) -> None:
    make_library()
    first, second, _ = make_copies(3)
    make_copies(title="Retiré", state="retire")
    fill(NoticeDraft(title="Brouillon", status="brouillon"),
         NoticeDraft(title="Supprimée", status="supprime"))  # fmt: skip
    reader = make_reader()
    for item in (first, second):
        lend(item, reader)
    give("L1")
    found = json.loads(call("status", "--json").stdout)
    assert {key: found[f"documentation.{key}"] for key in ("records", "copies", "open_loans")} == {
        "records": 2, "copies": 3, "open_loans": 1,
    }  # fmt: skip


@pytest.mark.usefixtures("demo_sqlite")
def test_status_says_in_text_and_in_json_what_is_loaded() -> None:
    text, found = call("status"), call("status", "--json")
    assert json.loads(found.stdout) == status()
    lines = [line.split(maxsplit=1) for line in text.stdout.splitlines()]
    assert [key for key, _ in lines] == list(status())
    assert dict(lines)["territories.communes"] == "2\N{NARROW NO-BREAK SPACE}944"
    assert dict(lines)["instance.mode"] == "demo"


@pytest.mark.usefixtures("demo_sqlite")
def test_check_exits_with_1_where_something_is_wrong() -> None:
    healthy = call("check")
    assert (healthy.exit_code, healthy.stdout) == (0, "Aucune anomalie.\n")
    with db.writing("observatory") as session:
        session.connection().execute(
            sa.text("UPDATE fact SET batch_id = 99 WHERE slice_id = 1")
        )  # fmt: skip
    ill = call("check")
    assert (ill.exit_code, ill.stdout) == (1, "1 × chiffre sans import.\n")


def test_a_backup_is_restored_once_confirmed(sqlite_store: str, tmp_path: Path) -> None:
    file = tmp_path / "a.json.gz"
    assert call("backup", file).stdout == f"1 ligne sauvegardée dans {file}.\n"
    assert refusal(call("backup", file)) == f"« {file} » existe déjà : choisissez un autre nom."
    with db.writing("instance", url=sqlite_store) as session:
        session.connection().exec_driver_sql("INSERT INTO instance VALUES (1, 'demo')")
    declined = call("restore", file, answer="n\n")
    assert (declined.exit_code, status()["instance.mode"]) == (1, "demo")
    accepted = call("restore", file, "--yes")
    assert (accepted.exit_code, accepted.stdout) == (0, "1 ligne rétablie.\n")
    assert status()["instance.mode"] == "empty"


@pytest.mark.usefixtures("sqlite_store")
def test_what_is_no_backup_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Territoire;Faits\n", encoding="utf-8")
    assert refusal(call("restore", tmp_path / "a.csv", "--yes")) == (
        "« a.csv » n’est pas une sauvegarde complète de l’application : rien n’a changé."
    )


@pytest.mark.usefixtures("demo_sqlite")
def test_an_import_is_tried_made_recognised_and_undone(tmp_path: Path) -> None:
    file, before = reader_files.departements(tmp_path), status()
    trial = call("import", file, "--dry-run")
    assert (trial.exit_code, status()) == (0, before)
    assert "4 chiffres nouveaux" in trial.stdout
    assert trial.stdout.endswith("Essai à blanc : rien n’a été enregistré.\n")
    made = call("import", file)
    assert (made.exit_code, status()["observatory.imports"]) == (0, 2)
    assert "Essai" not in made.stdout
    again = call("import", file)
    assert again.exit_code == 0
    assert "Ce fichier est déjà importé (import n° 2, " in again.stdout
    assert "par ligne de commande" in again.stdout
    undone = call("revert", 2)
    assert (undone.exit_code, undone.stdout) == (
        0, "Import n° 2 annulé : 4 chiffres retirés, 0 chiffre rétabli.\n",
    )  # fmt: skip
    assert status()["observatory.facts"] == before["observatory.facts"]


@pytest.mark.usefixtures("demo_sqlite")
def test_an_import_that_is_refused_writes_nothing(tmp_path: Path) -> None:
    before = status()
    absent = refusal(call("import", tmp_path / "absent.csv"))
    assert absent.splitlines()[-1] == f"Le fichier « {tmp_path / 'absent.csv'} » n’existe pas."
    (tmp_path / "lettre.txt").write_text("Bonjour,\n", encoding="utf-8")
    unknown = refusal(call("import", tmp_path / "lettre.txt")).splitlines()[-1]
    assert unknown.startswith("Le fichier est refusé")
    assert unknown.endswith("l'État 4001 par service (xlsx).")
    rows = reader_files.DEPARTEMENT_ROWS
    faulty = reader_files.departements(
        tmp_path, reader_files.changed(rows[0], 5, "douze"), *rows[1:]
    )
    result = call("import", faulty)
    assert result.exit_code == 1
    assert "Import refusé : 1 faute. Rien n’a été enregistré." in result.stdout
    assert "Ligne 2, colonne « nombre »" in result.stdout
    assert status() == before


@pytest.mark.usefixtures("sqlite_store")
def test_an_unknown_import_or_source_is_refused_in_a_sentence() -> None:
    assert refusal(call("revert", 99)) == "Cet import n’existe plus ou est déjà annulé."
    sentence = refusal(call("download", "ssmsi")).splitlines()[-1]
    assert "« ssmsi » n’est ni une adresse ni une source connue" in sentence
    assert "ssmsi_commune, ssmsi_departement" in sentence


def test_a_build_without_its_source_is_refused_in_a_sentence(tmp_path: Path) -> None:
    sentence = refusal(call("territories", "build", "--source", tmp_path))
    assert sentence.endswith(".")
    assert "Traceback" not in sentence


@pytest.mark.usefixtures("sqlite_store")
def test_a_missing_backup_is_refused_in_french(tmp_path: Path) -> None:
    assert "n’existe pas" in refusal(call("restore", tmp_path / "absent.json.gz", "--yes"))


@pytest.mark.usefixtures("demo_sqlite")
def test_a_thesaurus_is_recognised_tried_then_entered(tmp_path: Path) -> None:
    file = tmp_path / "Essai de termes.rdf.xml"
    file.write_text(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:skos="http://www.w3.org/2004/02/skos/core#"><skos:Concept rdf:about="a">'
        '<skos:prefLabel xml:lang="fr">Terme</skos:prefLabel></skos:Concept></rdf:RDF>',
        encoding="utf-8",
    )
    trial, made, again = call("import", file, "--dry-run"), *(call("import", file) for _ in "12")
    assert [one.exit_code for one in (trial, made, again)] == [0, 0, 0]
    assert "1 concept dont 1 nouveau" in trial.stdout
    assert trial.stdout.endswith("Essai à blanc : rien n’a été enregistré.\n")
    assert "1 concept dont 1 nouveau" in made.stdout
    assert "1 concept dont 0 nouveau" in again.stdout
    file.write_bytes(b"<skos:x http://www.w3.org/2004/02/skos/core#")
    assert "mal formé" in refusal(call("import", file))


@pytest.mark.usefixtures("sqlite_store")
def test_records_are_imported_by_their_columns_exported_whole_and_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RT_DEMO", "false")
    file = tmp_path / "a.csv"
    file.write_text("Nom;Qui\nVille;Dubet, F.\nÉcole;Duru, M.\n", encoding="utf-8")
    said = refusal(call("import", file, "--mapping", "Nom=tritre"))
    assert said.splitlines()[-1].startswith("« Nom=tritre » : écrivez COLONNE=CHAMP")
    made = call("import", file, "--mapping", "Nom=titre", "--mapping", "Qui=auteurs")
    assert "2 créées" in made.stdout
    for name in ("a.mrc", "a.xml", "a.ris", "a.bib", "b.csv"):
        done = call("export", tmp_path / name)
        assert done.stdout == f"2 notices écrites dans {tmp_path / name}.\n"
        read = record_files.read((tmp_path / name).read_bytes(), name).drafts()
        assert [draft.title for draft in read] == ["Ville", "École"]
    assert "existe déjà" in refusal(call("export", tmp_path / "a.mrc"))
    assert "ne dit pas son format" in refusal(call("export", tmp_path / "catalogue"))
    assert call("export", tmp_path / "catalogue", "--format", "ris", "--public").exit_code == 0
    undone = call("revert", 1, "--notices")
    assert undone.stdout == "Import n° 1 annulé : 2 notices retirées, 0 remise comme avant.\n"
    assert call("export", tmp_path / "vide.xml").stdout.startswith("0 notice écrite")
    assert record_files.kind_of((tmp_path / "vide.xml").read_bytes()) == "unimarc"
