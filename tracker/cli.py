"""The command line: reads input, calls one function, shows the result. Heavy modules load when a command needs them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker import clock
from tracker.config import Config, load_config
from tracker.errors import TrackerError

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.db import Database
    from tracker.notices.reading import ReadNotice
    from tracker.tasks.history import Author


@dataclass
class Office:
    """What every command needs: the configuration, the instant, the database."""

    config_file: Path
    now_text: str | None
    _config: Config | None = None
    _now: datetime | None = None

    @property
    def config(self) -> Config:
        """config.toml, read once."""
        if self._config is None:
            self._config = load_config(self.config_file)
        return self._config

    @property
    def now(self) -> datetime:
        """The instant of this command: --now, else the clock, read once."""
        if self._now is None:
            self._now = clock.parse_instant(self.now_text, self.config.timezone) if self.now_text else clock.now()
        return self._now

    @property
    def today(self) -> date:
        """The office's day."""
        return clock.local_day(self.now, self.config.timezone)

    def database(self) -> Database:
        """The database of config.toml, checked."""
        from tracker.db import Database

        database = Database(self.config.database.url)
        database.check()
        return database

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A reading session."""
        with self.database().read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A writing session."""
        with self.database().write() as session:
            yield session


pass_office = click.make_pass_decorator(Office)
DAY = click.DateTime(formats=["%Y-%m-%d"])


def main() -> None:
    """Entry point: refusals are one line on standard error and exit 1."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        sys.exit(1)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except TrackerError as error:
        print(f"tracker: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--config", "config_file", type=click.Path(path_type=Path), default=Path("config.toml"), help="Configuration file."
)
@click.option("--now", "now_text", help="Act as if it were this instant (ISO 8601); default: the clock.")
@click.pass_context
def cli(context: click.Context, config_file: Path, now_text: str | None) -> None:
    """Turn an official notice into commitments that nobody can lose sight of."""
    context.obj = Office(config_file, now_text)


def show_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def as_day(value: datetime | None) -> date | None:
    """The day of a click date."""
    return value.date() if value is not None else None


def author_of(session: Session, by: str, on_behalf_of: str | None = None) -> Author:
    """The officer who acts from the command line. Raises TrackerError for an unknown code."""
    from tracker.models import Channel
    from tracker.people.officers import get_officer
    from tracker.tasks.changing import known_id
    from tracker.tasks.history import Author

    behalf = known_id(get_officer(session, on_behalf_of).id) if on_behalf_of else None
    return Author(known_id(get_officer(session, by).id), Channel.COMMAND, behalf)


def file_bytes(path: Path) -> bytes:
    """The bytes of a file that a person named. Raises TrackerError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise TrackerError(f"{path}: cannot be read: {error.strerror}") from None


@cli.command()
@click.option("--register", "register_file", type=click.Path(path_type=Path), help="A register to import.")
@pass_office
def init(office: Office, register_file: Path | None) -> None:
    """Create or migrate the database; import a register. Safe to repeat."""
    from tracker.db import Database

    if not office.config_file.exists() and office.config_file == Path("config.toml"):
        office.config_file.write_text("# Defaults hold for what is left out; see docs/config.md.\n", "utf-8")
    database = Database(office.config.database.url)
    database.migrate()
    click.echo(f"database ready: {database.url.render_as_string(hide_password=True)}")
    if register_file is not None:
        _import_register(office, register_file)


@cli.group()
def register() -> None:
    """Units, officers, appointments."""


@register.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@pass_office
def register_import(office: Office, file: Path) -> None:
    """Import a register file; safe to repeat."""
    _import_register(office, file)


def _import_register(office: Office, file: Path) -> None:
    from tracker.people.register import import_register

    source = file_bytes(file)
    with office.write() as session:
        click.echo(f"register: {import_register(session, source, name=file.name, now=office.now)}")


@register.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@pass_office
def register_export(office: Office, file: Path) -> None:
    """Write the register to a file."""
    from tracker.people.register import export_register

    with office.read() as session:
        file.write_bytes(export_register(session))


@cli.group()
def notice() -> None:
    """Notices: read, import, confirm."""


