"""config.toml: every knob, checked once; an unknown key is an error."""

import os
import tomllib
from datetime import date, time
from importlib import resources
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from tracker.errors import ConfigError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Section(BaseModel):
    """A table of config.toml; frozen, and without room for keys that mean nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WeeklySlot(Section):
    """A weekday and a time of day in the office's zone, written "monday 07:00"."""

    weekday: int
    at: time


def _weekly(text: object) -> object:
    if not isinstance(text, str):
        return text
    day, _, clock = text.strip().lower().partition(" ")
    if day not in WEEKDAYS:
        raise ValueError(f'{text!r} is no weekday and time; write for example "monday 07:00"')
    return WeeklySlot(weekday=WEEKDAYS.index(day), at=_daily(clock))


def _daily(text: object) -> time:
    try:
        return time.fromisoformat(str(text).strip())
    except ValueError:
        raise ValueError(f'{text!r} is no time of day; write for example "07:30"') from None


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is no time zone of the IANA list; write for example Asia/Ho_Chi_Minh")
    return name


class QuietHours(Section):
    """A span of the day in the office's zone, written "21:00-06:00"; it may go over midnight."""

    begins: time
    ends: time

    def is_quiet(self, at: time) -> bool:
        """Whether `at` (local) lies within; the end is not quiet any more."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


def _quiet(text: object) -> object:
    if not isinstance(text, str):
        return text
    begins, dash, ends = text.partition("-")
    if not dash:
        raise ValueError(f'{text!r} is no span of hours; write for example "21:00-06:00"')
    return QuietHours(begins=_daily(begins), ends=_daily(ends))


def _network(text: str) -> str:
    try:
        ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text!r} is no address; write for example 127.0.0.1 or 10.1.0.0/16") from None
    return text


Weekly = Annotated[WeeklySlot, BeforeValidator(_weekly)]
Daily = Annotated[time, BeforeValidator(_daily)]


class Database(Section):
    """[database]: where the ledger lives."""

    url: str = "sqlite:///var/tracker.db"


class Office(Section):
    """[office]: who signs the letters."""

    name: str = "Văn phòng điều phối"
    unit: str = ""
    place: str = ""
    telephone: str = ""
    programme: str = "NTM"
    superior: str = ""
    symbol: str = ""
    signatory: str = ""
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Ho_Chi_Minh"
    locale: Literal["vi"] = "vi"


class Schedule(Section):
    """[schedule]: when the clock wakes each job, in the office's zone."""

    digest: Weekly = WeeklySlot(weekday=0, at=time(7, 0))
    sweep: Daily = time(7, 30)
    briefing: Weekly = WeeklySlot(weekday=4, at=time(15, 0))
    briefing_auto: bool = False
    deliver_seconds: int = Field(30, ge=1, le=3600)


class LadderRung(Section):
    """[[ladder]]: one rung; waits in working days."""

    rung: Literal["remind", "head", "overseer", "office", "chair"]
    to: tuple[Literal["contact", "head", "overseer", "office", "chair"], ...]
    working_days_before: tuple[int, ...] = ()
    working_days_after: int | None = None
    unanswered_reminders: int | None = None
    promise_working_days: int | None = None
    acknowledgement_working_days: int | None = None
    early_working_days: int | None = None
    silent_working_days: int | None = None
    blocked_working_days: int | None = None


class Review(Section):
    """[review]: how long a task without a date, or a promise, may rest."""

    stale_working_days: int = Field(20, ge=1)
    due_soon_working_days: int = Field(3, ge=1)
    digest_horizon_days: int = Field(14, ge=1)
    digest_items: int = Field(25, ge=1)


class Calendar(Section):
    """[calendar]: what the office knows better than the holiday list."""

    extra_holidays: tuple[date, ...] = ()
    working_saturdays: tuple[date, ...] = ()


class Mail(Section):
    """[mail]: how letters leave the house."""

    transport: Literal["smtp", "folder"] = "folder"
    folder: Path = Path("var/mail")
    host: str = "127.0.0.1"
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: Path | None = None
    sender: str = "Đôn Đốc <don-doc@van-phong.invalid>"
    connections: int = Field(4, ge=1, le=64)
    timeout_seconds: float = Field(30.0, gt=0)
    batch: int = Field(100, ge=1, le=1000)
    lease_minutes: int = Field(10, ge=1)
    relay_connections: int = Field(0, ge=0, le=1000)
    per_minute: int = Field(0, ge=0)
    per_domain_minute: int = Field(0, ge=0)
    quiet_hours: Annotated[QuietHours | None, BeforeValidator(_quiet)] = None
    urgent_kinds: tuple[str, ...] = ("signin",)
    breaker_failures: int = Field(20, ge=0)
    dkim_selector: str = ""
    dkim_key_file: Path | None = None


