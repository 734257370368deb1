"""The child process that decodes one file under limits: the file on standard input, a line a page out.

Decoders of PDF, Word and pictures are large programs fed by strangers. Here one that loops, swallows memory or crashes
takes only this process with it (docs/decisions, "one file, one child").
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from tracker.notices.files.decoders import decode
from tracker.notices.files.shapes import Limits, UnreadableError

if sys.platform != "win32":
    import resource


def main() -> None:
    """`python -m tracker.notices.files.child KIND '{"limits": {…}, "pages_folder": …}'`: answers one JSON object a line,
    {"page": 3, "of": 12, "is_scan": true} as pages come in, at the end {"pages": […]} or {"refused": reason}."""
    kind, asked = sys.argv[1], json.loads(sys.argv[2])
    limits = Limits(**asked["limits"])
    folder = Path(asked["pages_folder"]) if asked["pages_folder"] else None
    say = _own_output()
    _limit_memory(limits)

    def hear(page: int, pages: int, is_scan: bool) -> None:
        say({"page": page, "of": pages, "is_scan": is_scan})
        _limit_time(limits)

    try:
        pages = decode(kind, sys.stdin.buffer, limits, folder, hear)
        say({"pages": [asdict(page) for page in pages]})
    except UnreadableError as refusal:
        say({"refused": str(refusal)})
    except (MemoryError, RecursionError):
        say(
            {
                "refused": "it needs more memory than a notice may; save the notice alone, without pictures and attachments"
            }
        )


class _Say:
    def __init__(self, descriptor: int) -> None:
        self._out = os.fdopen(descriptor, "w", encoding="utf-8")

    def __call__(self, value: dict[str, object]) -> None:
        print(json.dumps(value), file=self._out, flush=True)


def _own_output() -> _Say:
    """Answers go out on a descriptor of their own: what a library prints must not mix with them."""
    answers = _Say(os.dup(1))
    os.dup2(2, 1)
    return answers


def _limit_memory(limits: Limits) -> None:
    if sys.platform != "win32":
        bytes_allowed = limits.memory_mb * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (bytes_allowed, bytes_allowed))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _limit_time(limits)


def _limit_time(limits: Limits) -> None:
    """So many more seconds of the processor until the next page."""
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime) + limits.page_seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
