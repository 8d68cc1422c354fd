"""UNIMARC as it is met: every pitfall of the study, and the real files at hand."""

import contextlib
import unicodedata
from io import BytesIO

import pymarc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.documentation import charsets, marc, unimarc, unimarc_export
from core.documentation.drafts import AgentDraft, ItemDraft, NoticeDraft, PublisherDraft
from core.documentation.readings import Outcome, Reading
from core.errors import DomainError
from core.importing import FileRefusedError
from tests.conftest import shared

Part = tuple[str, bytes]


def iso(*parts: Part, leader: str = "00000nam0 2200000   450 ", length: int | None = None) -> bytes:
    """Make an ISO 2709 record of raw bytes; ``$`` starts a subfield."""
    directory, bodies, at = b"", b"", 0
    for tag, text in parts:
        body = text.replace(b"$", b"\x1f") + b"\x1e"
        directory += f"{tag}{len(body):04}{at:05}".encode()
        bodies, at = bodies + body, at + len(body)
    base = 24 + len(directory) + 1
    total = length if length is not None else base + len(bodies) + 1
    head = f"{total:05}{leader[5:12]}{base:05}{leader[17:24]}".encode()
    return head + directory + b"\x1e" + bodies + b"\x1d"


def read(content: bytes) -> list[Reading]:
    return [unimarc.reading(one, place) for place, one in enumerate(marc.read(content), start=1)]


def only(*parts: Part, leader: str = "00000nam0 2200000   450 ") -> NoticeDraft:
    (one,) = read(iso(("001", b"1"), *parts, leader=leader))
    assert one.draft is not None, one.reason
    return one.draft


def five426(text: str) -> bytes:
    back = {accent: bytes([byte]) for byte, accent in reversed(charsets.ACCENTS.items())}
    signs: list[bytes] = []
    for sign in unicodedata.normalize("NFD", text):
        if sign in back:
            signs.insert(-1, back[sign])
        else:
            signs.append(b"\xfa" if sign == "œ" else sign.encode())
    return b"".join(signs)


TITLE = "L'égalité des chances à l'école : cœur, être, naïf, ça"


@pytest.mark.parametrize(
    ("body", "declared", "name"),
    [
        (TITLE.encode(), "50  ", "UTF-8"),
        (five426(TITLE), "0103", "ISO 5426"),
        (TITLE.encode("cp1252"), "    ", "Windows-1252"),
        (TITLE.encode(), "0103", "UTF-8"),  # the flag lies
        (five426(TITLE), "50  ", "ISO 5426"),
        (TITLE.encode("cp1252"), "50  ", "Windows-1252"),
    ],
)
def test_the_three_charsets_are_told_apart_whatever_is_declared(
    body: bytes, declared: str, name: str
) -> None:
    coded = f"  $a20100101d2010    m  y0frey{declared}ba".encode()
    (one,) = read(iso(("001", b"1"), ("100", coded), ("200", b"1 $a" + body)))
    assert (one.title, one.encoding) == (TITLE, name)
    lies = {"50  ": "UTF-8", "0103": "ISO 5426"}.get(declared, name) != name
    assert bool([note for note in one.notes if "déclaré" in note]) == lies


@pytest.mark.parametrize(
    "text", ["La pauvreté", "L'ÉGALITÉ DES CHANCES A L'ÉCOLE", "NAÏVETÉ, THÈME", "ANNÉE"]
)
def test_windows_1252_is_neither_cut_utf8_nor_accents_before_letters(text: str) -> None:
    (one,) = read(iso(("001", b"1"), ("200", b"1 $a" + text.encode("cp1252"))))
    assert (one.title, one.encoding, one.notes) == (text, "Windows-1252", ())


@pytest.mark.parametrize("text", ["École", "l’avenir", "cœur", "été"])
def test_text_encoded_twice_through_windows_1252_is_repaired(text: str) -> None:
    twice = "".join(
        bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in text.encode()
    )
    assert charsets.once(twice) == text
    assert charsets.once(text) == text


@pytest.mark.parametrize("text", ["CAFÉ…", "« JUBILÉ’ »", "ÉTÉ”", "Â°"])
def test_text_that_only_looks_encoded_twice_is_left(text: str) -> None:
    assert charsets.once(text) in {text, "°"}


def test_a_short_coded_field_is_tolerated() -> None:
    assert only(("100", b"  $a20100101d2010    m  y0frey"), ("200", b"1 $aTitre")).pub_year == 2010


def test_text_encoded_twice_is_repaired_and_said_so() -> None:
    twice = "Égalité".encode().decode("latin-1").encode()
    (one,) = read(iso(("001", b"1"), ("200", b"1 $a" + twice)))
    assert one.title == "Égalité"
    assert "texte encodé deux fois, réparé" in one.notes


