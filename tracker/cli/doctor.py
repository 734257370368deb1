"""`tracker doctor`: whether everything is in order."""

from contextlib import closing

import click

from tracker import clock
from tracker.cli.asking import AS_JSON, show_json
from tracker.cli.office import Office, OfficeCommand, pass_office
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.health.check import Check, line
from tracker.health.examination import examine
from tracker.workdays import office_calendar


@click.command(cls=OfficeCommand)
@AS_JSON
@click.pass_context
@pass_office
def doctor(office: Office, context: click.Context, as_document: bool) -> None:
    """Is everything in order?

    Looks at the configuration, the database, the clock, the jobs, the letters and the register; sends nothing and
    changes nothing. Exit 1 when something is wrong.
    """
    checks = _examined(office)
    is_well = all(check.is_well for check in checks)
    if as_document:
        show_json({"is_well": is_well, "checks": [_document(check) for check in checks]})
    else:
        for check in checks:
            click.echo(f"{'ok   ' if check.is_well else 'WRONG'} {check.name:<14} {check.says}")
            if check.advice:
                click.echo(f"{'':>20} -> {check.advice}")
    if not is_well:
        context.exit(1)


def _document(check: Check) -> dict[str, object]:
    return {"name": check.name, "is_well": check.is_well, "says": check.says, "advice": check.advice}


def _examined(office: Office) -> list[Check]:
    try:
        config = office.config
    except TrackerError as error:
        return [Check("configuration", False, (line("%(error)s", error=error),))]
    calendar = office_calendar(config.calendar)
    uptime = clock.uptime() if office.now_text is None else None
    with closing(Database(config.database.url)) as database:
        checks = examine(database, config, calendar=calendar, uptime=uptime, reads_files=True, now=office.now)
    return [Check("configuration", True, (line("%(name)s", name=office.config_file.resolve()),)), *checks]
