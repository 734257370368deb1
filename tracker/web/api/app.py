"""The application behind /api: operations, refusals, their description."""

from fastapi import FastAPI

from tracker.web.api import documents, letters, notices, problems, reports, tasks, units
from tracker.web.site import Site

ROUTERS = (tasks.router, reports.router, notices.router, units.router, letters.router)


def create_api(site: Site) -> FastAPI:
    """The interface of one office; it stands on its own, so that nothing of it answers with a page."""
    api = FastAPI(
        title=documents.TITLE, version=documents.VERSION, openapi_url=None, docs_url=None, redoc_url=None,
        redirect_slashes=False,
    )  # fmt: skip
    api.state.site = site
    for router in ROUTERS:
        api.include_router(router)
    problems.install(api)
    documents.install(api)
    return api