def test_one_wrong_length_does_not_stop_the_file() -> None:
    good = iso(("001", b"1"), ("200", b"1 $aUn"))
    wrong = iso(("001", b"2"), ("200", b"1 $aDeux"), length=99)
    found = read(good + wrong + good)
    assert [one.title for one in found] == ["Un", "Deux", "Un"]
    assert found[1].notes == ("longueur de notice fausse, corrigée",)


def test_line_ends_between_records_are_passed_over() -> None:
    good = iso(("001", b"1"), ("200", b"1 $aUn"))
    assert [one.title for one in read(good + b"\r\n" + good + b"\n" + good)] == ["Un"] * 3


def test_a_broken_record_is_refused_alone_with_its_reason() -> None:
    good = iso(("001", b"1"), ("200", b"1 $aUn"))
    found = read(good + b"n'importe quoi, assez long pour un guide\x1d" + good)
    assert [one.outcome for one in found] == [Outcome.READ, Outcome.REFUSED, Outcome.READ]
    assert found[1].reason == "le guide de la notice est illisible"


def test_a_field_cut_in_the_middle_of_a_letter_loses_that_letter_only() -> None:
    body = ("Résumé " + "é" * 20).encode()[:-1]
    (one,) = read(iso(("001", b"1"), ("200", "1 $aÉté".encode()), ("330", b"  $a" + body)))
    assert one.draft is not None
    assert one.draft.abstract == "Résumé " + "é" * 19
    assert "330 : texte coupé dans le fichier" in one.notes


def test_009_with_a_subfield_is_read_and_makes_legal_xml() -> None:
    draft = only(("009", b"  $a2010"), ("200", b"1 $aTitre\x01\x02"))
    assert draft.title == "Titre"
    assert [raw.tag for raw in draft.raw] == ["009"]
    assert b"\x1f" not in unimarc_export.to_xml([draft])


def test_210_and_214_with_the_same_content_count_once() -> None:
    draft = only(
        ("200", b"1 $aTitre"), ("210", b"  $aParis$cGallimard$aLyon$cAube$d2009"),
        ("214", b" 0$aParis$cGallimard$aLyon$cAube$d2009"),
    )  # fmt: skip
    assert draft.publishers == (
        PublisherDraft("Gallimard", "Paris"), PublisherDraft("Aube", "Lyon"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "year"),
    [("[2009?]", 2009), ("cop. 2010", 2010), ("2009-2010", 2009), ("s.d.", None)],
)
def test_dates_keep_their_text_and_give_a_year(text: str, year: int | None) -> None:
    draft = only(("200", b"1 $aTitre"), ("210", f"  $d{text}".encode()))
    assert (draft.pub_date_text, draft.pub_year) == (text, year)


@pytest.mark.parametrize(
    "body",
    [b"0 $aville; habitat ;emploi", b"0 $aville / habitat / emploi", b"0 $aville$ahabitat$aemploi"],
)
def test_keywords_in_one_subfield_are_parted(body: bytes) -> None:
    assert only(("200", b"1 $aTitre"), ("610", body)).keywords == ("ville", "habitat", "emploi")


def test_copies_of_995_and_996_are_paired_by_barcode_not_by_order() -> None:
    draft = only(
        ("200", b"1 $aTitre"),
        ("995", b"  $fB1$kVIL 1$m20100203$ox"), ("995", b"  $fB2$kVIL 2"),
        ("996", b"  $9expl_cb:B2$9expl_note:le 12:30$9statut_libelle:Consultation sur place"),
        ("996", b"  $9expl_cb:B1$9location_libelle:Toulouse"),
    )  # fmt: skip
    first, second = draft.items
    assert (first.barcode, first.location, first.acquired_on) == ("B1", "Toulouse", "2010-02-03")
    assert (second.barcode, second.note, second.loan_class) == ("B2", "le 12:30", "sur_place")


def test_copies_of_an_issue_are_no_record() -> None:
    (one,) = read(iso(("001", b"12-bull"), ("200", b"1 $aRevue"), ("463", b"  $9id:34"),
                      ("995", b"  $fB9")))  # fmt: skip
    assert (one.outcome, one.attach_to, one.draft) == (Outcome.ATTACHED, "34", None)
    assert [item.barcode for item in one.items] == ["B9"]


def test_an_issue_written_s2_is_an_issue() -> None:
    draft = only(("200", b"1 $aRevue, 12"), leader="00000nas2 2200000   450 ")
    assert (draft.level, draft.doc_type) == ("b", "numero")


@pytest.mark.parametrize(
    ("text", "number"),
    [("9782070368228 (br.)", "9782070368228"), ("0000000000", ""),
     ("978 2 84586 999 8", "9782845869998"),
     ("2-211-04459-X", "9782211044592"), ("782130545699", "")],
)  # fmt: skip
def test_isbn_keeps_its_text_and_is_checked(text: str, number: str) -> None:
    draft = only(("200", b"1 $aTitre"), ("010", f"  $a{text}".encode()))
    assert (draft.isbn, draft.isbn_text) == (number, text)


