"""Files as they really come: of another kind, with impossible days, control characters."""

import json
from pathlib import Path

import pytest
from sqlmodel import select

from core import db
from core.documentation import imports, operations, reading, record_files, tabular
from core.documentation.drafts import ItemDraft, NoticeDraft, RawField
from core.documentation.exports import Format, export
from core.documentation.marc import END_FIELD, END_RECORD, SUBFIELD
from core.documentation.models import Notice
from tests.conftest import NOW, shared
from tests.core.documentation.making import STAFF


def iso(*fields: tuple[str, str]) -> bytes:
    """Write one record as a catalogue does, with « $ » before each subfield's code."""
    directory, bodies = b"", b""
    for tag, text in fields:
        body = text.replace("$", SUBFIELD).encode() + END_FIELD
        directory += f"{tag}{len(body):04}{len(bodies):05}".encode()
        bodies += body
    base = 24 + len(directory) + 1
    head = f"{base + len(bodies) + 1:05}nam0 22{base:05}   450 ".encode()
    return head + directory + END_FIELD + bodies + END_RECORD


def stored_notes() -> list[str]:
    with db.reading() as session:
        ids = [own or 0 for own in session.exec(select(Notice.id)).all()]
        found = reading.read(session, ids).values()
    return [item.note for draft in found for item in draft.items]


def test_every_real_file_is_recognised_or_left_to_others() -> None:
    others = {".xlsx", ".pdf", ".docx", ".dbf", ".geojson", ".topojson"}
    known = {
        path.suffix: imports.recognises(path)
        for path in shared("data").rglob("*")
        if path.is_file()
    }
    assert {end for end in others if known[end]} == set()
    assert all(known[end] for end in (".mrc", ".mrctxt", ".bib"))


@pytest.mark.parametrize("start", [b"PK\x03\x04\rtitre;auteurs", b"%PDF-1.4\rtitre;auteurs\n",
                                   b"titre;auteurs\r\0\n", b"\x0d\x0a\x0d"])  # fmt: skip
def test_what_is_no_text_is_no_catalogue(start: bytes) -> None:
    assert record_files.kind_of(start) == ""


def test_the_csv_of_an_old_macintosh_is_read() -> None:
    content = "titre;auteurs\rÉcole;Dubet, F.\rVille;Duru, M.\r".encode("cp1252")
    assert tabular.headings(content) == ["titre", "auteurs"]
    drafts = record_files.read(content, "a.csv").drafts()
    assert [draft.title for draft in drafts] == ["École", "Ville"]


def test_an_impossible_day_is_left_empty_kept_as_a_note_and_said(
    store: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.mrc"
    path.write_bytes(
        iso(("001", "50"), ("200", "1 $aVille"), ("995", "  $fD1$m20100500"))
        + iso(("001", "51"), ("200", "1 $aÉcole"), ("995", "  $fD2$m20100531"))
    )
    report = imports.import_file(path, STAFF, now=NOW)
    assert report.created == 2
    assert [line.said for line in report.lines] == [
        "exemplaire D1 : date d’acquisition illisible (2010-05-00), gardée en note"
    ]
    assert stored_notes() == ["date d’acquisition illisible : 2010-05-00", ""]


def test_odd_days_and_numbers_of_parts_do_not_stop_the_tables_of_pmb(
    store: str, tmp_path: Path
) -> None:
    tables = json.loads(shared("data/pmb_base_exemple/pmb7_data_test_fr_tables.json").read_text())
    tables["exemplaires"][0] |= {"expl_date_depot": "2010-05-00", "expl_nbparts": "deux"}
    path = tmp_path / "a.json"
    path.write_text(json.dumps(tables))
    report = imports.import_file(path, STAFF, now=NOW, source="PMB")
    assert report.created == 49
    assert any("illisible (2010-05-00)" in line.said for line in report.lines)
    notes = "\n".join(stored_notes())
    assert "date d’acquisition illisible : 2010-05-00" in notes
    assert "nombre d’éléments : deux" in notes


def test_control_characters_enter_by_no_way_and_our_xml_is_read_again(
    store: str, tmp_path: Path
) -> None:
    odd = NoticeDraft(
        title="Vil\0le", abstract="a\x02b\nc", keywords=("jeu\x0bnes",),
        raw=(RawField("x", "y\x1f"),), items=(ItemDraft(barcode="C1", note="n\x07"),),
    )  # fmt: skip
    with db.writing("documentation") as session:
        own = operations.create_notice(session, STAFF, odd, now=NOW)
        content = export(session, STAFF, [own], Format.XML).content
    (read,) = record_files.read(content, "a.xml").drafts()
    assert (read.title, read.abstract, read.keywords) == ("Ville", "ab\nc", ("jeunes",))
    for name, text in (("a.ris", "TY  - BOOK\nTI  - Éco\x02le\nER  - \n"),
                       ("a.bib", "@book{k, title={Éco\x02le}}"),
                       ("a.csv", "titre;auteurs\nÉco\x02le;X\n")):  # fmt: skip
        path = tmp_path / name
        path.write_text(text)
        imports.import_file(path, STAFF, now=NOW, source=name)
    with db.reading() as session:
        assert session.exec(select(Notice.title)).all() == ["Ville", "École", "École", "École"]


def test_a_title_of_controls_alone_is_refused(store: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("titre;auteurs\n\x02\x03;X\nVille;Y\n")
    report = imports.import_file(path, STAFF, now=NOW)
    assert (report.created, report.rejected) == (1, 1)
    assert report.lines[0].said == "aucun titre lisible"