class Cluster(Section):
    """[cluster]: how the work is divided, over one process or over many hosts."""

    engine: Literal["embedded", "procrastinate"] = "embedded"
    batch: int = Field(200, ge=1, le=5000)
    rescue_seconds: int = Field(30, ge=4, le=50)


class Inbox(Section):
    """[inbox]: the mailbox into which letters come back, as answers and as reports that they did not arrive."""

    transport: Literal["none", "imap", "folder"] = "none"
    address: str = ""
    folder: Path = Path("var/inbox")
    host: str = "127.0.0.1"
    port: int = Field(993, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "tls"
    user: str = ""
    password_file: Path | None = None
    mailbox: str = "INBOX"
    done_mailbox: str = "Da-xu-ly"
    every_minutes: int = Field(5, ge=1, le=1440)
    timeout_seconds: float = Field(30.0, gt=0)
    answer_days: int = Field(14, ge=1, le=60)
    max_bytes: int = Field(10_000_000, ge=10_000)
    verp: bool = False

    @property
    def is_on(self) -> bool:
        """Whether letters ask for answers by mail, and somebody reads them."""
        return self.transport != "none"

    @model_validator(mode="after")
    def _has_an_address(self) -> "Inbox":
        local, at, domain = self.address.partition("@")
        if self.transport != "none" and not (local and at and domain and "+" not in local and self.address.isascii()):
            raise ValueError(
                'address: write the mailbox itself, for example "don-doc@huyen.vn"; answers go to don-doc+…'
            )
        return self


class Oidc(Section):
    """[web.oidc]: the office's own sign-in service (OpenID Connect); off while `issuer` is empty."""

    issuer: str = ""
    client_id: str = ""
    client_secret_file: Path | None = None
    scope: str = "openid email"
    claim: str = "email"
    matches: Literal["email", "code"] = "email"

    @model_validator(mode="after")
    def _is_whole(self) -> "Oidc":
        parts = urlsplit(self.issuer)
        is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        if self.issuer and parts.scheme != "https" and not is_here:
            raise ValueError(f"issuer {self.issuer!r} is no https address")
        if self.issuer and not self.client_id:
            raise ValueError("issuer needs a client_id: register this office with the service first")
        if "openid" not in self.scope.split():
            raise ValueError('scope must hold "openid"')
        return self


class Web(Section):
    """[web]: where the links in letters lead."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    base_url: str = "http://127.0.0.1:8000"
    secret_file: Path | None = Path("var/web.secret")
    link_days: int = Field(14, ge=1, le=60)
    session_hours: int = Field(12, ge=1, le=720)
    api_per_minute: int = Field(600, ge=1, le=100_000)
    metrics_from: tuple[Annotated[str, AfterValidator(_network)], ...] = ("127.0.0.1", "::1")
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    oidc: Oidc = Oidc()
    language: str = Field("vi", pattern="^(vi|en)$")
    demo: bool = False


class Storage(Section):
    """[storage]: where papers and evidence are kept as they came."""

    folder: Path = Path("var/files")
    evidence_bytes: int = Field(15_000_000, ge=1)
    evidence_files: int = Field(6, ge=1, le=20)


class Health(Section):
    """[health]: from when on somebody should look."""

    waiting_minutes: int = Field(240, ge=1)
    waiting_letters: int = Field(20_000, ge=1)


class Notices(Section):
    """[notices]: limits of reading."""

    max_bytes: int = Field(100_000_000, ge=1)
    max_pages: int = Field(300, ge=1)
    page_seconds: int = Field(60, ge=5)
    pages_folder: Path = Path("var/pages")


DEFAULT_LADDER = (
    LadderRung(rung="remind", to=("contact",), working_days_before=(7, 3, 1)),
    LadderRung(rung="head", to=("contact", "head"), working_days_after=1, promise_working_days=5),
    LadderRung(
        rung="overseer",
        to=("overseer",),
        working_days_after=3,
        acknowledgement_working_days=5,
        early_working_days=60,
        silent_working_days=25,
        blocked_working_days=5,
    ),
    LadderRung(rung="office", to=("office",), working_days_after=5, unanswered_reminders=3),
    LadderRung(rung="chair", to=("chair",)),
)


class Config(Section):
    """The whole of config.toml; paths are absolute after `load_config`."""

    database: Database = Database()
    office: Office = Office()
    schedule: Schedule = Schedule()
    ladder: tuple[LadderRung, ...] = DEFAULT_LADDER
    review: Review = Review()
    calendar: Calendar = Calendar()
    mail: Mail = Mail()
    cluster: Cluster = Cluster()
    inbox: Inbox = Inbox()
    web: Web = Web()
    notices: Notices = Notices()
    storage: Storage = Storage()
    health: Health = Health()

    @property
    def timezone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.office.timezone)

    @model_validator(mode="after")
    def _cluster_has_a_server(self) -> "Config":
        if self.cluster.engine == "procrastinate" and not self.database.url.startswith("postgresql"):
            raise ValueError(
                '[cluster] engine = "procrastinate" needs PostgreSQL: set [database] url to '
                'postgresql+psycopg://USER@HOST/NAME, or engine to "embedded"'
            )
        return self

    @model_validator(mode="after")
    def _ladder_climbs(self) -> "Config":
        rungs = [step.rung for step in self.ladder]
        if len(set(rungs)) != len(rungs):
            raise ValueError("[[ladder]] names a rung twice")
        waits = [step.working_days_after for step in self.ladder if step.working_days_after is not None]
        if waits != sorted(waits):
            raise ValueError("[[ladder]] must climb: working_days_after may not fall from one rung to the next")
        return self


def load_config(path: Path) -> Config:
    """The configuration in `path`; relative paths inside are taken from the file's folder.

    Raises ConfigError with the file, the key and what is wrong.
    """
    return rooted(read_config(path), path.resolve().parent)


def read_config(path: Path) -> Config:
    """The configuration as written, paths untouched. Raises ConfigError."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: no such file; name another with --config, or write one with 'tracker init'"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_first_problem(error)}") from None