def test_what_has_no_place_is_kept_raw() -> None:
    draft = only(("200", b"1 $aTitre$bTexte"), ("686", b"  $aX12"), ("900", b"  $aville$nzone"))
    assert [(raw.tag, raw.text) for raw in draft.raw] == [
        ("200+", "  ‡bTexte"), ("686", "  ‡aX12"), ("900", "  ‡aville‡nzone"),
    ]  # fmt: skip


def test_marc21_is_refused_with_the_reason() -> None:
    for name in ("piege_marc21_une_notice.iso", "piege_marc21_iccu_10_notices.mrc"):
        found = read(shared(f"data/unimarc/{name}").read_bytes())
        assert {one.outcome for one in found} == {Outcome.REFUSED}
        assert {one.reason for one in found} == {unimarc.MARC21_REASON}


REAL = {
    "bnf_anywhere_all_peter.xml": (49, 0), "bnf_ean_any_123.xml": (1, 0),
    "bnf_ean_any_9782070541270.xml": (1, 0), "bnf_ean_any_9782072862014.xml": (1, 0),
    "bnf_recordid_all_FRBNF370903960000006.xml": (1, 0),
    "bnr_10_notices_double_encodage.mrc": (10, 0), "derive_bnf_52_notices_utf8.mrc": (52, 0),
    "sudoc_000000124_line.mrctxt": (1, 0), "sudoc_02731667X.xml": (0, 1),
    "sudoc_02787088X.xml": (0, 1), "sudoc_092850324.xml": (1, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_the_real_files_are_read_and_written_without_loss(name: str) -> None:
    found = read(shared(f"data/unimarc/{name}").read_bytes())
    kinds = [one.outcome for one in found]
    assert (kinds.count(Outcome.READ), kinds.count(Outcome.AUTHORITY)) == REAL[name]
    assert len(found) == sum(REAL[name])
    held = [one.draft for one in found if one.draft is not None]
    for write in (unimarc_export.to_iso2709, unimarc_export.to_xml):
        written = write(held)
        assert [one.draft for one in read(written)] == held
        assert write([one.draft for one in read(written) if one.draft]) == written


def test_the_romanian_file_is_repaired() -> None:
    found = read(shared("data/unimarc/bnr_10_notices_double_encodage.mrc").read_bytes())
    assert found[0].title == "3 numarali mühimme defteri (966-968) - (1558-1560)"
    assert found[1].title == "The sweetest fig"
    assert all("texte encodé deux fois, réparé" in one.notes for one in found[:2])


words = st.text(alphabet="abcéèœ ’-:;/$‡\n", min_size=1, max_size=30).filter(
    lambda text: charsets.cleaned(text) == text and "‡" not in text
)


@given(
    title=words, subtitle=words, abstract=st.text(alphabet="aé .", max_size=30),
    year=st.none() | st.integers(1900, 2030), barcode=st.text(alphabet="RT0123", max_size=6),
)  # fmt: skip
def test_what_is_written_is_read_the_same(
    title: str, subtitle: str, abstract: str, year: int | None, barcode: str
) -> None:
    draft = NoticeDraft(
        title=title, subtitle=subtitle, abstract=charsets.cleaned(abstract), pub_year=year,
        external_id="7", doc_type="rapport",
        agents=(AgentDraft("personne", "Dubet", "F.", "", "070"),),
        items=(ItemDraft(barcode=barcode, parts=("Livret", "Jeu"), parts_expected=2),),
        themes=("pv",), territories=("departement:31",),
    )  # fmt: skip
    for write in (unimarc_export.to_iso2709, unimarc_export.to_xml):
        (one,) = read(write([draft]))
        assert one.draft == draft


def test_another_reader_reads_what_we_write() -> None:
    draft = NoticeDraft(title="L’égalité", external_id="7", abstract="Été", keywords=("ville",))
    content = unimarc_export.to_iso2709([draft, draft])
    found = list(pymarc.MARCReader(BytesIO(content), force_utf8=True))
    assert [one["200"]["a"] for one in found if one] == ["L’égalité"] * 2
    assert [len(one["100"]["a"]) for one in found if one] == [36, 36]
    assert content[:5] == f"{len(content) // 2:05}".encode()


def test_a_field_too_long_is_refused_not_cut() -> None:
    draft = NoticeDraft(title="Titre", abstract="é" * 5_000)
    with pytest.raises(DomainError, match="330"):
        unimarc_export.to_iso2709([draft])
    (one,) = read(unimarc_export.to_xml([draft]))
    assert one.draft is not None
    assert len(one.draft.abstract) == 5_000


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(content: bytes) -> None:
    with contextlib.suppress(FileRefusedError):  # XML that is none
        assert all(one.draft or one.reason or one.title for one in read(content))