def _read(office: Office, file: Path, *, keeps_pages: bool) -> ReadNotice:
    """Read a file against the register as of the notice's date; without a database names stay as written."""
    from tracker.notices.files.opening import open_paper
    from tracker.notices.files.shapes import Limits
    from tracker.notices.reading import read_opened
    from tracker.people.directory import Directory
    from tracker.rules.calendar import WorkingCalendar

    config = office.config if office.config_file.exists() else Config()
    folder = config.notices.pages_folder if keeps_pages else None
    opened = open_paper(
        file_bytes(file), name=file.name, limits=Limits.of(config.notices), pages_folder=folder, progress=_show_page
    )
    directory, calendar = Directory.of(()), WorkingCalendar()
    database_file = config.database.url.partition(":///")[2]
    if not config.database.url.startswith("sqlite") or Path(database_file).exists():
        from tracker.people.units import load_directory
        from tracker.workdays import office_calendar

        calendar = office_calendar(config.calendar)
        with office.read() as session:
            head = read_opened(opened, name=file.name, directory=directory, calendar=calendar).document
            directory = load_directory(session, on=head.issued_on or head.meeting_on or office.today)
    elif "ngày làm việc" in opened.text:
        from tracker.workdays import office_calendar  # half a second that most papers do not need

        calendar = office_calendar(config.calendar)
    return read_opened(opened, name=file.name, directory=directory, calendar=calendar)


def _show_page(page: int, pages: int) -> None:
    """The progress of a file with pages, on standard error."""
    if pages > 1:
        click.echo(f"page {page} of {pages}", err=True)


@notice.command("read")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_document", is_flag=True)
@pass_office
def notice_read(office: Office, file: Path, as_document: bool) -> None:
    """Read a paper and show what it assigns; stores nothing."""
    from tracker.notices.reading import as_json

    read = _read(office, file, keeps_pages=False)
    if as_document:
        show_json(as_json(read))
        return
    click.echo(f"{read.document.number or 'no number'}: {len(read.drafts)} drafts, {len(read.findings)} findings")
    for at, draft in enumerate(read.drafts, 1):
        owners = ", ".join(party.written for party in draft.leads) or "?"
        click.echo(f"{at:>3} {draft.kind:<9} {draft.due_on or '-':<10} [{draft.clause}] {draft.title} ({owners})")


@notice.command("dates")
@click.option("--reference", type=DAY, required=True)
@click.argument("phrase")
@pass_office
def notice_dates(office: Office, reference: datetime, phrase: str) -> None:
    """What a phrase resolves to, as one JSON object."""
    from tracker.rules.deadlines import resolve
    from tracker.workdays import office_calendar

    config = office.config if office.config_file.exists() else Config()
    found = resolve(phrase, reference=reference.date(), calendar=office_calendar(config.calendar))
    show_json(
        {
            "phrase": phrase,
            "due_on": found.due_on,
            "target_on": found.target_on,
            "recurrence": found.recurrence,
            "urgency": found.urgency,
            "rule": found.rule,
            "findings": list(found.findings),
        }
    )


@notice.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_document", is_flag=True)
@pass_office
def notice_import(office: Office, file: Path, as_document: bool) -> None:
    """Store a paper with its drafts and findings; sends nothing."""
    from tracker.notices.importing import import_notice, label_of

    office.database()
    read = _read(office, file, keeps_pages=True)
    with office.write() as session:
        stored = import_notice(session, read, file_name=file.name, today=office.today, now=office.now)
        label = label_of(stored)
    if as_document:
        show_json({"number": label, "drafts": len(read.drafts), "findings": len(read.findings)})
    else:
        click.echo(
            f"imported {label}: {len(read.drafts)} drafts, {len(read.findings)} findings; confirm them to make tasks"
        )


@notice.command("list")
@pass_office
def notice_list(office: Office) -> None:
    """All notices."""
    from sqlmodel import select

    from tracker.models import Draft, Notice
    from tracker.notices.importing import label_of

    with office.read() as session:
        for one in session.exec(select(Notice)):
            drafts = len(session.exec(select(Draft.id).where(Draft.notice_id == one.id)).all())
            click.echo(f"{label_of(one):<20} {one.issued_on or '-'} {drafts:>4} drafts  {one.subject or ''}"[:160])


