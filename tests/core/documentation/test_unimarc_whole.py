"""Nothing of a UNIMARC record is dropped: a subfield is in a field, raw, or in a list here."""

import pytest

from core import fr
from core.documentation import marc, record_files, thesaurus, unimarc, unimarc_export
from core.documentation.drafts import AgentDraft, NoticeDraft, PublisherDraft, RawField
from core.documentation.enums import DocumentType
from core.documentation.marc import MarcRecord
from core.documentation.readings import Outcome
from core.importing import FileRefusedError
from tests.conftest import shared
from tests.core.documentation.test_unimarc import REAL, iso, only, read

# What is not kept, on purpose: (tag, subfields), an empty tag for all those that are mapped.
ALLOWED = [
    ("100", "a"),  # coded data, written anew: only its year says something
    ("", "35679o"),  # numbers of authority files and technical marks, beside what they are of
]


def dropped(record: MarcRecord, draft: NoticeDraft) -> list[str]:
    """Return each subfield of a record that is nowhere in its draft."""
    shown = DocumentType(draft.doc_type).label
    held = fr.fold(f"{draft.as_json()} {shown}".replace('\\"', '"'))
    return [
        f"{one.tag} ${code} {value}"
        for one in record.fields
        for code, value in one.subfields or (("", one.data),)
        if fr.fold(value.rstrip(" ,")) not in held
        and not any(tag in {"", one.tag} and code and code in codes for tag, codes in ALLOWED)
    ]


@pytest.mark.parametrize("name", REAL)
def test_every_subfield_of_the_real_files_is_kept(name: str) -> None:
    records = list(marc.read(shared(f"data/unimarc/{name}").read_bytes()))
    pairs = [(record, unimarc.reading(record, 1).draft) for record in records]
    assert [lost for record, draft in pairs if draft for lost in dropped(record, draft)] == []


def whole(*parts: tuple[str, bytes], title: bytes = b"1 $aTitre") -> NoticeDraft:
    """Read a record, and see that nothing is dropped and that it comes back the same."""
    content = iso(("001", b"1"), ("200", title), *parts)
    (record,) = marc.read(content)
    draft = only(("200", title), *parts)
    assert dropped(record, draft) == []
    for write in (unimarc_export.to_iso2709, unimarc_export.to_xml):
        assert [one.draft for one in read(write([draft]))] == [draft]
    return draft


@pytest.mark.parametrize(
    ("tag", "body"),
    [
        ("073", b" 0$a3333297312345$d12 EUR"), ("345", b"  $aStock$b3333297312345"),
        ("010", b"  $a9782070368228$a2-211-04459-X$zfaux"), ("205", b"  $a2e ed.$arevue"),
        ("700", b" 1$aDupont$bJean$cle Jeune$4070"), ("702", b" 1$aDupont$4340$4730$phistorien"),
        ("712", b"02$aUniversite$bDroit$cToulouse$4295"), ("700", b" 1$bsans nom"),
        ("600", b" 1$aDubet$bF.$csociologue$f1946-$xInfluence"),
        ("601", b"02$aFrance$bMinistere$cParis$jArchives"),
        ("606", b"  $aVille$jManuels$xHistoire"),
        ("604", b"  $aAuteur$tTitre"), ("608", b"  $aActes$kx"),
        ("461", b" 1$012345$tEnsemble$v3$y978"),
        ("463", b" 1$9id:12$tRevue$vno 12$x0026-9395$p3-9"),
        ("462", b" 1$012$tSous-ensemble"), ("464", b" 1$012$tPartie"), ("421", b"  $3x9$tLivret"),
        ("326", b"  $aMensuel$b2001-2005"), ("321", b"  $x1234-5678"),
        ("327", b"1 $aun$adeux$btrois"),
        ("214", b" 3$aMayenne$cJouve"), ("214", b" 4$dcop. 2008"), ("214", b" 2$aParis$cSodis"),
        ("210", b"  $aParis$cAube$d2009$dcop. 2008$gJouve"), ("210", b"  $aParis$aLyon$cAube"),
        ("856", b"4 $uhttp://a.fr$uhttp://b.fr$zen ligne"), ("410", b" 0$tCollection$v3"),
    ],
)  # fmt: skip
def test_no_subfield_of_a_mapped_field_is_dropped(tag: str, body: bytes) -> None:
    whole((tag, body))
    whole((tag, body), (tag, body.replace(b"a", b"e").replace(b"$e", b"$a")))


def test_what_is_left_of_a_person_or_link_goes_back_to_its_own_place() -> None:
    draft = whole(
        ("700", b" 1$aDubet$bF.$4070"), ("701", b" 1$aDupont$bJean$csociologue$4070"),
        ("463", b" 1$9id:7$tRevue"), ("463", b" 1$9id:8$tAutre$vno 2"),
    )  # fmt: skip
    assert RawField("700+", "  ‡aDupont‡bJean‡csociologue") in draft.raw
    (written,) = marc.read(unimarc_export.to_iso2709([draft]))
    assert [one.text("ac") for one in written.of("701")] == [" 1‡aDupont‡csociologue"]
    assert [one.text("tv") for one in written.of("463")] == ["  ‡tRevue", "  ‡tAutre‡vno 2"]


def test_a_ministry_is_not_the_state_it_belongs_to() -> None:
    draft = whole(("601", b"02$aFrance$bMinistere de la Ville$2rameau"))
    assert [one.label for one in draft.concepts] == ["France. Ministere de la Ville"]


