"""The application: routers, refusals, headers, static files."""

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from tracker.clock import Uptime, unknown_uptime
from tracker.config import Config
from tracker.db import Database
from tracker.errors import ConfigError
from tracker.people.links import get_web_secret
from tracker.web import demo, external, links, login, refusals, second
from tracker.web.api.app import create_api
from tracker.web.headers import Guard
from tracker.web.pages import (
    account,
    attaining,
    briefings,
    choice,
    criteria,
    drafts,
    entry,
    feed,
    inbox,
    language,
    letters,
    mailbox,
    monitoring,
    notices,
    overview,
    programs,
    tasks,
    uploads,
    urging,
    ways_in,
)
from tracker.web.rendering import STATIC
from tracker.web.site import Site

ROUTERS = (
    choice.router,  # before the links: "choice" is no task
    links.router,
    external.router,  # and /signin/oidc
    second.router,  # /signin/code before /signin/{token}
    login.router,
    account.router,
    inbox.router,
    tasks.router,
    notices.router,
    drafts.router,
    uploads.router,
    overview.router,
    briefings.router,
    urging.router,
    criteria.router,
    attaining.router,
    letters.router,
    programs.router,
    monitoring.router,
    mailbox.router,
    entry.router,
    feed.router,
    ways_in.router,
    language.router,
)
FORM_BYTES = 1_000_000  # what a form may bring beside a paper


def create_app(
    database: Database,
    config: Config,
    *,
    clock: Callable[[], datetime],
    uptime: Callable[[], Uptime | None] = unknown_uptime,
) -> FastAPI:
    """The pages of one office; `uptime` as Site takes it. Raises ConfigError without a secret, and for a demo that could send real mail."""
    if config.web.demo and config.mail.transport == "smtp":
        raise ConfigError('[web] demo = true lets anybody in, so it does not go with [mail] transport = "smtp"')
    site = Site(database, config, key=get_web_secret(config.web), clock=clock, uptime=uptime)
    app = FastAPI(title="Đôn Đốc", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    for router in (*ROUTERS, *((demo.router,) if site.is_demo else ())):
        app.include_router(router)
    app.mount("/api", create_api(site), name="api")
    app.mount("/static", _Kept(directory=STATIC), name="static")
    refusals.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=2_000, compresslevel=4)
    evidence_bytes = config.storage.evidence_files * config.storage.evidence_bytes + FORM_BYTES
    app.add_middleware(
        Guard, form_bytes=FORM_BYTES, paper_bytes=config.notices.max_bytes + FORM_BYTES, evidence_bytes=evidence_bytes,
        is_https=site.is_https, language=config.web.language,
    )  # fmt: skip
    return app


class _Kept(StaticFiles):
    """Files whose address changes with their content: browsers keep them for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response
