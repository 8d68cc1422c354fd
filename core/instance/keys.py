"""The installation's secret key, which signs links and hashes what must not be read."""

from sqlmodel import Session

from core.instance.models import Mode
from core.instance.queries import mode
from core.settings import settings

NO_SECRET = "demonstration"  # noqa: S105  # protects nothing but simulated people


def key(session: Session) -> str:
    """Return the secret key; empty where a real installation was given none.

    The key of the demonstration is known to everyone: what it protects is simulated.
    """
    own = settings().secret.get_secret_value().strip()
    return own or ("" if mode(session) is Mode.REAL else NO_SECRET)
