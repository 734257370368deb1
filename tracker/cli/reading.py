"""`tracker notice read`, `dates`: what a paper or a phrase says; nothing is stored, no database is needed."""

from datetime import date
from pathlib import Path

import click

from tracker.cli.asking import AS_JSON, DAY, FILE, opened_file, show_json
from tracker.cli.office import Office, OfficeCommand, pass_office
from tracker.config import Config
from tracker.errors import SecretPaperError
from tracker.notices.files.opening import hash_of, open_paper
from tracker.notices.files.shapes import Limits
from tracker.notices.reading import ReadNotice, as_json, read_opened
from tracker.people.directory import Directory
from tracker.rules.calendar import WorkingCalendar


@click.command(cls=OfficeCommand)
@click.argument("file", type=FILE)
@AS_JSON
@pass_office
def notice_read(office: Office, file: Path, as_document: bool) -> None:
    """Read a paper and show what it assigns; stores nothing."""
    read = read_file(office, file, keeps_pages=False)
    if as_document:
        show_json(as_json(read))
        return
    click.echo(f"{read.document.number or 'no number'}: {len(read.drafts)} drafts, {len(read.findings)} findings")
    for line in said_of_nothing(read):
        click.echo(line)
    for at, draft in enumerate(read.drafts, 1):
        owners = ", ".join(party.written for party in draft.leads) or "?"
        click.echo(f"{at:>3} {draft.kind:<9} {draft.due_on or '-'!s:<10} [{draft.clause}] {draft.title} ({owners})")


def said_of_nothing(read: ReadNotice) -> list[str]:
    """The sentence that a paper assigns nothing, when it does not."""
    return [finding.message for finding in read.findings if finding.code == "no_assignment"]


def read_file(office: Office, file: Path, *, keeps_pages: bool) -> ReadNotice:
    """Read a paper against the register as of its day; without a database names stay as written. Raises TrackerError.

    With `keeps_pages` the pictures of a scan stay in the folder that the configuration names for them.
    """
    config = office.config_or_defaults
    folder = config.notices.pages_folder if keeps_pages else None
    with opened_file(file) as source:
        opened = open_paper(
            source, name=file.name, limits=Limits.of(config.notices), pages_folder=folder, progress=_show_page
        )
    calendar = _calendar(config, opened.text)
    if not _has_database(config):
        return read_opened(opened, name=file.name, directory=Directory.of(()), calendar=calendar)
    from tracker.notices.background import forget_pictures  # loads what talks to a database: half a second
    from tracker.notices.resolving import read_against_register

    with office.read() as session:
        try:
            return read_against_register(session, opened, name=file.name, calendar=calendar, today=office.today)
        except SecretPaperError:
            if folder is not None:
                forget_pictures(session, opened, folder)
            raise


def file_hash(file: Path) -> str:
    """The hash by which a stored paper is known. Raises TrackerError."""
    with opened_file(file) as source:
        return hash_of(source)


def _show_page(page: int, pages: int) -> None:
    """The progress of a file with pages, on standard error."""
    if pages > 1:
        click.echo(f"page {page} of {pages}", err=True)


def _has_database(config: Config) -> bool:
    backend, _, file = config.database.url.partition(":///")
    return not backend.startswith("sqlite") or Path(file).exists()


def _calendar(config: Config, text: str) -> WorkingCalendar:
    """The holiday list takes half a second to load, and only a term in working days needs it."""
    if "ngày làm việc" not in text:
        return WorkingCalendar()
    from tracker.workdays import office_calendar

    return office_calendar(config.calendar)


@click.command(cls=OfficeCommand)
@click.option("--reference", type=DAY, required=True, help="The day of the notice.")
@click.argument("phrase")
@pass_office
def notice_dates(office: Office, reference: date, phrase: str) -> None:
    """What a phrase resolves to, as one JSON object."""
    from tracker.rules.deadlines import resolve
    from tracker.workdays import office_calendar

    found = resolve(phrase, reference=reference, calendar=office_calendar(office.config_or_defaults.calendar))
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
