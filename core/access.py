"""Who is looking, and what they may do. Pure: pages say who, these rules say what."""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import ForbiddenError


class Role(StrEnum):
    PUBLIC = "public"
    ELU = "elu"
    ANALYST = "analyste"
    STAFF = "agent"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.PUBLIC: "Public",
    Role.ELU: "Élu·e",
    Role.ANALYST: "Analyste",
    Role.STAFF: "Agent du centre",
    Role.ADMIN: "Administrateur",
}


class Profile(StrEnum):
    """Disclosure profile: how much detail of small counts a viewer is shown."""

    PUBLIC = "public"
    RESTRICTED = "restreint"


class Right(StrEnum):
    """Something a role may or may not do. The value is stable; the label is shown."""

    READ_FIGURES = "read_figures"
    READ_SOURCES = "read_sources"
    EXPLORE = "explore"
    IMPORT = "import"
    EDIT_PERIMETERS = "edit_perimeters"
    READ_ACTIVITY = "read_activity"
    EDIT_ACTIVITY = "edit_activity"
    READ_PEOPLE = "read_people"
    EDIT_PEOPLE = "edit_people"
    SEND_MAIL = "send_mail"
    READ_MARKET = "read_market"
    EDIT_MARKET = "edit_market"
    READ_JOURNAL = "read_journal"
    READ_CATALOGUE = "read_catalogue"
    EDIT_CATALOGUE = "edit_catalogue"
    READ_CIRCULATION = "read_circulation"
    LEND = "lend"
    EDIT_READERS = "edit_readers"
    ADMINISTER = "administer"

    @property
    def label(self) -> str:
        return _RIGHT_LABELS[self]


_RIGHT_LABELS = {
    Right.READ_FIGURES: "consulter les chiffres",
    Right.READ_SOURCES: "consulter les sources",
    Right.EXPLORE: "explorer et exporter les chiffres",
    Right.IMPORT: "importer des fichiers officiels",
    Right.EDIT_PERIMETERS: "définir des périmètres",
    Right.READ_ACTIVITY: "consulter l’agenda et les bilans",
    Right.EDIT_ACTIVITY: "saisir l’activité",
    Right.READ_PEOPLE: "consulter l’annuaire et les listes de personnes",
    Right.EDIT_PEOPLE: "tenir l’annuaire",
    Right.SEND_MAIL: "préparer et envoyer des courriels",
    Right.READ_MARKET: "suivre les bons de commande",
    Right.EDIT_MARKET: "tenir les bons de commande et importer les exports",
    Right.READ_JOURNAL: "lire le journal",
    Right.READ_CATALOGUE: "chercher dans le catalogue",
    Right.EDIT_CATALOGUE: "tenir le catalogue",
    Right.READ_CIRCULATION: "consulter les chiffres des prêts et de l’accueil",
    Right.LEND: "prêter et accueillir",
    Right.EDIT_READERS: "tenir les cartes des lecteurs",
    Right.ADMINISTER: "administrer l’application",
}

_EVERYONE = frozenset(Role)
_TEAM = frozenset({Role.ANALYST, Role.STAFF, Role.ADMIN})
_STAFF = frozenset({Role.STAFF, Role.ADMIN})

RIGHTS: dict[Right, frozenset[Role]] = {
    Right.READ_FIGURES: _EVERYONE,
    Right.READ_SOURCES: _EVERYONE,
    Right.EXPLORE: _EVERYONE,
    Right.IMPORT: _STAFF,
    Right.EDIT_PERIMETERS: _STAFF,
    Right.READ_ACTIVITY: _EVERYONE,
    Right.EDIT_ACTIVITY: _STAFF,
    Right.READ_PEOPLE: _STAFF,
    Right.EDIT_PEOPLE: _STAFF,
    Right.SEND_MAIL: _STAFF,
    Right.READ_MARKET: frozenset({Role.ELU}) | _TEAM,
    Right.EDIT_MARKET: _STAFF,
    Right.READ_JOURNAL: _TEAM,
    Right.READ_CATALOGUE: _EVERYONE,
    Right.EDIT_CATALOGUE: _STAFF,
    Right.READ_CIRCULATION: frozenset({Role.ELU}) | _TEAM,
    Right.LEND: _STAFF,
    Right.EDIT_READERS: _STAFF,
    Right.ADMINISTER: frozenset({Role.ADMIN}),
}


@dataclass(frozen=True)
class Viewer:
    """Who reads or writes, made once for each rerun and passed to every query and operation.

    ``territories`` holds keys such as ``"departement:31"``: the viewer sees these territories
    and what lies inside them; ``None`` means no limit. ``name`` signs the journal.
    """

    role: Role = Role.PUBLIC
    territories: frozenset[str] | None = None
    profile: Profile = Profile.PUBLIC
    name: str = ""

    @property
    def signature(self) -> str:
        return self.name or self.role.label


def viewer_for(role: Role, *, name: str = "") -> Viewer:
    """Return the viewer of a role without territorial limit, with the role's usual profile."""
    profile = Profile.RESTRICTED if role in _TEAM else Profile.PUBLIC
    return Viewer(role=role, profile=profile, name=name)


def may(viewer: Viewer, right: Right) -> bool:
    return viewer.role in RIGHTS[right]


def require(viewer: Viewer, right: Right) -> None:
    """Raise ForbiddenError, saying who may, unless the viewer has the right."""
    if may(viewer, right):
        return
    holders = [role.label for role in Role if role in RIGHTS[right]]
    raise ForbiddenError(
        f"Votre rôle ({viewer.role.label}) ne permet pas de {right.label}. "
        f"Rôles autorisés : {', '.join(holders)}."
    )


COMMAND_LINE = viewer_for(Role.ADMIN, name="ligne de commande")
