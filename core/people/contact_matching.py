"""What a contact list would do to the directory, line by line, before anything is written. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from core.importing import RowError
from core.people import likeness, rules
from core.people.contact_comparison import (
    NEW_PERSON,
    Change,
    Comparison,
    Decisions,
    Directory,
    Entry,
    Line,
)
from core.people.contacts import Contact
from core.people.enums import ContactField, LineState
from core.people.likeness import Index, Known


class Matcher:
    """Finds who each contact is: by the address, then by the name where nothing contradicts."""

    def __init__(self, directory: Directory, decisions: Decisions) -> None:
        self.directory, self.decisions = directory, decisions
        self.by_id = {entry.id: entry for entry in directory.entries}
        self.by_email = {entry.email: entry for entry in directory.entries if entry.email}
        self.by_key: dict[str, list[Entry]] = {}
        for entry in directory.entries:
            self.by_key.setdefault(entry.key, []).append(entry)
        self.index = Index(_known(entry) for entry in directory.entries)

    def match(self, contact: Contact, structure_id: int | None) -> Line:
        """Say who a contact is; ambiguous where the user alone can tell."""
        chosen = self.decisions.people.get(contact.line)
        if chosen == NEW_PERSON and contact.email not in self.by_email:
            return Line(contact, LineState.NEW)
        if chosen is not None and chosen in self.by_id:
            return Line(contact, LineState.SAME, self.by_id[chosen])
        holder = self.by_email.get(contact.email)
        if holder is not None:
            return self._holder(contact, holder)
        return self._namesake(contact, structure_id)

    def _holder(self, contact: Contact, holder: Entry) -> Line:
        wanted = Known(0, "", contact.key, "", "")
        if likeness.alike(wanted, replace(_known(holder), email="", phone=""))[1]:
            return Line(contact, LineState.SAME, holder)
        reason = "l’adresse est celle d’une personne d’un autre nom"
        return Line(contact, LineState.AMBIGUOUS, candidates=(holder,), reason=reason)

    def _namesake(self, contact: Contact, structure_id: int | None) -> Line:
        same = self.by_key.get(contact.key, [])
        fitting = [entry for entry in same if _fits(contact, structure_id, entry)]
        if len(fitting) == 1:
            return Line(contact, LineState.SAME, fitting[0])
        if same:
            reason = "même nom, autre adresse ou autre structure" if not fitting else "homonymes"
            return Line(contact, LineState.AMBIGUOUS, candidates=tuple(same), reason=reason)
        wanted = Known(0, "", contact.key, contact.email, "", contact.phone)
        near = tuple(self.by_id[like.known.id] for like in self.index.likely(wanted))[:5]
        if near:
            reason = "nom très proche"
            return Line(contact, LineState.AMBIGUOUS, candidates=near, reason=reason)
        return Line(contact, LineState.NEW)


def _known(entry: Entry) -> Known:
    return Known(entry.id, entry.name, entry.key, entry.email, "", entry.phone)


def _fits(contact: Contact, structure_id: int | None, entry: Entry) -> bool:
    """Say whether nothing tells a namesake apart: neither the address nor the structure."""
    is_other_address = bool(contact.email and entry.email) and contact.email != entry.email
    is_elsewhere = bool(contact.structure and entry.structure_id) and (
        structure_id != entry.structure_id
    )
    return not is_other_address and not is_elsewhere


def compare(contacts: Iterable[Contact], directory: Directory, decisions: Decisions) -> Comparison:
    """Compare a list with the directory: new, already there, changed, to decide, refused."""
    matcher = Matcher(directory, decisions)
    lines: list[Line] = []
    faults: list[RowError] = []
    created: dict[str, str] = {}
    taken: dict[int, int] = {}
    for contact in contacts:
        own, structure_id, networks = _places(contact, directory, decisions)
        if not own:
            line = matcher.match(contact, structure_id)
            own = _taken(line, taken)
        if own:
            faults += own
            continue
        key = rules.words(contact.structure)
        if key and structure_id is None:
            created.setdefault(key, contact.structure)
        lines.append(_with_changes(line, directory, structure_id, networks))
    return Comparison(tuple(lines), tuple(faults), created)


def _places(
    contact: Contact, directory: Directory, decisions: Decisions
) -> tuple[list[RowError], int | None, tuple[int, ...]]:
    """Find the structure and the networks of a line by their known spellings."""
    key, faults = rules.words(contact.structure), []
    found = directory.spellings.get(key, frozenset()) if key else frozenset()
    chosen = decisions.structures.get(key)
    if chosen is not None and chosen in directory.structures:
        found = frozenset({chosen})
    if len(found) > 1:
        message = "plusieurs structures portent ce nom : dites laquelle"
        faults.append(RowError(message, contact.line, "Structure", contact.structure))
    folded = {name: directory.networks.get(spelling(name)) for name in contact.networks}
    faults += [
        RowError("ce réseau n’existe pas", contact.line, "Réseaux", name)
        for name, network in folded.items()
        if network is None
    ]
    networks = tuple(dict.fromkeys(one for one in folded.values() if one is not None))
    return faults, next(iter(found), None), networks


def spelling(network: str) -> str:
    """Fold a network's code or name: « PEP’S » and « PEPS » are one.

    >>> spelling("PEP’S"), spelling("Pep s")
    ('peps', 'peps')
    """
    return rules.words(network).replace(" ", "")


def _taken(line: Line, taken: dict[int, int]) -> list[RowError]:
    if line.entry is None:
        return []
    earlier = taken.setdefault(line.entry.id, line.contact.line)
    if earlier == line.contact.line:
        return []
    message = f"c’est la même personne qu’à la ligne {earlier}"
    return [RowError(message, line.contact.line, "", line.contact.name)]


def _with_changes(
    line: Line, directory: Directory, structure_id: int | None, networks: tuple[int, ...]
) -> Line:
    placed = replace(line, structure_id=structure_id, network_ids=networks)
    if line.entry is None:
        return placed
    changes = tuple(_changes(line.contact, line.entry, directory, placed))
    return replace(placed, changes=changes, state=LineState.CHANGED if changes else LineState.SAME)


def _changes(contact: Contact, entry: Entry, directory: Directory, line: Line) -> Iterable[Change]:
    for one in (ContactField.LAST_NAME, ContactField.FIRST_NAME, ContactField.EMAIL,
                ContactField.PHONE):  # fmt: skip
        before, after = getattr(entry, one.value), getattr(contact, one.value)
        if after and after != before:
            yield Change(one, before, after)
    here = directory.structures.get(entry.structure_id or 0, "")
    if contact.structure and (line.structure_id is None or line.structure_id != entry.structure_id):
        there = directory.structures.get(line.structure_id or 0, contact.structure)
        yield Change(ContactField.STRUCTURE, _function(entry.title, here),
                     _function(contact.function, there))  # fmt: skip
    elif contact.function and contact.function != entry.title:
        before = _function(entry.title, here) if entry.title else ""
        yield Change(ContactField.FUNCTION, before, _function(contact.function, here))
    joined = [one for one in line.network_ids if one not in entry.networks]
    if joined:
        names = ", ".join(directory.network_names[one] for one in joined)
        yield Change(ContactField.NETWORKS, "", names)


def _function(title: str, structure: str) -> str:
    return ", ".join(filter(None, (title, structure)))
