"""Thesauri read from files: SKOS in RDF/XML, PMB's tables, a list by indentation. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element, ParseError  # types; defusedxml reads

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core import fr
from core.documentation import charsets, tabular
from core.documentation import faults as said
from core.documentation.enums import LabelKind
from core.importing import FileRefusedError

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
SKOS = "{http://www.w3.org/2004/02/skos/core#}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LABELS = {"prefLabel": LabelKind.PREFERRED, "altLabel": LabelKind.OTHER,
          "hiddenLabel": LabelKind.HIDDEN}  # fmt: skip
TECHNICAL = {"TOP", "ORPHELINS", "NONCLASSES"}


@dataclass(frozen=True)
class Label:
    kind: LabelKind
    text: str
    lang: str = "fr"


@dataclass
class ConceptRead:
    """A concept of a file: labels, codes of wider and related concepts, a note."""

    code: str
    labels: list[Label] = field(default_factory=list)
    broader: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def is_named(self) -> bool:
        return any(label.kind is LabelKind.PREFERRED for label in self.labels)


@dataclass(frozen=True)
class ThesaurusRead:
    """A thesaurus of a file. ``faults`` says what in it was set aside, in French."""

    name: str
    concepts: tuple[ConceptRead, ...]
    faults: tuple[str, ...] = ()

    def links(self) -> list[tuple[str, str, str]]:
        """Return every link as (concept, target, kind), those that leave the file too."""
        return [
            (one.code, target, kind)
            for one in self.concepts
            for kind, targets in (("broader", one.broader), ("related", one.related))
            for target in targets
        ]

    def outside(self) -> set[str]:
        """Return the codes that its concepts lead to and that are not in the file."""
        held = {concept.code for concept in self.concepts}
        return {code for one in self.concepts for code in (*one.broader, *one.related)} - held


def read_skos(content: bytes) -> ThesaurusRead:
    """Read SKOS, typed nodes or plain descriptions. Links that leave the file are no fault."""
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise FileRefusedError(f"Le fichier SKOS est mal formé ({said.of_xml(error)}).") from error
    concepts: dict[str, ConceptRead] = {}
    name = ""
    for node in root:
        code = node.get(f"{RDF}about", "")
        if node.tag == f"{SKOS}ConceptScheme":
            titles = [child.text or "" for child in node if child.tag.endswith("}title")]
            name = name or next(iter(titles), "")
        elif code and _is_concept(node):
            _take(concepts.setdefault(code, ConceptRead(code)), node, concepts)
    return _checked(charsets.cleaned(name) or "Thésaurus", concepts.values())


def _is_concept(node: Element) -> bool:
    kinds = {child.get(f"{RDF}resource", "") for child in node.findall(f"{RDF}type")}
    return node.tag == f"{SKOS}Concept" or f"{SKOS[1:-1]}Concept" in kinds


def _take(concept: ConceptRead, node: Element, concepts: dict[str, ConceptRead]) -> None:
    for child in node:
        name = child.tag.removeprefix(SKOS)
        target = child.get(f"{RDF}resource", "")
        if name in LABELS and child.text:
            lang = (child.get(LANG) or "fr").partition("-")[0].lower()
            concept.labels.append(Label(LABELS[name], charsets.cleaned(child.text), lang))
        elif name == "broader" and target:
            concept.broader.append(target)
        elif name == "narrower" and target:
            concepts.setdefault(target, ConceptRead(target)).broader.append(concept.code)
        elif name == "related" and target:
            concept.related.append(target)
        elif name in {"scopeNote", "definition"} and child.text:
            concept.note = "\n".join(
                part for part in (concept.note, charsets.cleaned(child.text)) if part
            )


def _checked(name: str, concepts: Iterable[ConceptRead]) -> ThesaurusRead:
    """Set aside concepts without a preferred label, second preferred ones, and cycles."""
    kept, faults = [], []
    for concept in concepts:
        if not concept.is_named:
            if concept.labels:
                faults.append(f"« {concept.code} » n’a pas de terme retenu : laissé de côté")
            continue
        concept.labels = _one_preferred(concept.labels)
        kept.append(concept)
    faults += _without_cycles({concept.code: concept for concept in kept})
    return ThesaurusRead(name, tuple(kept), tuple(faults))


def _one_preferred(labels: list[Label]) -> list[Label]:
    """Keep one preferred label a language; a second one becomes another label."""
    seen: set[str] = set()
    found = []
    for label in labels:
        is_second = label.kind is LabelKind.PREFERRED and label.lang in seen
        if label.kind is LabelKind.PREFERRED:
            seen.add(label.lang)
        found.append(Label(LabelKind.OTHER, label.text, label.lang) if is_second else label)
    return list(dict.fromkeys(found))


def _without_cycles(concepts: Mapping[str, ConceptRead]) -> list[str]:
    """Take away the links that would make a concept wider than itself; say which."""
    faults = []
    done: set[str] = set()
    for start in concepts:
        stack = [(start, iter(list(concepts[start].broader)))]
        path = {start}
        while stack:
            code, wider = stack[-1]
            target = next((one for one in wider if one not in done), None)
            if target is None:
                done.add(code)
                path.discard(code)
                stack.pop()
            elif target in path:
                concepts[code].broader.remove(target)
                faults.append(f"boucle entre « {code} » et « {target} » : lien laissé de côté")
            elif target in concepts:
                path.add(target)
                stack.append((target, iter(list(concepts[target].broader))))
    return faults


def following(read: ThesaurusRead, replaced: Mapping[str, str]) -> ThesaurusRead:
    """Return a thesaurus whose terms replaced here (old code to new) lead to those they now are.

    Their labels become other labels of the new ones, what was linked to them is to these; a circle
    that this closes is cut, and told.
    """
    if not replaced:
        return read
    kept = {
        one.code: replace(one, labels=list(one.labels),
                          broader=_moved(one.code, one.broader, replaced),
                          related=_moved(one.code, one.related, replaced))
        for one in read.concepts if one.code not in replaced
    }  # fmt: skip
    for one in read.concepts:
        new = kept.get(replaced.get(one.code, ""))
        if new is not None:
            held = {label.text for label in new.labels}
            new.labels += [replace(label, kind=LabelKind.OTHER)
                           if label.kind is LabelKind.PREFERRED else label
                           for label in one.labels if label.text not in held]  # fmt: skip
            new.labels = list(dict.fromkeys(new.labels))
    faults = (*read.faults, *_without_cycles(kept))
    return replace(read, concepts=tuple(kept.values()), faults=faults)


def _moved(own: str, targets: Sequence[str], replaced: Mapping[str, str]) -> list[str]:
    new = dict.fromkeys(replaced.get(target, target) for target in targets)
    return [target for target in new if target != own]


def read_pmb(nodes: bytes, categories: bytes, see_also: bytes) -> ThesaurusRead:
    """Read PMB's tables: technical roots are skipped, « voir » makes another label."""
    rows = {row["id_noeud"]: row for row in _rows(nodes)}
    concepts = {code: ConceptRead(code) for code in rows}
    skipped = {code for code, row in rows.items() if row["autorite"] in TECHNICAL}
    for row in _rows(categories):
        code, text = row["num_noeud"], charsets.cleaned(row["libelle_categorie"])
        if code not in rows or code in skipped or text.startswith("~"):
            continue
        target = rows[code]["num_renvoi_voir"]
        is_other = target not in {"0", ""} and target in concepts
        kind = LabelKind.OTHER if is_other else LabelKind.PREFERRED
        own = concepts[target if is_other else code]
        own.labels.append(Label(kind, text, row["langue"][:2].lower()))
        own.note = own.note or charsets.cleaned(row.get("note_application") or "")
    for code, row in rows.items():
        parent = row["num_parent"]
        if parent in rows and parent not in skipped:
            concepts[code].broader.append(parent)
    for row in _rows(see_also):
        if row["num_noeud_orig"] in concepts:
            concepts[row["num_noeud_orig"]].related.append(row["num_noeud_dest"])
    return _checked("Agneaux", concepts.values())


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def read_indented(content: bytes, *, name: str) -> ThesaurusRead:
    """Read a hierarchy whose level is the place of the first cell that is not empty.

    A term said twice under the same one is one concept, and told.
    """
    concepts: dict[str, ConceptRead] = {}
    faults: list[str] = []
    above: dict[int, str] = {}
    text = tabular.decoded(content)
    for row in csv.reader(io.StringIO(text), delimiter=max(";,\t", key=text.count)):
        level = next((rank for rank, cell in enumerate(row) if cell.strip()), None)
        if level is None:
            continue
        term = charsets.cleaned(row[level])
        above = {rank: held for rank, held in above.items() if rank < level} | {level: term}
        path = [above[rank] for rank in sorted(above)]
        own = ConceptRead(_path(path), [Label(LabelKind.PREFERRED, term)])
        own.broader += [_path(path[:-1])] if path[:-1] else []
        if own.code in concepts:
            faults.append(f"« {' > '.join(path)} » est deux fois dans la liste : gardé une fois")
        concepts.setdefault(own.code, own)
    read = _checked(name, concepts.values())
    return replace(read, faults=(*faults, *read.faults))


def _path(terms: Sequence[str]) -> str:
    return fr.fold(" > ".join(terms))
