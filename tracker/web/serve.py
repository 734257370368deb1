"""Serving: uvicorn in this process until stopped."""

import gc
import logging
import signal
from collections.abc import Callable
from datetime import datetime
from threading import Event

import uvicorn

from tracker.clock import Uptime
from tracker.config import Config
from tracker.db import Database
from tracker.web.app import create_app
from tracker.web.languages import language
from tracker.web.rendering import compile_pages

log = logging.getLogger("tracker.web")


def serve(
    database: Database, config: Config, *, clock: Callable[[], datetime], uptime: Callable[[], Uptime | None]
) -> None:
    """Serve the pages on [web] host and port until SIGINT or SIGTERM. Raises ConfigError before anything listens.

    uvicorn's own reading of X-Forwarded-For is off: it believes every process of this machine. No access log: addresses of pages hold links of officers.
    """
    app = create_app(database, config, clock=clock, uptime=uptime)
    app.state.site.calendar  # noqa: B018 - loaded now, not in the first visitor's time
    compile_pages(language(config.web.language))  # likewise
    gc.collect()
    gc.freeze()  # what was imported is never garbage; collecting around it made the slowest pages three times slower
    settings = uvicorn.Config(
        app, host=config.web.host, port=config.web.port, access_log=False, log_level="warning", server_header=False,
        lifespan="off", timeout_graceful_shutdown=5, proxy_headers=False,
    )  # fmt: skip
    # uvicorn hands the signal on when it has closed its connections; both are the ordinary end of a service.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    stopping = Event()
    app.state.site.reader.keep_looking(stopping)
    try:
        uvicorn.Server(settings).run()
    except KeyboardInterrupt:
        log.info("stopped")
    finally:
        stopping.set()
