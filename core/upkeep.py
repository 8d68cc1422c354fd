"""What a store holds, counted, and what is wrong with it. All while the application runs."""

from sqlmodel import Session

from core import db, fr
from core.circulation import desk
from core.competences_cles import ledger_queries
from core.documentation import queries as documentation_queries
from core.instance import queries as instance_queries
from core.mail import queries as mail_queries
from core.observatory import integrity as observatory_integrity
from core.observatory import queries as observatory_queries
from core.people import queries as people_queries
from core.territories import queries as territory_queries
from core.training import queries as training_queries


def _documentation(session: Session) -> dict[str, int]:
    """Count the catalogue, and the loans under way beside its copies."""
    return documentation_queries.counts(session) | {"open_loans": desk.open_loans(session)}


DOMAINS = ("instance", "observatory", "territories", "people", "training", "mail",
           "competences_cles", "documentation", "catalogue_searches", "circulation",
           "welcome")  # fmt: skip
COUNTS = {
    "territories": territory_queries.counts,
    "observatory": observatory_queries.counts,
    "training": training_queries.counts,
    "people": people_queries.counts,
    "mail": mail_queries.counts,
    "competences_cles": ledger_queries.counts,
    "documentation": _documentation,
}
FAULTS = (observatory_integrity.faults,)
STATUS_LABELS = {
    "competences_cles.orders": "Bons de commande",
    "competences_cles.ledger_rows": "Lignes du registre des heures",
    "instance.mode": "Mode de l’installation",
    "territories.communes": "Communes des huit départements",
    "territories.former_communes": "Anciennes communes",
    "territories.epci": "EPCI",
    "territories.departements": "Départements",
    "territories.perimeters": "Périmètres",
    "territories.services": "Services de police et de gendarmerie",
    "observatory.facts": "Chiffres",
    "observatory.aggregates": "Totaux préparés",
    "observatory.indicators": "Indicateurs",
    "observatory.editions": "Éditions",
    "observatory.imports": "Imports appliqués",
    "observatory.imports_reverted": "Imports annulés",
    "observatory.ruptures": "Ruptures de série",
    "people.people": "Personnes",
    "people.structures": "Structures",
    "people.networks": "Réseaux",
    "people.contact_imports": "Listes de contacts importées",
    "mail.pending": "Courriels en attente",
    "mail.sent": "Courriels partis",
    "mail.refused": "Courriels refusés",
    "mail.bounced": "Courriels revenus",
    "training.plan_events": "Événements du plan",
    "training.sessions": "Séances",
    "training.slots": "Demi-journées",
    "training.registrations": "Inscriptions",
    "documentation.records": "Notices du catalogue",
    "documentation.copies": "Exemplaires",
    "documentation.open_loans": "Prêts en cours",
}


def status(session: Session) -> dict[str, int | str]:
    """Return what is loaded, counted, by stable keys ``<domain>.<thing>``."""
    listed: dict[str, int | str] = {
        f"{domain}.{name}": value
        for domain, counts in COUNTS.items()
        for name, value in counts(session).items()
    }
    return {"instance.mode": instance_queries.mode(session).value} | listed


def check(url: str) -> list[str]:
    """Return what is wrong with a store, in French sentences; an empty list is a healthy store."""
    with db.reading(url) as session:
        faults = _engine_faults(session)
        for domain_faults in FAULTS:
            faults += domain_faults(session)
        return faults


def _engine_faults(session: Session) -> list[str]:
    connection = session.connection()
    if not db.is_sqlite(connection):
        return []
    found = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    faults = [] if found == ["ok"] else [f"Fichier abîmé : {text}." for text in found[:5]]
    if broken:
        faults.append(f"{fr.plural(len(broken), 'lien rompu', 'liens rompus')} entre tables.")
    return faults