@notice.command("show")
@click.argument("number")
@pass_office
def notice_show(office: Office, number: str) -> None:
    """Drafts and findings of one notice."""
    from sqlmodel import select

    from tracker.models import Draft, Finding
    from tracker.notices.importing import get_notice
    from tracker.tasks.listing import roll_up

    with office.read() as session:
        found = get_notice(session, number)
        for draft in session.exec(select(Draft).where(Draft.notice_id == found.id)):
            click.echo(
                f"{draft.position:>3} {draft.state:<9} {draft.kind:<9} {draft.due_on or '-':<10} [{draft.clause}] {draft.title}"
            )
        for finding in session.exec(select(Finding).where(Finding.notice_id == found.id)):
            click.echo(
                f"    ? {finding.code} at {finding.start}: {finding.message}" + (" (ruled)" if finding.ruled_at else "")
            )
        for row in roll_up(session, found, today=office.today):
            click.echo(f"    = {row['members']} members: {row['title']}: {row['standings']}")


@notice.command("confirm")
@click.argument("number")
@click.option("--all", "everything", is_flag=True)
@click.option("--draft", "positions", type=int, multiple=True)
@click.option("--lead", help="Rule the owner of one draft: a unit.")
@click.option("--due", type=DAY, help="Rule the date of one draft.")
@click.option("--by", required=True, help="The officer who confirms.")
@pass_office
def notice_confirm(
    office: Office,
    number: str,
    everything: bool,
    positions: tuple[int, ...],
    lead: str | None,
    due: datetime | None,
    by: str,
) -> None:
    """Make tasks of drafts."""
    from tracker.notices.importing import get_notice
    from tracker.people.units import get_unit
    from tracker.tasks.drafts import confirm

    if everything == bool(positions):
        raise click.UsageError("name drafts with --draft N, or all of them with --all")
    with office.write() as session:
        done = confirm(
            session, get_notice(session, number), positions=positions or None, lead=get_unit(session, lead) if lead else None,
            due_on=as_day(due), author=author_of(session, by), today=office.today, now=office.now,
        )  # fmt: skip
    click.echo(f"{len(done.task_ids)} tasks; {len(done.left)} drafts stay open")
    for one in done.left:
        click.echo(f"  draft {one.position} ({one.title}): {one.why}")


@cli.group()
def task() -> None:
    """Tasks: list, show, and every change."""


@task.command("list")
@click.option("--unit")
@click.option("--standing")
@click.option("--kind")
@click.option("--json", "as_document", is_flag=True)
@pass_office
def task_list(office: Office, unit: str | None, standing: str | None, kind: str | None, as_document: bool) -> None:
    """Tasks by number."""
    from tracker.people.units import get_unit
    from tracker.tasks.listing import list_tasks

    with office.read() as session:
        rows = list_tasks(
            session, unit=get_unit(session, unit) if unit else None, wanted=standing, kind=kind, today=office.today
        )
    if as_document:
        show_json(rows)
        return
    for row in rows:
        click.echo(
            f"{row['id']:>4} {row['standing']:<13} {row['due_on'] or '-':<10} {row['progress']:>3}% {row['lead']}: {row['title']}"
        )


@task.command("show")
@click.argument("task_id", type=int)
@click.option("--json", "as_document", is_flag=True)
@pass_office
def task_show(office: Office, task_id: int, as_document: bool) -> None:
    """One task with its history."""
    from tracker.tasks.listing import show_task

    with office.read() as session:
        row = show_task(session, task_id, today=office.today)
    if as_document:
        show_json(row)
        return
    for key in (
        "id",
        "title",
        "lead",
        "due_on",
        "first_due_on",
        "due_phrase",
        "standing",
        "progress",
        "notice",
        "clause",
        "quote",
    ):
        click.echo(f"{key:<14}{row[key]}")
    for event in row["history"]:
        click.echo("  " + "  ".join(str(value) for value in event.values() if value))


