"""`tracker tick`, `deliver`, `run`, `worker`: the only commands that send mail."""

import logging
from threading import Event

import click

from jobs.runner import tick as run_tick
from jobs.timekeeping import keep_time
from jobs.worker import ticking, work
from tracker import clock
from tracker.cli.office import Office, OfficeCommand, pass_office
from tracker.outbox.mailer import Delivered, deliver_now
from tracker.web.serve import serve


@click.command(cls=OfficeCommand)
@pass_office
def tick(office: Office) -> None:
    """Do everything that is due, once.

    Any number of times gives the same letters.
    """
    if office.now_text is None:
        keep_time(office.database(), clock.uptime(), now=office.now)
    posted, delivered = run_tick(office.database(), office.config, worker="tick", now=office.now)
    letters = ", ".join(f"{kind} {count}" for kind, count in sorted(posted.items()) if count)
    click.echo(f"posted: {letters or 'nothing new'}")
    click.echo(_said(delivered))


@click.command(cls=OfficeCommand)
@pass_office
def deliver(office: Office) -> None:
    """Only send what waits in the outbox."""
    click.echo(
        _said(deliver_now(office.database(), office.config, worker="deliver", clock=clock.running_from(office.now)))
    )


def _said(delivered: Delivered) -> str:
    return (
        f"delivered: accepted {delivered.accepted}, deferred {delivered.deferred}, refused {delivered.refused}, "
        f"lost {delivered.lost}, unaddressed {delivered.unaddressed}"
    )


@click.command(cls=OfficeCommand)
@pass_office
def run(office: Office) -> None:
    """Everything in one process until stopped.

    Pages, jobs and delivery.
    """
    _refuse_standing_clock(office)
    database, stopping = office.database(), Event()
    click.echo(f"pages: {office.config.web.base_url}; jobs and delivery run with them (Ctrl-C stops)")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with ticking(database, office.config, worker="run", clock=clock.now, stopping=stopping, uptime=clock.uptime):
        serve(database, office.config, clock=clock.now, uptime=clock.uptime)
    click.echo("stopped")


@click.command(cls=OfficeCommand)
@pass_office
def worker(office: Office) -> None:
    """Jobs and delivery until stopped."""
    _refuse_standing_clock(office)
    database = office.database()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    work(database, office.config, worker="worker", clock=clock.now, uptime=clock.uptime)
    click.echo("stopped")


def _refuse_standing_clock(office: Office) -> None:
    if office.now_text is not None:
        raise click.UsageError("--now stands still, a worker must not; use 'tracker tick --now' or 'tracker replay'")
