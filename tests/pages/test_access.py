"""Which page opens for whom: by the menu, and by the page's own guard."""

import pytest
from streamlit.testing.v1 import AppTest

from core.access import RIGHTS, Role
from pages.ui import menu
from tests.pages.opening import (
    AGENDA,
    ALERTS,
    ANSWER,
    BASKETS,
    CATALOGUE,
    CATALOGUE_IMPORT,
    CENTRE_FIGURES,
    COMMITTEE,
    DESK,
    DIRECTORY,
    ENTRY,
    EXPORTS,
    HOME,
    IMPORTS,
    INSTALLATION,
    JOURNAL,
    LENDING_RULES,
    MAP,
    MARKET,
    OPINION,
    ORDER,
    ORDERS,
    OUTBOX,
    OWN_PAGE,
    PERIMETERS,
    PLAN,
    PUBLICS,
    READERS,
    RECORD,
    RESULTS,
    ROOT,
    SESSION,
    SHARING,
    SIGN_IN,
    SOURCES,
    THESAURUS,
    TITLES,
    WELCOME,
    has_banner,
    opened,
    start,
    title,
)

EVERYONE = frozenset(Role)
OPEN_TO = {
    HOME: EVERYONE,
    MAP: EVERYONE,
    SOURCES: EVERYONE,
    PERIMETERS: {Role.STAFF, Role.ADMIN},
    IMPORTS: {Role.STAFF, Role.ADMIN},
    JOURNAL: {Role.ANALYST, Role.STAFF, Role.ADMIN},
    INSTALLATION: {Role.ADMIN},
    AGENDA: EVERYONE,
    SESSION: EVERYONE,
    PLAN: EVERYONE,
    RESULTS: EVERYONE,
    SIGN_IN: EVERYONE,
    OPINION: EVERYONE,
    ANSWER: EVERYONE,
    DIRECTORY: {Role.STAFF, Role.ADMIN},
    OUTBOX: {Role.STAFF, Role.ADMIN},
    CATALOGUE: EVERYONE,
    RECORD: EVERYONE,
    BASKETS: EVERYONE,
    DESK: {Role.STAFF, Role.ADMIN},
    READERS: {Role.STAFF, Role.ADMIN},
    OWN_PAGE: EVERYONE,
    LENDING_RULES: {Role.STAFF, Role.ADMIN},
    WELCOME: {Role.STAFF, Role.ADMIN},
    CENTRE_FIGURES: EVERYONE - {Role.PUBLIC},
    ENTRY: {Role.STAFF, Role.ADMIN},
    CATALOGUE_IMPORT: {Role.STAFF, Role.ADMIN},
    THESAURUS: EVERYONE,
    ORDERS: EVERYONE - {Role.PUBLIC},
    ALERTS: EVERYONE - {Role.PUBLIC},
    PUBLICS: EVERYONE - {Role.PUBLIC},
    SHARING: EVERYONE - {Role.PUBLIC},
    ORDER: {Role.STAFF, Role.ADMIN},
    MARKET: {Role.STAFF, Role.ADMIN},
    COMMITTEE: EVERYONE - {Role.PUBLIC},
    EXPORTS: {Role.STAFF, Role.ADMIN},
}
ALLOWED = [(page, role) for page, roles in OPEN_TO.items() for role in Role if role in roles]
REFUSED = [(page, role) for page, roles in OPEN_TO.items() for role in Role if role not in roles]


def guarded(page: str, role: Role) -> AppTest:
    """Run a page's file alone, past the menu."""
    app = AppTest.from_file(str(ROOT / page), default_timeout=60)
    app.session_state["role"] = role
    return app.run()


def test_the_menu_and_the_rights_are_those_written_here() -> None:
    assert {entry.path: RIGHTS[entry.right] for entry in menu.PAGES} == OPEN_TO


@pytest.mark.parametrize(("page", "role"), ALLOWED)
def test_a_page_opens_for_every_role_that_may(read_store: str, page: str, role: Role) -> None:
    app = opened(page, role)
    assert [error.value for error in app.exception] == []
    assert title(app) == TITLES[page]
    assert has_banner(app)
    assert not app.error


@pytest.mark.parametrize(("page", "role"), REFUSED)
def test_a_page_is_not_in_the_application_of_a_role_that_may_not(
    read_store: str, page: str, role: Role
) -> None:
    app = start(role)
    with pytest.raises(ValueError, match="navigation page"):
        app.switch_page(page)


@pytest.mark.parametrize(("page", "role"), REFUSED)
def test_a_page_reached_past_the_menu_refuses_by_itself(
    read_store: str, page: str, role: Role
) -> None:
    app = guarded(page, role)
    assert [error.value.split(".")[0] for error in app.error] == [
        f"Votre rôle ({role.label}) ne permet pas "
        f"de {next(entry.right.label for entry in menu.PAGES if entry.path == page)}"
    ]
    assert not app.exception
    assert not app.subheader
    assert not app.dataframe
    assert not app.button


def test_losing_a_role_closes_the_page_that_it_opened(read_store: str) -> None:
    app = opened(INSTALLATION, Role.ADMIN)
    app.sidebar.selectbox(key="role").set_value(Role.PUBLIC).run()
    assert title(app) != TITLES[INSTALLATION]
    assert not app.exception


def test_the_address_cannot_name_a_role(read_store: str) -> None:
    app = opened(MAP, Role.PUBLIC, role="admin")
    assert app.session_state["role"] == Role.PUBLIC
    with pytest.raises(ValueError, match="navigation page"):
        app.switch_page(INSTALLATION)


def test_a_real_installation_knows_no_role_switch(real_store: str) -> None:
    app = start(Role.ADMIN)
    assert not app.sidebar.selectbox
    assert not has_banner(app)


@pytest.mark.parametrize("page", [PERIMETERS, IMPORTS, JOURNAL, INSTALLATION])
def test_a_role_left_in_the_session_opens_nothing_in_a_real_installation(
    real_store: str, page: str
) -> None:
    app = start(Role.ADMIN)
    with pytest.raises(ValueError, match="navigation page"):
        app.switch_page(page)
    assert guarded(page, Role.ADMIN).error[0].value.startswith("Votre rôle (Public)")