def _change(
    office: Office, function: str, module: str, task_id: int, by: str, on_behalf_of: str | None = None, **what: Any
) -> None:
    """One change of one task: the same few lines for every verb."""
    from importlib import import_module

    from tracker.tasks.listing import standing_of

    with office.write() as session:
        act = getattr(import_module(f"tracker.tasks.{module}"), function)
        changed = act(
            session, task_id, author=author_of(session, by, on_behalf_of), today=office.today, now=office.now, **what
        )
        standing = standing_of(changed, today=office.today)
    click.echo(f"task {task_id}: {standing}, {changed.percent}%, due {changed.due_on or '-'}")


TASK_ID = click.argument("task_id", type=int)
BY = click.option("--by", required=True, help="The officer who acts.")
BEHALF = click.option("--on-behalf-of", help="The officer whose word this is.")
NOTE = click.option("--note", required=True)


@task.command("report")
@TASK_ID
@BY
@BEHALF
@click.option("--percent", type=int, required=True)
@NOTE
@click.option("--promise", type=DAY)
@pass_office
def task_report(
    office: Office, task_id: int, by: str, on_behalf_of: str | None, percent: int, note: str, promise: datetime | None
) -> None:
    """Report progress."""
    _change(
        office, "report", "progress", task_id, by, on_behalf_of, percent=percent, note=note, promised_on=as_day(promise)
    )


@task.command("done")
@TASK_ID
@BY
@BEHALF
@NOTE
@click.option("--on", "on", type=DAY)
@pass_office
def task_done(office: Office, task_id: int, by: str, on_behalf_of: str | None, note: str, on: datetime | None) -> None:
    """Claim that it is done."""
    _change(office, "report_done", "progress", task_id, by, on_behalf_of, note=note, done_on=as_day(on))


@task.command("verify")
@TASK_ID
@BY
@click.option("--note", default="")
@pass_office
def task_verify(office: Office, task_id: int, by: str, note: str) -> None:
    """Accept a claim."""
    _change(office, "verify", "progress", task_id, by, note=note)


@task.command("return")
@TASK_ID
@BY
@NOTE
@pass_office
def task_return(office: Office, task_id: int, by: str, note: str) -> None:
    """Return a claim with the reason."""
    _change(office, "return_to_owner", "progress", task_id, by, note=note)


@task.command("acknowledge")
@TASK_ID
@BY
@click.option("--note", default="")
@pass_office
def task_acknowledge(office: Office, task_id: int, by: str, note: str) -> None:
    """An overseer takes note."""
    from tracker.workdays import office_calendar

    days = next(
        (rung.acknowledgement_working_days for rung in office.config.ladder if rung.acknowledgement_working_days), 5
    )
    _change(
        office,
        "acknowledge",
        "progress",
        task_id,
        by,
        note=note,
        calendar=office_calendar(office.config.calendar),
        working_days=days,
    )


@task.command("hold")
@TASK_ID
@BY
@click.option("--reason", "--note", "reason", required=True)
@click.option("--until", type=DAY)
@pass_office
def task_hold(office: Office, task_id: int, by: str, reason: str, until: datetime | None) -> None:
    """Keep silent about it for a while."""
    _change(office, "hold", "rulings", task_id, by, reason=reason, until_on=as_day(until))


@task.command("release")
@TASK_ID
@BY
@click.option("--note", default="")
@pass_office
def task_release(office: Office, task_id: int, by: str, note: str) -> None:
    """End a hold."""
    _change(office, "release", "rulings", task_id, by, note=note)


@task.command("reassign")
@TASK_ID
@BY
@click.option("--unit", required=True)
@click.option("--reason", "--note", "reason", required=True)
@pass_office
def task_reassign(office: Office, task_id: int, by: str, unit: str, reason: str) -> None:
    """Give it to another unit."""
    from tracker.people.units import get_unit

    with office.read() as session:
        found = get_unit(session, unit)
    _change(office, "reassign", "rulings", task_id, by, unit=found, reason=reason)


@task.command("cancel")
@TASK_ID
@BY
@click.option("--reason", "--note", "reason", required=True)
@pass_office
def task_cancel(office: Office, task_id: int, by: str, reason: str) -> None:
    """Close it without result."""
    _change(office, "cancel", "rulings", task_id, by, reason=reason)


@task.group("extend")
def task_extend() -> None:
    """More time."""