def _first_problem(error: ValidationError) -> str:
    problems = []
    for one in error.errors():
        key = ".".join(str(part) for part in one["loc"])
        if one["type"] == "extra_forbidden":
            problems.append(f"unknown key {key!r}; docs/config.md lists the known ones")
        else:
            problems.append(
                f"{key}: {one['msg'].removeprefix('Value error, ')}"
                if key
                else one["msg"].removeprefix("Value error, ")
            )
    return "; ".join(problems)


def rooted(config: Config, folder: Path) -> Config:
    """The same configuration with every relative path taken from `folder`."""

    def at(path: Path | None) -> Path | None:
        return folder / path if path is not None else None

    url = config.database.url
    prefix, sep, file = url.partition(":///")
    if prefix.startswith("sqlite") and sep and file and file != ":memory:" and not Path(file).is_absolute():
        url = f"{prefix}:///{folder / file}"
    return config.model_copy(
        update={
            "database": config.database.model_copy(update={"url": url}),
            "mail": config.mail.model_copy(
                update={
                    "folder": at(config.mail.folder),
                    "password_file": at(config.mail.password_file),
                    "dkim_key_file": at(config.mail.dkim_key_file),
                }
            ),
            "storage": config.storage.model_copy(update={"folder": at(config.storage.folder)}),
            "inbox": config.inbox.model_copy(
                update={"folder": at(config.inbox.folder), "password_file": at(config.inbox.password_file)}
            ),
            "notices": config.notices.model_copy(update={"pages_folder": at(config.notices.pages_folder)}),
            "web": config.web.model_copy(
                update={
                    "secret_file": at(config.web.secret_file),
                    "oidc": config.web.oidc.model_copy(
                        update={"client_secret_file": at(config.web.oidc.client_secret_file)}
                    ),
                }
            ),
        }
    )


def secret(environment: str, file: Path | None) -> str | None:
    """A secret from the environment variable, else from the first line of `file`; None when neither is set.

    Raises ConfigError when the file is named but cannot be read: a missing password must not look like none.
    """
    if value := os.environ.get(environment):
        return value
    if file is None:
        return None
    try:
        return file.read_text("utf-8").splitlines()[0].strip()
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{file}: no secret can be read ({error}); put it on the first line, or set {environment}"
        ) from None


def data_folder(name: str) -> Path:
    """Where the shipped `templates` or `samples` lie: inside the package in a wheel, beside it in a checkout."""
    inside = Path(str(resources.files("tracker"))) / "_data" / name
    return inside if inside.is_dir() else Path(__file__).resolve().parent.parent / name


def shipped_config() -> str:
    """The text of the config.toml that comes with the product: every key with its default and what it means."""
    return (data_folder("templates").parent / "config.toml").read_text("utf-8")
