"""Export, import, export again: whatever a record says, the two files are the same."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core import exporting
from core.documentation import bibtex, numbers, record_files, ris, tabular, unimarc_export
from core.documentation.drafts import (
    AgentDraft,
    ConceptDraft,
    ItemDraft,
    LinkDraft,
    NoticeDraft,
    PublisherDraft,
    RawField,
)
from core.documentation.enums import DocumentType, LinkKind, Role

Write = Callable[[Iterable[NoticeDraft]], bytes]


def to_csv(drafts: Iterable[NoticeDraft]) -> bytes:
    return exporting.to_csv(tabular.table(drafts), tabular.labels(), notes=["Exporté"])


WRITERS: dict[str, Write] = {
    "iso2709": unimarc_export.to_iso2709, "xml": unimarc_export.to_xml, "ris": ris.write,
    "bibtex": bibtex.write, "csv": to_csv,
}  # fmt: skip
PIECES = (
    "Ville", "l’œuvre d’été", "a; b", "entrée / sortie", "a/b", "Jeunesse, des Sports", "-isme",
    "=1+1", "A | B", "100 % & plus", "x_y #1 $", "{accolade}", 'dit "le grand"', "a--b", "~", "[x]",
    "C:\\dossier", "1 : 2", "a and b", "16+", "^2",
)  # fmt: skip
text = st.sampled_from(PIECES) | st.lists(
    st.sampled_from(PIECES), min_size=2, max_size=2, unique=True
).map(" ".join)
maybe = st.just("") | text
lines = st.lists(text, max_size=3, unique=True).map("\n".join)
agents = st.builds(
    AgentDraft,
    st.sampled_from(["personne", "collectivite", "congres"]),
    text,
    maybe,
    st.just(""),
    st.sampled_from([role.value for role in Role]),
).map(lambda one: one if one.kind == "personne" else AgentDraft(one.kind, one.name, role=one.role))
DRAFTS = st.builds(
    NoticeDraft, title=text, external_id=st.just("7"), subtitle=maybe,
    doc_type=st.sampled_from([one.value for one in DocumentType]),
    pub_year=st.sampled_from([None, 2012]),
    pub_date_text=st.sampled_from(["", "2009", "s.d."]),
    languages=st.sampled_from(["", "fre", "fre eng"]), extent=maybe, series=maybe, volume=maybe,
    edition=maybe, notes=lines, contents=lines, abstract=lines,
    url=st.sampled_from(["", "https://x.fr/~moi/a--b?c=1&d=%20#e_f"]),
    isbn_text=st.sampled_from(["", "9782070368228 (br.)", "faux"]),
    issn=st.sampled_from(["", "0768-3138"]),
    agents=st.lists(agents, max_size=4, unique=True).map(tuple),
    publishers=st.lists(
        st.builds(PublisherDraft, maybe, maybe).filter(lambda one: one.name or one.place),
        max_size=3, unique=True,
    ).map(tuple),
    keywords=st.lists(text, max_size=3, unique=True).map(tuple),
    concepts=st.lists(st.builds(ConceptDraft, st.just("rt"), text, text), max_size=2,
                      unique_by=lambda one: one.code).map(tuple),
    links=st.lists(
        st.builds(LinkDraft, st.sampled_from([one.value for one in LinkKind]), st.just("9")),
        max_size=1,
    ).map(tuple),
    raw=st.lists(
        st.builds(RawField, st.sampled_from(["csv:Public 16+", "ris:M1", "bibtex:doi"]), text),
        max_size=2, unique=True,
    ).map(tuple),
    items=st.lists(
        st.builds(ItemDraft, barcode=st.sampled_from(["", "b1", "B2"]), shelf_mark=maybe,
                  note=lines), max_size=3, unique_by=lambda one: one.barcode,
    ).map(tuple),
).map(
    lambda one: replace(one, pub_year=numbers.year(one.pub_date_text) or one.pub_year)
)  # fmt: skip


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(draft=DRAFTS)
def test_what_is_exported_imported_and_exported_again_is_the_same(
    kind: str, draft: NoticeDraft
) -> None:
    write = WRITERS[kind]
    first = write([draft])
    assert write(record_files.read(first, "a").drafts()) == first
