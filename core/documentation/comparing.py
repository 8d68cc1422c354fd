"""Drafts compared as the store would keep them: another spelling of a name is no correction."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session

from core.documentation import drafts, referents
from core.documentation.drafts import NoticeDraft
from core.documentation.linking import Targets


class Forms:
    """The form of drafts in which two that the store holds alike are equal."""

    def __init__(self, session: Session, source: str, listed: Iterable[NoticeDraft]) -> None:
        links = [one for draft in listed for one in drafts.gathered(draft).links]
        self._targets = Targets.of(session, source, links)

    def of(self, given: NoticeDraft) -> Mapping[str, Any]:
        """Return what a draft says by field: names by their keys, links by their targets."""
        draft = drafts.gathered(given)
        agents = [(referents.agent_key(one), one.role) for one in draft.agents]
        links = {(one.kind, self._targets.of_link(one) or one.external_id) for one in draft.links}
        return {
            **drafts.said(draft),
            "agents": list(dict.fromkeys(agents)),
            "publishers": list(dict.fromkeys(map(referents.publisher_key, draft.publishers))),
            "concepts": list(dict.fromkeys((one.thesaurus, one.code) for one in draft.concepts)),
            "keywords": list(dict.fromkeys(draft.keywords)),
            "themes": set(draft.themes), "territories": set(draft.territories), "links": links,
            "raw": list(dict.fromkeys(draft.raw)),
        }  # fmt: skip
