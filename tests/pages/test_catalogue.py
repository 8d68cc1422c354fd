"""The catalogue on screen: found, narrowed, opened; no search can break the page."""

import pytest
from streamlit.testing.v1 import AppTest

from core import db
from core.access import Role, viewer_for
from core.documentation import facet_queries, search_queries
from core.documentation.enums import Facet
from core.documentation.search_queries import Request
from pages.ui import frame
from tests.pages.opening import BASKETS, CATALOGUE, RECORD, opened, said


def test_a_search_is_an_address_and_its_results_are_highlighted(read_store: str) -> None:
    app = opened(CATALOGUE, Role.PUBLIC, q="médiation")
    assert not app.exception
    assert "documents**" in said(app)
    assert "**médiation**" in said(app).lower()
    assert "notice?notice=" in said(app)


def total(app: AppTest) -> int:
    line = next(one for one in said(app).split("\n") if one.endswith(("document**", "documents**")))
    return int("".join(sign for sign in line if sign.isdigit()))


def test_facets_narrow_leave_out_and_stay_in_the_address(read_store: str) -> None:
    everything = total(opened(CATALOGUE, Role.ELU))
    app = opened(CATALOGUE, Role.ELU, f_type="livre")
    books = total(app)
    assert 0 < books < everything
    assert "livre" in {one.label for one in app.button}
    assert total(opened(CATALOGUE, Role.ELU, sauf="type:livre")) == everything - books
    unknown = opened(CATALOGUE, Role.ELU, f_type="inconnu")
    assert total(unknown) == everything
    assert "Filtre inconnu du catalogue, laissé de côté : « inconnu »" in said(unknown)
    kept = opened(CATALOGUE, Role.ELU, q="xyzqwv", f_type="livre")
    assert total(kept) == 0
    assert "livre" in {one.label for one in kept.button}
    dated = opened(CATALOGUE, Role.ELU, annee_de="2009", annee_a="2010")
    assert 0 < total(dated) < everything
    taken_off = next(one for one in app.button if one.label == "livre").click().run()
    assert total(taken_off) == everything
    assert "f_type" not in app.query_params


def test_filters_of_an_address_hold_after_another_page_was_shown(read_store: str) -> None:
    app = opened(CATALOGUE, Role.ELU, f_type="livre")
    books = total(app)
    app.switch_page(BASKETS).run()
    app.switch_page(CATALOGUE)
    app.query_params["f_type"] = "livre"
    assert total(app.run()) == books
    app.switch_page(BASKETS).run()
    app.switch_page(CATALOGUE)
    app.query_params.clear()
    assert total(app.run()) > books


def test_two_choices_made_before_the_browser_follows_are_both_kept(read_store: str) -> None:
    app = opened(CATALOGUE, Role.ELU)
    types = app.multiselect(key="f_type")
    types.select(types.options[0]).run()
    app.query_params.clear()  # the browser is still at the address before
    themes = app.multiselect(key="f_theme")
    themes.select(themes.options[0]).run()
    assert [len(app.multiselect(key=key).value) for key in ("f_type", "f_theme")] == [1, 1]


def test_a_step_back_of_the_browser_takes_the_last_filter_off(read_store: str) -> None:
    app = opened(CATALOGUE, Role.ELU, q="ville")
    everything = total(app)
    types = app.multiselect(key="f_type")
    types.select(types.options[0]).run()
    assert total(app) < everything
    app.query_params.pop("f_type")
    app.run()
    assert total(app) == everything
    assert app.multiselect(key="f_type").value == []
    app.query_params["f_type"] = "livre"  # and forward again
    assert total(app.run()) < everything


def test_a_search_put_right_gives_its_files_and_one_in_vain_its_link(read_store: str) -> None:
    app = opened(CATALOGUE, Role.STAFF, q="mediatoin")
    assert "Voici « " in said(app)
    assert total(app) > 0
    assert app.get("download_button")
    vain = opened(CATALOGUE, Role.STAFF, q="xyzqwv")
    vain.session_state["lien"] = vain.session_state["mes_recherches"] = True
    vain.run()
    assert "q=xyzqwv" in vain.code[0].value
    assert "Nom de cette recherche" in {one.label for one in vain.text_input}


def test_the_link_says_the_page(read_store: str) -> None:
    app = opened(CATALOGUE, Role.ELU, page="3")
    assert app.session_state["page"] == 3
    app.session_state["lien"] = True
    app.run()
    assert "page=3" in app.code[0].value


