"""The centre's fields and themes, and its own small list of subjects."""

import sqlalchemy as sa
from sqlmodel import Session, select

from core import db
from core.db import table_of
from core.documentation import parsing
from core.documentation.models import DocumentaryTheme
from core.documentation.thesaurus_models import (
    Concept,
    ConceptLabel,
    ConceptRelation,
    Thesaurus,
)

# Fields of the centre, and the themes of each: code, label.
FIELDS = (
    ("PV", "Politique de la ville", (
        ("PV-CONT", "Contrats et gouvernance"), ("PV-CADRE", "Cadre de vie et rénovation urbaine"),
        ("PV-PART", "Participation des habitants"))),
    ("PREV", "Prévention et sécurité", (
        ("PREV-DEL", "Prévention de la délinquance"), ("PREV-MED", "Médiation sociale"),
        ("PREV-VIO", "Violences et aide aux victimes"))),
    ("EDUC", "Éducation et réussite", (
        ("EDUC-PRE", "Réussite éducative"), ("EDUC-ILL", "Illettrisme et savoirs de base"))),
    ("INS", "Insertion et emploi", (
        ("INS-EMP", "Accès à l’emploi"), ("INS-JEUN", "Insertion des jeunes"))),
    ("TRANS", "Thèmes transversaux", (
        ("TRANS-EGA", "Égalité et lutte contre les discriminations"),
        ("TRANS-LOG", "Habitat et logement"))),
)  # fmt: skip
CODE = "rt"
# Preferred label, other labels, wider term.
SUBJECTS = (
    ("Politique de la ville", (), ""),
    ("Contrat urbain de cohésion sociale", ("CUCS",), "Politique de la ville"),
    ("Zone urbaine sensible", ("ZUS", "quartier sensible"), "Politique de la ville"),
    ("Rénovation urbaine", ("ANRU", "renouvellement urbain"), "Politique de la ville"),
    ("Participation des habitants", ("démocratie participative",), "Politique de la ville"),
    ("Prévention de la délinquance", (), ""),
    ("Conseil local de sécurité et de prévention de la délinquance", ("CLSPD", "CISPD"),
     "Prévention de la délinquance"),
    ("Médiation sociale", ("adultes-relais",), "Prévention de la délinquance"),
    ("Aide aux victimes", (), "Prévention de la délinquance"),
    ("Violences intrafamiliales", ("violences conjugales",), "Prévention de la délinquance"),
    ("Éducation", (), ""),
    ("Réussite éducative", ("PRE", "programme de réussite éducative"), "Éducation"),
    ("Déscolarisation", ("décrochage scolaire", "décrocheurs"), "Éducation"),
    ("Accompagnement à la scolarité", ("soutien scolaire",), "Éducation"),
    ("Parentalité", ("soutien à la fonction parentale",), "Éducation"),
    ("Illettrisme", ("savoirs de base", "compétences clés"), ""),
    ("Apprentissage du français", ("FLE", "alphabétisation"), "Illettrisme"),
    ("Insertion professionnelle", (), ""),
    ("Mission locale", (), "Insertion professionnelle"),
    ("Insertion par l’activité économique", ("IAE", "chantier d’insertion"),
     "Insertion professionnelle"),
    ("Clause d’insertion", ("clause sociale",), "Insertion professionnelle"),
    ("Discrimination", ("lutte contre les discriminations",), ""),
    ("Égalité entre les femmes et les hommes", ("égalité des sexes",), "Discrimination"),
    ("Logement", ("habitat",), ""),
    ("Logement social", ("HLM", "bailleur social"), "Logement"),
    ("Mal-logement", ("habitat indigne",), "Logement"),
    ("Gens du voyage", (), "Logement"),
    ("Santé publique", ("atelier santé ville", "ASV"), ""),
)  # fmt: skip


def load(session: Session) -> None:
    """Make the fields, the themes and the list of subjects, once."""
    if session.exec(select(DocumentaryTheme.id).limit(1)).first() is not None:
        return
    for code, label, themes in FIELDS:
        field = DocumentaryTheme(code=code, label=label)
        session.add(field)
        session.flush()
        session.add_all(
            DocumentaryTheme(code=own, label=text, parent_id=field.id) for own, text in themes
        )
    session.flush()
    _subjects(session)


def _subjects(session: Session) -> None:
    of = Thesaurus(code=CODE, name="Sujets de Ressources & Territoires")
    session.add(of)
    session.flush()
    first = db.next_id(session, table_of(Concept))
    ids = {label: first + rank for rank, (label, _, _) in enumerate(SUBJECTS)}
    concepts = [
        {"id": own, "thesaurus_id": of.id, "code": label, "note": ""} for label, own in ids.items()
    ]
    labels = [
        {"concept_id": ids[label], "kind": kind, "lang": "fr", "label": text,
         "key": parsing.term_key(text)}
        for label, others, _ in SUBJECTS
        for kind, text in [("pref", label), *(("alt", other) for other in others)]
    ]  # fmt: skip
    relations = [
        {"from_id": ids[label], "to_id": ids[wider], "kind": "broader"}
        for label, _, wider in SUBJECTS
        if wider
    ]
    for model, rows in ((Concept, concepts), (ConceptLabel, labels), (ConceptRelation, relations)):
        session.connection().execute(sa.insert(table_of(model)), rows)
    db.follow_ids(session, table_of(Concept))
