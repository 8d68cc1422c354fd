"""The rules on how the parts may depend on each other, on the source itself."""

import ast
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from core import journal
from pages.ui import menu

ROOT = Path(__file__).parents[1]
CORE = sorted((ROOT / "core").rglob("*.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))
SCREENS = [path for path in PAGES if path.parent.name != "ui"]
EVERY = [ROOT / "app.py", *CORE, *PAGES]
SQL = {"sqlmodel", "sqlalchemy", "alembic", "psycopg"}
# Where statements are written, at the top of core and in its domains.
SQL_MODULES = {
    "core/db.py", "core/fetching.py", "core/schema.py", "core/journal.py", "core/upkeep.py",
    "core/backup.py",
    "core/instance/models.py", "core/instance/queries.py", "core/instance/operations.py",
    "core/territories/models.py", "core/territories/queries.py", "core/territories/operations.py",
    "core/territories/loading.py", "core/observatory/integrity.py",
    "core/observatory/readings.py", "core/observatory/timelines.py",
    "core/observatory/pooling.py", "core/observatory/composed.py", "core/observatory/selections.py",
    "core/observatory/models.py", "core/observatory/queries.py", "core/observatory/operations.py",
    "core/observatory/cells.py", "core/observatory/aggregates.py",
    "core/observatory/demonstration.py", "core/observatory/intake/facts.py",
    "core/observatory/intake/places.py", "core/observatory/intake/slices.py",
    "core/observatory/intake/undo.py",
    "core/people/models.py", "core/people/queries.py", "core/people/operations.py",
    "core/people/merging.py", "core/people/joining.py", "core/people/contact_directory.py",
    "core/people/contact_imports.py", "core/people/contact_undo.py",
    "core/people/foreign_keys.py", "core/people/careers.py", "core/people/structures.py",
    "core/people/structure_queries.py", "core/people/duplicate_queries.py",
    "core/mail/models.py", "core/mail/queries.py",
    "core/mail/operations.py", "core/training/models.py", "core/training/follow_models.py",
    "core/training/queries.py", "core/training/network_queries.py",
    "core/training/agenda_queries.py", "core/training/plan_queries.py", "core/training/parts.py",
    "core/training/bpf.py",
    "core/training/registration_queries.py", "core/training/attendance_queries.py",
    "core/training/followup_queries.py", "core/training/statistics.py",
    "core/training/operations.py", "core/training/scheduling.py",
    "core/training/registrations.py", "core/training/attendance.py", "core/training/followup.py",
    "core/training/signing.py", "core/training/walk_ins.py", "core/training/certificates.py",
    "core/training/opinions.py",
    "core/training/loading.py", "core/training/demonstration.py",
    "core/training/demonstration_after.py", "core/training/calendar.py",
    "core/training/invitations.py", "core/training/invitation_queries.py",
    "core/training/campaigns.py", "core/training/answers.py", "core/training/notices.py",
    "core/bench_training.py", "core/bench_competences_cles.py",
    "core/competences_cles/market_models.py",
    "core/competences_cles/models.py", "core/competences_cles/follow_models.py",
    "core/competences_cles/market.py", "core/competences_cles/orders.py",
    "core/competences_cles/market_changes.py", "core/competences_cles/holders.py",
    "core/competences_cles/prices.py",
    "core/competences_cles/market_queries.py", "core/competences_cles/order_queries.py",
    "core/competences_cles/forecast_entry.py",
    "core/competences_cles/order_checks.py", "core/competences_cles/order_lines.py",
    "core/competences_cles/ledger_queries.py", "core/competences_cles/rosace_imports.py",
    "core/competences_cles/rosace_known.py", "core/competences_cles/rosace_queries.py",
    "core/competences_cles/alert_queries.py", "core/competences_cles/alert_operations.py",
    "core/competences_cles/path_queries.py",
    "core/competences_cles/rosace_writing.py",
    "core/competences_cles/decisions.py", "core/competences_cles/demonstration.py",
    "core/competences_cles/portraits.py", "core/competences_cles/packs.py",
    "core/competences_cles/qualitative_notes.py",
    "core/documentation/models.py", "core/documentation/thesaurus_models.py",
    "core/documentation/desk_models.py", "core/documentation/search_index.py",
    "core/documentation/indexing.py", "core/documentation/facet_values.py",
    "core/documentation/reading.py", "core/documentation/writing.py",
    "core/documentation/copies.py", "core/documentation/item_operations.py",
    "core/documentation/referents.py",
    "core/documentation/linking.py", "core/documentation/removal.py",
    "core/documentation/vain_searches.py", "core/documentation/feed.py",
    "core/documentation/entry_queries.py",
    "core/documentation/search_queries.py",
    "core/documentation/search_engines.py", "core/documentation/spelling.py",
    "core/documentation/queries.py", "core/documentation/operations.py",
    "core/documentation/alike.py", "core/documentation/merging.py",
    "core/documentation/search_statements.py", "core/documentation/term_queries.py",
    "core/documentation/import_operations.py", "core/documentation/import_undo.py",
    "core/documentation/import_matching.py", "core/documentation/import_updates.py",
    "core/documentation/thesaurus_operations.py", "core/documentation/thesaurus_queries.py",
    "core/documentation/concept_editing.py", "core/documentation/concept_leaving.py",
    "core/documentation/concept_checking.py", "core/documentation/concept_trees.py",
    "core/documentation/loading.py",
    "core/bench_documentation.py", "core/bench_circulation.py", "core/documentation/baskets.py",
    "core/documentation/attachments.py",
    "core/circulation/models.py", "core/circulation/loan_models.py",
    "core/circulation/shelf.py", "core/circulation/sites.py", "core/circulation/reservations.py",
    "core/circulation/loans.py", "core/circulation/loan_checks.py",
    "core/circulation/returns.py", "core/circulation/loading.py",
    "core/circulation/desk_erasing.py", "core/welcome/named_people.py",
    "core/circulation/desk_trace.py", "core/circulation/desk.py", "core/circulation/readers.py",
    "core/circulation/desk_day.py", "core/circulation/own_desk.py", "core/circulation/own_data.py",
    "core/circulation/demonstration.py", "core/circulation/undo.py", "core/welcome/models.py",
    "core/welcome/operations.py", "core/welcome/queries.py", "core/welcome/first_welcomes.py",
    "core/welcome/demonstration.py", "core/welcome/appointments.py",
    "core/welcome/appointment_queries.py", "core/welcome/demonstration_appointments.py",
    "core/people/newcomers.py", "core/people/forgetting.py", "core/people/visit_joining.py",
    "core/circulation/cards.py", "core/circulation/erasing.py", "core/circulation/anonymising.py",
    "core/circulation/reader_queries.py", "core/circulation/figures.py",
    "core/circulation/coverage.py", "core/circulation/closures.py",
    "core/circulation/given_days.py", "core/circulation/weekly_hours.py",
    "core/circulation/categories.py", "core/documentation/facet_queries.py",
    "core/circulation/reminders.py",
    "core/circulation/record_merging.py",
    "core/circulation/rule_operations.py",
    "core/circulation/kits.py", "core/circulation/renewals.py",
    "core/circulation/availability.py", "core/circulation/serving.py",
    "core/circulation/queue_keeping.py", "core/circulation/held_copies.py",
    "core/circulation/copy_states.py", "core/circulation/copy_moving.py",
    "core/circulation/waiting_lists.py",
}  # fmt: skip
# What passes a session on, and writes no statement.
SESSION_MODULES = {
    "core/circulation/told.py", "core/circulation/whereabouts.py",
    "core/circulation/shortage.py", "core/instance/keys.py",
    "core/circulation/own_reserving.py", "core/mail/sender.py", "core/people/consents.py",
    "core/observatory/imports.py", "core/observatory/outlines.py", "core/observatory/views.py",
    "core/observatory/delivery.py", "core/observatory/portraits.py",
    "core/observatory/headlines.py", "core/competences_cles/followup.py",
    "core/competences_cles/demonstration_market.py",
    "core/competences_cles/demonstration_committee.py",
    "core/documentation/demonstration.py",
    "core/competences_cles/rosace_files.py",
    "core/documentation/exports.py", "core/documentation/thesaurus_files.py",
    "core/documentation/comparing.py", "core/documentation/import_run.py",
}  # fmt: skip
ASSEMBLERS = {
    "core/circulation/shortage.py",
    "core/circulation/reminders.py",
    "core/circulation/record_merging.py",
    "core/circulation/renewals.py", "core/circulation/undo.py",
    "core/circulation/own_desk.py",
    "core/instance/operations.py", "core/observatory/demonstration.py",
    "core/training/campaigns.py", "core/training/notices.py",
    "core/competences_cles/alert_operations.py",
    "core/welcome/appointments.py", "core/welcome/appointment_mails.py",
}  # fmt: skip
CACHES = {"cache_data", "cache_resource"}


@lru_cache(maxsize=1024)
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@lru_cache(maxsize=1024)
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree(path)))