@task_extend.command("ask")
@TASK_ID
@BY
@BEHALF
@click.option("--until", type=DAY, required=True)
@click.option("--reason", "--note", "reason", required=True)
@pass_office
def extend_ask(office: Office, task_id: int, by: str, on_behalf_of: str | None, until: datetime, reason: str) -> None:
    """Ask for more time."""
    _change(office, "ask_extension", "extensions", task_id, by, on_behalf_of, proposed_on=until.date(), reason=reason)


@task_extend.command("decide")
@TASK_ID
@BY
@click.option("--grant", type=DAY)
@click.option("--refuse", is_flag=True)
@click.option("--note", default="")
@pass_office
def extend_decide(office: Office, task_id: int, by: str, grant: datetime | None, refuse: bool, note: str) -> None:
    """Grant a date or refuse."""
    if refuse == bool(grant):
        raise click.UsageError("give --grant DATE or --refuse")
    _change(office, "decide_extension", "extensions", task_id, by, granted_on=as_day(grant), note=note)


@cli.command()
@pass_office
def tick(office: Office) -> None:
    """Do everything that is due, once; any number of times gives the same letters."""
    from jobs.runner import tick as run

    posted, delivered = run(office.database(), office.config, worker="tick", now=office.now)
    click.echo(f"posted {dict(posted)}; {delivered}")


@cli.command()
@pass_office
def deliver(office: Office) -> None:
    """Only send what waits in the outbox."""
    from tracker.outbox.mailer import deliver_now

    click.echo(str(deliver_now(office.database(), office.config, worker="deliver", clock=lambda: office.now)))


@cli.command()
@pass_office
def worker(office: Office) -> None:
    """Jobs and delivery until stopped."""
    from jobs.worker import work

    work(office.database(), office.config, worker="worker", clock=clock.now)


@cli.command()
@click.argument("task_id", type=int)
@pass_office
def why(office: Office, task_id: int) -> None:
    """What is said about a task today and to whom, or the reason of the silence."""
    from sqlmodel import col

    from tracker.models import Officer, Task
    from tracker.notify.facts import load_facts, open_tasks, policy_of
    from tracker.rules.escalation import decide
    from tracker.tasks.listing import show_task
    from tracker.workdays import office_calendar

    with office.read() as session:
        row = show_task(session, task_id, today=office.today)
        policy = policy_of(session, office.config, office_calendar(office.config.calendar), today=office.today)
        facts = list(load_facts(session, (col(Task.id) == task_id) & open_tasks(), chains=policy.chains))
        if not facts:
            click.echo(f"task {task_id}: closed ({row['standing']})")
            return
        verdict = decide(facts[0], policy.ladder, policy.calendar, office.today)
        click.echo(f"task {task_id}: {verdict.reason}" + (f" (rung {verdict.rung})" if verdict.rung else ""))
        for intent in verdict.intents:
            click.echo(f"  {intent.rung} -> {session.get_one(Officer, intent.officer_id).post} ({intent.key})")


@cli.command()
@click.option("--week")
@click.option("--format", "form", type=click.Choice(["html", "json", "text"]), default="html")
@click.option("-o", "--output", type=click.Path(path_type=Path))
@pass_office
def briefing(office: Office, week: str | None, form: str, output: Path | None) -> None:
    """The frozen weekly briefing."""
    from tracker.notify.briefing import get_briefing

    with office.read() as session:
        found = get_briefing(session, week)
    content = {"html": found.html, "json": found.content, "text": found.text}[form]
    if output is not None:
        output.write_text(content, "utf-8")
    else:
        click.echo(content)


@cli.command()
@click.option("--from", "first", type=DAY, required=True)
@click.option("--to", "last", type=DAY, required=True)
@click.option("--story", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True)
@pass_office
def replay(office: Office, first: datetime, last: datetime, story: Path | None, out: Path) -> None:
    """Run the days through the same tick on a copy of the database; letters as .eml in OUT."""
    from jobs.replay import replay as play

    play(office.config, first=first.date(), last=last.date(), story=story, out=out, show=click.echo)


@cli.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/demo"))
def demo(folder: Path) -> None:
    """The main job on the sample notice, from an empty folder to letters."""
    from jobs.replay import demo as play

    play(folder, show=click.echo)
