"""What every page needs: the database, the configuration, the clock, the secret; and one visit to it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import cast

from sqlmodel import Session
from starlette.requests import Request

from tracker import clock
from tracker.config import Config
from tracker.db import Database
from tracker.models import Channel
from tracker.people.links import LinkMaker
from tracker.rules.calendar import WorkingCalendar
from tracker.storage import Storage
from tracker.tasks.history import Author
from tracker.web.forms import FormMaker
from tracker.web.reading import UploadReader
from tracker.workdays import office_calendar


class Site:
    """One office's pages. `clock` gives aware UTC; the demo's runs from the demo's own day."""

    def __init__(self, database: Database, config: Config, *, key: str, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.config = config
        self.clock = clock
        self.is_demo = config.web.demo
        self.is_https = config.web.base_url.startswith("https:")
        self.links = LinkMaker(key, config.web.base_url)
        self.forms = FormMaker(key)
        self.storage = Storage(config.storage.folder)
        self.reader = UploadReader(database, config, calendar=lambda: self.calendar, clock=clock)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The office's working calendar; loading it takes half a second, once."""
        return office_calendar(self.config.calendar)


@dataclass(frozen=True)
class Visit:
    """One request: `now` is read once and passed down."""

    site: Site
    request: Request
    now: datetime
    today: date
    address: str

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
    yield Visit(site, request, now, today, request.client.host if request.client is not None else "")
