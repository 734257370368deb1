"""The reader of uploads inside the web process: woken by an upload, looking again from time to time, one paper at a time."""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock, Thread

from tracker.config import Config
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.notices.background import read_waiting
from tracker.notices.uploads import is_waiting
from tracker.rules.calendar import WorkingCalendar

log = logging.getLogger("tracker.reading")
LOOK_SECONDS = 20  # what a killed process left is found again after its lease


class UploadReader:
    """Reads what waits in threads that end with the process: what they leave half done, the next process does again."""

    def __init__(
        self,
        database: Database,
        config: Config,
        *,
        calendar: Callable[[], WorkingCalendar],
        clock: Callable[[], datetime],
    ) -> None:
        """Nothing runs before `wake` or `keep_looking`; `calendar` is loaded when the first paper is read."""
        self._database = database
        self._config = config
        self._calendar = calendar
        self._clock = clock
        self._one_at_a_time = Lock()

    def wake(self) -> Thread:
        """Read what waits, in a thread of its own; the caller need not wait for it."""
        thread = Thread(target=self.read, name="reading", daemon=True)
        thread.start()
        return thread

    def read(self) -> None:
        """Read what waits, in this thread; what goes wrong is logged, and tried again later."""
        with self._one_at_a_time:
            try:
                read_waiting(self._database, self._config, calendar=self._calendar(), clock=self._clock)
            except TrackerError as error:
                log.error("reading uploads: %s", error)
            except Exception as error:  # a mistake of ours; the upload keeps its lease and is tried again
                log.error("reading uploads: %s: %s", type(error).__name__, error)

    def keep_looking(self, stopping: Event) -> Thread:
        """Look every LOOK_SECONDS until `stopping`: for what a process that was killed has left."""
        thread = Thread(target=self._look, args=(stopping,), name="looking", daemon=True)
        thread.start()
        return thread

    def _look(self, stopping: Event) -> None:
        while True:
            try:
                with self._database.read() as session:
                    is_needed = is_waiting(session, now=self._clock())
                if is_needed:
                    self.read()
            except Exception as error:  # the database may be away for a while
                log.error("looking for uploads: %s", error)
            if stopping.wait(LOOK_SECONDS):
                return