def test_every_value_of_a_long_facet_can_be_looked_for(
    read_store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.ui.facet_panel.MOST", 5)
    app = opened(CATALOGUE, Role.ELU)
    listed = app.multiselect(key="f_auteur").options
    assert len(listed) == 5
    with db.reading() as session:
        counts = search_queries.find(session, viewer_for(Role.ELU), Request()).counts
        names = facet_queries.offered(session, counts=counts).of(Facet.AUTHOR)
    rare = names[-1]
    app.text_input(key="chercher_auteur").set_value(rare.label.upper()).run()
    found = app.multiselect(key="f_auteur").options
    assert any(one.startswith(rare.label) for one in found)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("1984. s. d.", "1984\\. s. d."), ("# Un", "\\# Un"), ("> Un\n    deux", "\\> Un\ndeux"),
        ("- un\n2) deux", "\\- un\n2\\) deux"), ("voir <https://a.fr>", "voir \\<https://a.fr>"),
        ("R&amp;D et R&T", "R\\&amp;D et R&T"),
        (":material/home: 9 h", ":\u2060material/home: 9 h"),
    ],
)  # fmt: skip
def test_what_was_typed_is_never_read_as_markdown(typed: str, written: str) -> None:
    assert frame.plain(typed) == written


def test_values_carry_their_counts_and_narrower_ones_stand_under_wider(read_store: str) -> None:
    app = opened(CATALOGUE, Role.ELU)
    themes = app.multiselect(key="f_theme").options
    assert all(one.endswith(")") for one in themes)
    assert any(one.startswith("\u2003") for one in themes)
    assert not themes[0].startswith("\u2003")
    assert "fre" not in "".join(app.multiselect(key="f_langue").options)


def test_other_words_searched_are_said_and_can_be_left(read_store: str) -> None:
    app = opened(CATALOGUE, Role.ELU, q="CUCS")
    wide = total(app)
    assert "aussi cherché comme : Contrat urbain de cohésion sociale" in said(app)
    next(one for one in app.button if one.label == "Seulement « CUCS »").click().run()
    assert total(app) < wide
    app.button(key="avec").click().run()
    assert total(app) == wide


def test_where_little_is_found_words_of_the_same_family_are_offered(read_store: str) -> None:
    app = opened(CATALOGUE, Role.ELU, q="participer")
    assert total(app) == 0
    assert "de plus" in app.button(key="elargir").label
    app.button(key="elargir").click().run()
    assert total(app) > 100
    app.button(key="mots_tapes").click().run()
    assert app.button(key="elargir")


def test_what_widened_or_narrowed_a_search_leaves_with_its_words(read_store: str) -> None:
    app = opened(CATALOGUE, Role.ELU, q="participer", large="oui", sans="7", f_type="livre")
    app.text_input(key="q").set_value("CUCS").run()
    assert not app.exception
    assert "f_type" in app.query_params
    assert {"large", "sans"}.isdisjoint(app.query_params)
    assert "mots_tapes" not in {one.key for one in app.button}


def test_an_order_is_chosen_and_a_page_beyond_the_last_is_the_last(read_store: str) -> None:
    app = opened(CATALOGUE, Role.ELU, tri="les plus anciens", page="9999")
    assert not app.exception
    assert "notice?notice=" in said(app)


@pytest.mark.parametrize("text", ['"', "(((", "auteur:", "-", "* OR NEAR(", "é" * 300, "xyzqwv"])
def test_no_search_breaks_the_page(read_store: str, text: str) -> None:
    assert not opened(CATALOGUE, Role.PUBLIC, q=text).exception


def test_a_record_says_where_it_stands_and_an_unknown_one_where_to_search(
    read_store: str,
) -> None:
    app = opened(RECORD, Role.PUBLIC, notice="1")
    assert not app.exception
    assert "**Exemplaires**" in said(app)
    assert "- Territoires : Tarn\n" in said(opened(RECORD, Role.PUBLIC, notice="15"))
    assert "Réserver pour un lecteur" not in {box.label for box in app.expander}
    staff = opened(RECORD, Role.STAFF, notice="1")
    assert not staff.exception
    assert "Réserver pour un lecteur" in {box.label for box in staff.expander}
    assert "n’existe pas" in said(opened(RECORD, Role.PUBLIC, notice="999999"))
    for address in ("un", "²", "9" * 30, ""):
        app = opened(RECORD, Role.PUBLIC, notice=address)
        assert not app.exception
        assert "n’existe pas" in said(app)


def test_of_a_reference_only_the_address_it_ends_with_is_a_link() -> None:
    assert frame.reference("*A* [b]. <https://exemple.invalid/a_b>") == (
        "\\*A\\* \\[b\\]. <https://exemple.invalid/a_b>"
    )
    assert frame.reference("a_b <javascript:x_y>") == "a\\_b \\<javascript:x\\_y>"
