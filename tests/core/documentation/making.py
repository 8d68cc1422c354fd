"""Small catalogues for the tests."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from core import db
from core.access import Role, Viewer, viewer_for
from core.documentation import (
    baskets,
    import_operations,
    import_run,
    imports,
    loading,
    merging,
    operations,
    queries,
    reading,
    search_queries,
    unimarc_export,
    vain_searches,
    writing,
)
from core.documentation.desk_models import Attachment
from core.documentation.drafts import (
    AgentDraft,
    ConceptDraft,
    ItemDraft,
    LinkDraft,
    NoticeDraft,
    PublisherDraft,
    RawField,
)
from core.documentation.import_report import CatalogueReport
from core.documentation.models import Notice
from core.documentation.readings import FileReading, Outcome, Reading
from core.documentation.search_queries import Found, Request
from core.territories.models import Territory
from tests.conftest import NOW

PUBLIC = viewer_for(Role.PUBLIC)
STAFF = viewer_for(Role.STAFF, name="Documentaliste")


def fill(*drafts: NoticeDraft) -> list[int]:
    """Write drafts in one unit of work; return their ids."""
    with db.writing("documentation") as session:
        return writing.write(session, [writing.Entry(draft) for draft in drafts], now=NOW).ids


def fill_every_table(session: Session) -> None:
    """Put at least one row in each table of the catalogue; a département must be there."""
    loading.load(session)
    area = session.exec(select(Territory.code).where(Territory.level == "departement")).first()
    whole = NoticeDraft(
        title="Mallette", doc_type="objet", centre="R&T", themes=("PV-CONT",),
        territories=(f"departement:{area}",), keywords=("jeu",),
        agents=(AgentDraft("personne", "Dubet", "F.", "", "070"),),
        publishers=(PublisherDraft("Aube", "Paris"),),
        concepts=(ConceptDraft("rt", "Logement", "Logement"),), raw=(RawField("686", "  ‡aX"),),
        items=(ItemDraft(barcode="B1", parts=("Livret", "Jeu")),),
    )  # fmt: skip
    ids = [operations.create_notice(session, STAFF, one, now=NOW)
           for one in (whole, NoticeDraft(title="Deux"), NoticeDraft(title="Trois"))]  # fmt: skip
    read = FileReading("essai", (Reading(1, Outcome.READ, draft=whole_of_a_file(ids[0])),))
    import_operations.apply(
        session, STAFF, read=read, file=import_run.SourceFile("a", "0", "essai"), now=NOW,
        progress=lambda _share, _text: None,
    )  # fmt: skip
    merging.merge_notices(session, STAFF, kept_id=ids[1], merged_id=ids[2], now=NOW)
    baskets.add(session, STAFF, name="Liste", ids=ids[:1], now=NOW)
    baskets.save_search(session, STAFF, name="Jeu", address="q=jeu", now=NOW)
    vain_searches.note(session, STAFF, text="introuvable", now=NOW)
    session.add(Attachment(notice_id=ids[0], name="a.pdf", mime="application/pdf", size=3,
                           sha256="0", content=b"pdf"))  # fmt: skip
    session.flush()


def whole_of_a_file(target: int) -> NoticeDraft:
    link = LinkDraft("accompagne", f"rt{target:08}")
    return NoticeDraft(title="Livret", external_id="9", links=(link,))


def stored() -> dict[int, NoticeDraft]:
    """Return every notice of the store by its id, in order."""
    with db.reading() as session:
        ids = session.exec(select(Notice.id).order_by(col(Notice.id))).all()
        return reading.read(session, [own or 0 for own in ids])


def enter(folder: Path, *drafts: NoticeDraft, source: str = "COSOTer") -> CatalogueReport:
    """Import drafts as a file of UNIMARC of a source, under a name of its own."""
    path = folder / f"{len(list(folder.iterdir()))}.mrc"
    path.write_bytes(unimarc_export.to_iso2709(drafts))
    return imports.import_file(path, STAFF, now=NOW, source=source)


def change(notice_id: int, **changes: Any) -> None:
    """Change a notice by hand, as the form does."""
    with db.writing("documentation") as session:
        card = queries.card(session, STAFF, notice_id=notice_id)
        assert card is not None
        draft = replace(card.draft, items=(), **changes)
        operations.change_notice(session, STAFF, notice_id=card.id, draft=draft,
                                 version=card.version, now=NOW)  # fmt: skip


def titled(*titles: str) -> list[int]:
    return fill(*(NoticeDraft(title=title) for title in titles))


def search(text: str = "", viewer: Viewer = PUBLIC, **request: Any) -> Found:
    with db.reading() as session:
        return search_queries.find(
            session,
            viewer,
            replace(Request(text=text), **request),
        )
