"""`tracker web`: the pages in this process."""

import click

from tracker import clock
from tracker.cli.office import Office, OfficeCommand, pass_office
from tracker.web.serve import serve


@click.command(cls=OfficeCommand)
@pass_office
def web(office: Office) -> None:
    """The pages until stopped.

    With --now, as if it had become that instant when they start: the clock runs on from there.
    """
    database = office.database()
    uptime = clock.uptime if office.now_text is None else clock.unknown_uptime
    click.echo(f"pages: {office.config.web.base_url} (Ctrl-C stops)")
    serve(database, office.config, clock=clock.running_from(office.now), uptime=uptime)
