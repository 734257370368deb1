"""`tracker`: the table of commands, and what becomes of everything that can go wrong."""

import os
import sys
import traceback
from collections.abc import Sequence

import click

from tracker.cli.lazy import Lazy, LazyGroup
from tracker.cli.office import Office
from tracker.errors import TrackerError

STOPPED = 130  # what a shell gives a program that was stopped by Ctrl-C


class Root(LazyGroup):
    """The whole program; a reader who has seen enough (`tracker task list | head`) is no failure."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; standard output that was closed ends it quietly."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the last flush finds a reader
            return 0


NOTICE = {
    "read": Lazy("tracker.cli.reading:notice_read", "Read a paper and show what it assigns; stores nothing."),
    "dates": Lazy("tracker.cli.reading:notice_dates", "What a phrase resolves to, as one JSON object."),
    "import": Lazy("tracker.cli.notices:notice_import", "Store a paper with its drafts and findings; sends nothing."),
    "list": Lazy("tracker.cli.notices:notice_list", "All notices, with their counts."),
    "show": Lazy("tracker.cli.notices:notice_show", "Drafts, findings and groups of one notice."),
    "rule": Lazy(
        "tracker.cli.rulings:notice_rule", "Settle an owner, a date, the words or a question before confirming."
    ),
    "split": Lazy("tracker.cli.rulings:notice_split", "Cut a draft in two at a place of its quote."),
    "merge": Lazy("tracker.cli.rulings:notice_merge", "Put drafts together into the first of them."),
    "undo": Lazy("tracker.cli.rulings:notice_undo", "Take a ruling about drafts back, until they are tasks."),
    "reject": Lazy("tracker.cli.rulings:notice_reject", "Say that drafts are no commitments, and why."),
    "confirm": Lazy("tracker.cli.rulings:notice_confirm", "Make tasks of drafts."),
}
TABLE = {
    "init": Lazy("tracker.cli.database:init", "Create or migrate the database; import a register."),
    "register": Lazy("tracker.cli.register:register", "Units, officers, appointments."),
    "notice": Lazy("tracker.cli.app:notice", "Notices: read, import, rule, confirm."),
    "task": Lazy("tracker.cli.tasks:task", "Tasks: list, show, and every change."),
    "criteria": Lazy("tracker.cli.criteria:criteria", "Criteria of the communes: sets, who meets what, averages."),
    "signin": Lazy("tracker.cli.signins:signin", "How officers get in: the way back for who is locked out."),
    "tick": Lazy("tracker.cli.running:tick", "Do everything that is due, once."),
    "deliver": Lazy("tracker.cli.running:deliver", "Only send what waits in the outbox."),
    "run": Lazy("tracker.cli.running:run", "Everything in one process until stopped."),
    "worker": Lazy("tracker.cli.running:worker", "Jobs and delivery until stopped."),
    "web": Lazy("tracker.cli.serving:web", "The pages until stopped."),
    "why": Lazy("tracker.cli.letters:why", "What is said about a task today, or the reason of the silence."),
    "preview": Lazy("tracker.cli.letters:preview", "Who will get what, when, if nothing changes."),
    "briefing": Lazy("tracker.cli.briefing:briefing", "The frozen weekly briefing."),
    "outbox": Lazy("tracker.cli.outbox:outbox", "Letters, attempts, answers of the server."),
    "token": Lazy("tracker.cli.tokens:token", "Tokens of programs: add, list, revoke."),
    "inbox": Lazy(
        "tracker.cli.inbox:inbox", "Mail that comes: answers, reports of failure, and what waits for a person."
    ),
    "replay": Lazy("tracker.cli.replaying:replay", "Run days through the same tick on a copy of the database."),
    "demo": Lazy("tracker.cli.replaying:demo", "The main job on the sample notice, from an empty folder to letters."),
    "doctor": Lazy("tracker.cli.doctor:doctor", "Is everything in order?"),
    "backup": Lazy(
        "tracker.cli.database:backup", "Copy the database with all papers and evidence into one file while others work."
    ),
    "restore": Lazy("tracker.cli.database:restore", "Bring a backup back."),
}

cli = Root(
    name="tracker",
    table=TABLE,
    help="Turn an official notice into commitments that nobody can lose sight of.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
notice = LazyGroup(name="notice", table=NOTICE, help="Notices: read, import, rule, confirm.")


def main(args: Sequence[str] | None = None) -> None:
    """Entry point; `args` are those of the process when None.

    Exits 0 when it is done, 1 when it was refused or failed, with one line on standard error, 2 for wrong usage.
    """
    office = Office()
    try:
        code = _run(args, office)
    finally:
        office.close()
    sys.exit(code)


def _run(args: Sequence[str] | None, office: Office) -> int:
    try:
        return int(cli.main(args, prog_name="tracker", obj=office, standalone_mode=False) or 0)
    except click.Abort:
        return _fail("stopped", STOPPED)
    except click.ClickException as wrong:
        wrong.show()
        return 2
    except TrackerError as refused:
        return _fail(str(refused))
    except OSError as failed:
        return _fail(f"{failed.filename or 'this computer'}: {failed.strerror or failed}")
    except Exception as bug:
        return _report(bug)


def _fail(line: str, code: int = 1) -> int:
    print(f"tracker: {' '.join(line.split())}", file=sys.stderr)
    return code


def _report(bug: Exception) -> int:
    """A fault of the program is one line too; who looks for it sets TRACKER_DEBUG=1."""
    if os.environ.get("TRACKER_DEBUG"):
        traceback.print_exception(bug)
        return 1
    *_, last = traceback.extract_tb(bug.__traceback__)
    place = f"{os.path.basename(last.filename)}:{last.lineno}"  # noqa: PTH119 - a name to show, not a path to open
    return _fail(
        f"this is a fault of the program ({type(bug).__name__} at {place}: {bug}); please report it; "
        "TRACKER_DEBUG=1 shows where it happened"
    )
