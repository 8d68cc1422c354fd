"""Configuration, read from the environment (prefix ``RT_``) once for each process."""

from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from core import fr

ROOT = Path(__file__).parents[1]
VAR = ROOT / "data" / "var"
DEMO_TODAY = date(2011, 6, 15)

SSMSI_PAGE = "https://www.data.gouv.fr/fr/datasets/r/"


class Settings(BaseSettings):
    """Every setting of an instance; each has a value that works without configuration."""

    model_config = SettingsConfigDict(env_prefix="RT_", frozen=True)

    database_url: str = f"sqlite:///{VAR / 'store.db'}"
    demo: bool = Field(default=True, description="fill an empty store with demonstration data")
    today: date | None = Field(default=None, description="pins the clock, for tests and training")
    public_url: str = Field(default="", description="address readers use, when behind a proxy")
    production: bool = Field(default=False, description="mail is sent only where this is true")
    smtp_host: str = Field(default="", description="mail server; empty: nothing is sent")
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: str = Field(default="starttls", description="starttls, tls or none")
    mail_sender: str = Field(default="", description="address the messages come from")
    mail_batch: int = Field(default=50, description="messages sent by one connection")
    secret: SecretStr = Field(default=SecretStr(""), description="key of signatures and hashes")
    sources: dict[str, str] = Field(
        default={
            "ssmsi_departement": f"{SSMSI_PAGE}acc332f6-92be-42af-9721-f3609bea8cfc",
            "ssmsi_commune": f"{SSMSI_PAGE}98fd2271-4d76-4015-a80c-bcec329f6ad0",
        },
        description="addresses of the official files, by name",
    )
    checksums: dict[str, str] = Field(
        default={}, description="expected sha256 of a downloaded file, by name"
    )


@lru_cache(maxsize=1)
def settings() -> Settings:
    return Settings()


def today(*, is_demo: bool, now: datetime) -> date:
    """Return the date the application lives in: the pinned one, the demonstration's, or today.

    Today is the day of the centre (Europe/Paris), whatever hour it is elsewhere.

    >>> today(is_demo=True, now=datetime(2030, 1, 1, tzinfo=UTC))
    datetime.date(2011, 6, 15)
    """
    local = fr.local(now).date()
    if settings().today is not None:
        return settings().today or local
    return DEMO_TODAY if is_demo else local


def clock(*, is_demo: bool, now: datetime) -> datetime:
    """Return the moment the activity lives in (UTC): the day of ``today``, at this hour of Paris.

    >>> clock(is_demo=True, now=datetime(2030, 1, 1, 9, tzinfo=UTC)).isoformat()
    '2011-06-15T08:00:00+00:00'
    """
    hour = fr.local(now).time()
    return datetime.combine(today(is_demo=is_demo, now=now), hour, fr.PARIS).astimezone(UTC)