def test_dates_printers_and_volumes_each_have_their_place() -> None:
    draft = whole(
        ("214", b" 0$aParis$cAube$d2009$dcop. 2008"), ("214", b" 3$aMayenne$cJouve"),
        ("225", b"  $aVilles$v12"), ("215", b"  $a1 vol.$a1 CD"), title=b"1 $aTitre$v3",
    )  # fmt: skip
    assert draft.publishers == (PublisherDraft("Aube", "Paris"),)
    assert (draft.pub_date_text, draft.pub_year) == ("2009 ; cop. 2008", 2009)
    assert (draft.series, draft.volume, draft.extent) == ("Villes", "12", "1 vol. + 1 CD")
    assert draft.raw == (RawField("200+", "  ‡v3"), RawField("214", " 3‡aMayenne‡cJouve"))
    assert whole(("214", b" 4$dcop. 2008")).pub_year == 2008
    assert whole(("410", b" 0$tVilles$v4")).series == "Villes"


def test_a_copy_keeps_all_that_pmb_says_of_it() -> None:
    draft = whole(
        ("995", b"  $fB1$oz$qpub"),
        ("996", b"  $9expl_cb:B1$9expl_prix:12,50$9statut_libelle:Reserve formateurs"
                b"$9expl_comment:dos casse$9codestat_libelle:Don$9pret_flag:0$9cle:autre"),
    )  # fmt: skip
    (copy,) = draft.items
    assert (copy.price_cents, copy.loan_class) == (1250, "exclu")
    assert copy.note.split("\n") == [
        "o z ; q pub", "statut : Reserve formateurs", "commentaire : dos casse",
        "code statistique : Don", "cle : autre",
    ]  # fmt: skip
    unpriced = only(("200", b"1 $aT"), ("996", b"  $9expl_cb:B1$9expl_prix:cher"))
    assert unpriced.items[0].note == "prix : cher"


def test_a_record_deleted_at_its_source_does_not_come_in() -> None:
    (one,) = read(iso(("001", b"1"), ("200", b"1 $aT"), leader="00000dam0 2200000   450 "))
    assert (one.outcome, one.reason, one.title) == (Outcome.REFUSED, unimarc.DELETED_REASON, "T")


def test_a_record_without_title_is_no_authority_for_its_publisher() -> None:
    (one,) = read(iso(("001", b"1"), ("210", b"  $aParis$cAube")))
    assert (one.outcome, one.reason) == (Outcome.REFUSED, "aucun titre en zone 200 $a")
    (named,) = read(iso(("001", b"1"), ("250", b"  $aVille"), leader="00000 x  2200000   450 "))
    assert named.outcome is Outcome.AUTHORITY


def test_the_directory_says_which_body_is_whose() -> None:
    content = iso(("330", b"  $aRESUME"), ("200", b"1 $aTITRE"))
    head, first, second = content[:24], content[24:36], content[36:48]
    (one,) = read(head + second + first + content[48:])
    assert one.draft is not None
    assert (one.draft.title, one.draft.abstract) == ("TITRE", "RESUME")


def test_keywords_are_parted_by_the_sign_of_their_file() -> None:
    listed = iso(("200", b"1 $aT"), ("610", b"0 $aville/habitat/emploi"))
    alone = iso(("200", b"1 $aT"), ("610", b"0 $aCLSPD/CISPD"))
    several = iso(("200", b"1 $aT"), ("610", b"0 $aa/b/c"), ("610", b"0 $aville"))

    def words(content: bytes) -> list[tuple[str, ...]]:
        return [draft.keywords for draft in record_files.read(content, "a.mrc").drafts()]

    assert words(listed + alone) == [("ville", "habitat", "emploi"), ("CLSPD", "CISPD")]
    assert words(alone) == [("CLSPD/CISPD",)]
    assert words(several) == [("a/b/c", "ville")]


def test_a_field_of_another_format_never_breaks_the_record() -> None:
    draft = NoticeDraft(title="T", external_id="1", raw=(RawField("csv:Public 16+", "oui"),))
    assert [one.draft for one in read(unimarc_export.to_iso2709([draft]))] == [draft]


def test_a_subject_of_a_person_says_dates_and_use() -> None:
    (one,) = whole(("600", b" 1$aDubet$bF.$f1946-$xInfluence")).concepts
    assert one.label == "Dubet, F. (1946-) -- Influence"
    (agent,) = whole(("710", b"02$aCAF$cToulouse$4723")).agents
    assert agent == AgentDraft("collectivite", "CAF (Toulouse)", "", "", "723")


def test_a_line_of_the_sudoc_that_goes_on_is_read_whole() -> None:
    content = b"LEADER 00000cam\nperdue\n001 1\n200 1 $aTitre tres long\n  suite de la ligne\n"
    (one,) = read(content)
    assert one.title == "Titre tres long suite de la ligne"
    assert one.notes == ("ligne sans zone, laissée : perdue",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<collection><record></collection>", "ligne 1, caractère 23"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "il définit des entités"),
    ],
)
def test_xml_that_cannot_be_read_is_refused_in_french(content: bytes, said: str) -> None:
    with pytest.raises(FileRefusedError, match=said):
        read(content)
    with pytest.raises(FileRefusedError, match=said):
        thesaurus.read_skos(content)


def test_entities_of_xml_itself_are_read() -> None:
    content = (
        b"<record><leader>00000nam0 2200000</leader><datafield tag='200' ind1='1' ind2=' '>"
        b"<subfield code='a'>A &amp; B &#233; &lt;c&gt;</subfield></datafield></record>"
    )
    (one,) = read(content)
    assert one.title == "A & B é <c>"
    assert one.draft is not None
    assert read(unimarc_export.to_xml([one.draft]))[0].draft == one.draft
