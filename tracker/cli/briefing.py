"""`tracker briefing`: the paper of the meeting in every format, its remarks and approval, the draft to a late unit."""

from pathlib import Path

import click

from tracker.briefing.chat import chat_text
from tracker.briefing.dispatch import dispatch_paper
from tracker.briefing.formats import BINARY, MEDIA, written
from tracker.briefing.freezing import approve_briefing, get_briefing, shown_view, write_remarks
from tracker.briefing.word import word_of
from tracker.cli.asking import BY, FILE, author_of
from tracker.cli.office import Office, OfficeGroup, pass_office
from tracker.errors import TrackerError
from tracker.notify.fitting import flat
from tracker.people.units import get_unit
from tracker.workdays import office_calendar

WEEK = click.option("--week", help="A week named like 2020-W28; default: the newest.")
OUTPUT = click.option("-o", "--output", type=FILE, help="Write to a file.")
REMARK = click.option(
    "--remark", "remarks", multiple=True, metavar="UNIT=WORDS", help='Words beside a unit; "=WORDS" stands on top.'
)


@click.group(cls=OfficeGroup, invoke_without_command=True)
@WEEK
@click.option("--overseer", default="", metavar="OFFICER", help="What one overseer answers for; default: the whole.")
@click.option(
    "--format", "form", type=click.Choice(list(MEDIA)), default="html", help="A page, words, figures or a file."
)
@OUTPUT
@pass_office
def briefing(office: Office, week: str | None, overseer: str, form: str, output: Path | None) -> None:
    """The frozen weekly briefing."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    if form in BINARY and output is None:
        raise TrackerError(f"a {form} is no text; name a file with -o")
    with office.read() as session:
        found = get_briefing(session, week, overseer)
        period, content = found.period, written(found, form)
    _give(content, output, f"briefing {period}")


def _give(content: bytes, output: Path | None, what: str) -> None:
    if output is None:
        click.echo(content.decode())
        return
    output.write_bytes(content)
    click.echo(f"{what} written to {output}")


@briefing.command("remark")
@WEEK
@REMARK
@pass_office
def remark(office: Office, week: str | None, remarks: tuple[str, ...]) -> None:
    """Keep words beside the frozen figures; they replace those before."""
    with office.write() as session:
        period = get_briefing(session, week).period
        write_remarks(session, period, remarks=_remarks(remarks))
    click.echo(f"briefing {period}: {len(remarks)} remarks")


@briefing.command("approve")
@WEEK
@REMARK
@BY
@pass_office
def approve(office: Office, week: str | None, remarks: tuple[str, ...], by: str) -> None:
    """Approve the frozen briefing: its letters are posted."""
    calendar = office_calendar(office.config.calendar)
    with office.write() as session:
        found = get_briefing(session, week)
        posted = approve_briefing(
            session,
            found.period,
            remarks=_remarks(remarks) if remarks else found.remarks,
            by=author_of(session, by).officer_id,
            config=office.config,
            calendar=calendar,
            today=office.today,
            now=office.now,
        )
        period = found.period
    click.echo(f"briefing {period} approved: {posted.total()} letters posted")


def _remarks(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in given:
        unit, sign, words = one.partition("=")
        if not sign:
            raise TrackerError(f"--remark {one!r}: write UNIT=WORDS, or =WORDS for the top")
        found[unit.strip()] = words
    return found


@briefing.command("chat")
@click.argument("unit")
@WEEK
@pass_office
def chat(office: Office, unit: str, week: str | None) -> None:
    """A few lines about one unit, to paste into a chat group."""
    with office.read() as session:
        name = flat(get_unit(session, unit).name)
        click.echo(chat_text(shown_view(get_briefing(session, week)), name))


@briefing.command("dispatch")
@click.argument("unit")
@click.option("-o", "--output", type=FILE, required=True, help="Write to a .docx file.")
@pass_office
def dispatch(office: Office, unit: str, output: Path) -> None:
    """The draft of an official letter (công văn đôn đốc) to one unit with all its late tasks, as .docx."""
    calendar = office_calendar(office.config.calendar)
    with office.read() as session:
        found = get_unit(session, unit)
        content = word_of(dispatch_paper(session, found, config=office.config, calendar=calendar, today=office.today))
        code = found.code
    _give(content, output, f"draft to {code}")