@lru_cache(maxsize=1024)
def imported(path: Path) -> tuple[str, ...]:
    """Give every name that a file imports, anywhere in it: ``package.module.name``."""
    found: list[str] = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found += (f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(found)


def packages(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for an attribute or a name, else nothing."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def called(path: Path) -> set[str]:
    return {dotted(node.func) for node in nodes(path) if isinstance(node, ast.Call)}


def test_there_is_a_source_to_judge() -> None:
    assert len(CORE) > 40
    assert len(SCREENS) >= 7
    assert "sqlmodel.Session" in set(imported(ROOT / "core" / "db.py"))


def test_core_knows_no_screen() -> None:
    screens = {"streamlit", "streamlit_folium", "pages", "app"}
    assert {
        name_of(path): packages(path) & screens for path in CORE if packages(path) & screens
    } == {}


def test_pages_import_only_what_shows() -> None:
    allowed = {"streamlit", "streamlit_folium", "core", "pages", "pandas", *sys.stdlib_module_names}
    assert {
        name_of(path): packages(path) - allowed for path in PAGES if packages(path) - allowed
    } == {}


def test_pages_do_not_import_each_other() -> None:
    wrong = {
        name_of(path): name
        for path in PAGES
        for name in imported(path)
        if name.startswith("pages.") and not name.startswith("pages.ui.")
    }
    assert wrong == {}


def test_pages_reach_no_table_of_the_store() -> None:
    wrong = {
        name_of(path): name
        for path in PAGES
        for name in imported(path)
        if ".models." in f"{name}." and name != "core.instance.models.Mode"
    }
    assert wrong == {}


def test_sql_is_written_where_it_belongs() -> None:
    found = {name_of(path) for path in CORE if packages(path) & SQL}
    migrations = {name for name in found if name.startswith("core/migrations/")}
    assert found - migrations - SQL_MODULES - SESSION_MODULES == set()
    assert {name for name in SQL_MODULES if not packages(ROOT / name) & SQL} == set()


def test_what_passes_a_session_on_imports_nothing_else_of_sql() -> None:
    for name in SESSION_MODULES:
        names = {one for one in imported(ROOT / name) if one.partition(".")[0] in SQL}
        assert (name, names) == (name, {"sqlmodel.Session"})


def test_only_the_store_itself_commits() -> None:
    wrong = {
        name_of(path): name
        for path in EVERY
        for name in called(path)
        if name.endswith((".commit", ".rollback"))
    }
    assert wrong == {}


def domain_of(name: str) -> str:
    return name.split("/")[1] if name.count("/") > 1 else ""


def test_domains_do_not_use_the_operations_of_others() -> None:
    wrong = {
        (name_of(path), name)
        for path in CORE
        for name in imported(path)
        if ".operations" in f"{name}."
        and domain_of(name_of(path)) not in {"", name.split(".")[1]}
        and name_of(path) not in ASSEMBLERS
    }
    assert wrong == set()


@pytest.mark.parametrize("kind", ["rules", "enums", "charts", "maps", "classes", "choropleth"])
def test_pure_files_reach_no_store(kind: str) -> None:
    files = [path for path in CORE if path.stem == kind]
    assert files
    for path in files:
        stored = {name for name in imported(path) if name.split(".")[-1] in {"db", "models"}}
        assert (name_of(path), stored | packages(path) & SQL) == (name_of(path), set())


def test_the_screen_caches_in_one_file_only() -> None:
    found = {
        name_of(path)
        for path in EVERY
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and node.attr in CACHES
    }
    assert found == {"pages/ui/read.py"}


def test_core_caches_what_is_bounded() -> None:
    unbounded = [
        (name_of(path), ast.unparse(decorator))
        for path in CORE
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if ast.unparse(decorator) in {"cache", "lru_cache"}
        or "maxsize=None" in ast.unparse(decorator)
    ]
    assert unbounded == []


def test_imports_are_absolute() -> None:
    relative = [
        name_of(path)
        for path in EVERY
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_every_page_is_in_a_section_and_in_the_menu() -> None:
    assert sorted((ROOT / "pages").glob("*.py")) == []
    assert {name_of(path) for path in SCREENS} == {entry.path for entry in menu.PAGES}
    addresses = [entry.address for entry in menu.PAGES]
    assert len(set(addresses)) == len(addresses)
    assert addresses.count("") == 1


@pytest.mark.parametrize("entry", menu.PAGES, ids=lambda entry: entry.path)
def test_a_page_first_asks_for_the_right_of_its_entry(entry: menu.PageEntry) -> None:
    calls = [
        node
        for node in ast.walk(tree(ROOT / entry.path))
        if isinstance(node, ast.Call) and dotted(node.func) in {"frame.header", "frame.guard"}
    ]
    texts = [ast.unparse(call) for call in calls]
    assert len(texts) == 1
    assert f"Right.{entry.right.name}" in texts[0]
    before = [
        node
        for node in tree(ROOT / entry.path).body
        if node.lineno < calls[0].lineno
        and not isinstance(node, ast.Import | ast.ImportFrom | ast.Assign)
    ]
    assert [ast.unparse(node) for node in before if not isinstance(node, ast.Expr)] == []


def test_no_function_of_core_takes_a_positional_flag() -> None:
    flags = [
        (name_of(path), node.name, argument.arg)
        for path in CORE
        if path.name != "__main__.py"
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef)
        for argument in (*node.args.posonlyargs, *node.args.args)
        if argument.annotation is not None and "bool" in ast.unparse(argument.annotation).split()
    ]
    assert flags == []


def test_core_reads_no_clock_but_where_a_request_comes_in() -> None:
    clocks = ("date.today", "datetime.now", "datetime.utcnow", "datetime.today", "time.time")
    found = {name_of(path) for path in CORE for name in called(path) if name.endswith(clocks)}
    assert found == {"core/__main__.py", "core/web.py"}


def test_no_error_is_swallowed_whole() -> None:
    wide = [
        name_of(path)
        for path in EVERY
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or "Exception" in {dotted(one) for one in ast.walk(node.type)})
    ]
    assert wide == []


def test_every_field_that_the_journal_keeps_is_told_in_french() -> None:
    keys: set[str] = set()
    for path in CORE:
        for node in nodes(path):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "journal.record":
                for word in node.keywords:
                    if word.arg in {"before", "after"} and isinstance(word.value, ast.Dict):
                        keys |= {ast.literal_eval(key) for key in word.value.keys if key}
    assert keys - set(journal.FIELDS) == set()


def test_the_journal_follows_every_domain_that_writes_to_it() -> None:
    written = {
        ast.literal_eval(node.value)
        for path in CORE
        for node in tree(path).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DOMAIN"
    }
    assert written - set(journal.DOMAINS) == set()
