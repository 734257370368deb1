"""What every page needs: the database, the configuration, the clock, the secret; and one visit to it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address
from threading import RLock
from typing import TypeVar, cast

from sqlmodel import Session
from starlette.requests import Request

from tracker import clock
from tracker.clock import Uptime, unknown_uptime
from tracker.config import Config
from tracker.db import Database
from tracker.models import Channel
from tracker.notify.coming import ComingDays
from tracker.people.links import LinkMaker
from tracker.rules.calendar import WorkingCalendar
from tracker.storage import Storage
from tracker.tasks.history import Author
from tracker.web.api.metering import Meter
from tracker.web.forms import FormMaker
from tracker.web.issuer import Issuer
from tracker.web.languages import Language, chosen_language
from tracker.web.reading import UploadReader
from tracker.workdays import office_calendar

Kept = TypeVar("Kept")


class Site:
    """One office's pages. `clock` gives aware UTC; the demo's runs from the demo's own day. `uptime` is that of the machine
    whose clock it is."""

    def __init__(
        self,
        database: Database,
        config: Config,
        *,
        key: str,
        clock: Callable[[], datetime],
        uptime: Callable[[], Uptime | None] = unknown_uptime,
    ) -> None:
        self.database = database
        self.config = config
        self.clock = clock
        self.uptime = uptime
        self.key = key
        self.is_demo = config.web.demo
        self.is_https = config.web.base_url.startswith("https:")
        self.coming = ComingDays()
        self.links = LinkMaker(key, config.web.base_url)
        self.forms = FormMaker(key)
        oidc = config.web.oidc
        self.issuer = Issuer(oidc, key=key, base_url=config.web.base_url) if oidc.issuer else None
        self.storage = Storage(config.storage.folder)
        self.reader = UploadReader(database, config, calendar=lambda: self.calendar, clock=clock)
        self._found: dict[str, tuple[datetime, object]] = {}
        self._lock = RLock()
        self.meter = Meter(config.web.api_per_minute)

    def kept(self, name: str, seconds: int, now: datetime, look: Callable[[], Kept]) -> Kept:
        """What `look` found at most so many seconds ago, in this process; of many who ask at once one looks."""
        with self._lock:
            seen_at, found = self._found.get(name, (None, None))
            if seen_at is None or not timedelta(0) <= now - seen_at < timedelta(seconds=seconds):
                found = look()
                self._found[name] = (now, found)
        return cast(Kept, found)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The office's working calendar; loading it takes half a second, once."""
        return office_calendar(self.config.calendar)


@dataclass(frozen=True)
class Visit:
    """One request: `now` is read once and passed down; `language` is what its reader reads."""

    site: Site
    request: Request
    now: datetime
    today: date
    address: str
    language: Language

    def say(self, text: str, **values: object) -> str:
        """A text in the reader's language."""
        return self.language.say(text, **values)

    def read(self) -> AbstractContextManager[Session]:
        """A reading session."""
        return self.site.database.read()

    def write(self) -> AbstractContextManager[Session]:
        """A writing session: one transaction."""
        return self.site.database.write()

    def author(self, officer_id: int, channel: Channel, *, on_behalf_of_id: int | None = None) -> Author:
        """Who acts, with the address that the request came from."""
        return Author(officer_id, channel, on_behalf_of_id, address=self.address)


def visit(request: Request) -> Iterator[Visit]:
    """The dependency that every page begins with."""
    site = cast(Site, request.app.state.site)
    now = site.clock()
    today = clock.local_day(now, site.config.timezone)
    peer = request.client.host if request.client is not None else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    address = client_address(peer, forwarded, site.config.web.trusted_proxies)
    language = chosen_language(request, usual=site.config.web.language)
    yield Visit(site, request, now, today, address, language)


def client_address(peer: str, forwarded: str, trusted: tuple[IPv4Network | IPv6Network, ...]) -> str:
    """Where a request came from: the peer or, when that is one of our proxies, the last address of X-Forwarded-For that is
    not. What stands before that one was written by the visitor, who may write anything."""
    address = peer
    for step in reversed(forwarded.split(",")):
        if not _is_one_of(address, trusted) or not _is_address(step.strip()):
            break
        address = step.strip()
    return address


def _is_one_of(address: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    return bool(networks) and _is_address(address) and any(ip_address(address) in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
