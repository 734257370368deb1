"""`tracker replay`, `demo`: months in minutes, through the same code as live operation."""

from datetime import date
from pathlib import Path

import click

from jobs.comparing import compare
from jobs.demo import demo as play_demo
from jobs.replay import replay as play
from tracker.cli.asking import DAY, FILE
from tracker.cli.office import Office, OfficeCommand, pass_office
from tracker.config import read_config


@click.command(cls=OfficeCommand)
@click.option("--from", "first", type=DAY, required=True, help="The first day.")
@click.option("--to", "last", type=DAY, required=True, help="The last day.")
@click.option("--story", type=FILE, help="What people do meanwhile; samples/story-2020.toml tells how it is written.")
@click.option("--out", type=FILE, required=True, help="Folder for the letters and the copy of the database.")
@click.option("--ladder", "ladder_file", type=FILE, help="Play the days twice and compare with this [[ladder]].")
@pass_office
def replay(office: Office, first: date, last: date, story: Path | None, out: Path, ladder_file: Path | None) -> None:
    """Run days through the same tick on a copy of the database.

    Letters stay in OUT as .eml; the database of the office is not touched and nothing is sent. With --ladder the same days
    are played under both ladders, and what each has done to people is shown side by side.
    """
    if ladder_file is not None:
        other = office.config.model_copy(update={"ladder": read_config(ladder_file).ladder})
        compare(office.database(), office.config, other, first=first, last=last, story=story, out=out, show=click.echo)
        return
    play(office.database(), office.config, first=first, last=last, story=story, out=out, show=click.echo)


@click.command(cls=OfficeCommand)
@click.option("--folder", type=FILE, default=Path("var/demo"), show_default=True, help="Made anew each time.")
def demo(folder: Path) -> None:
    """The main job on the sample notice, from an empty folder to letters."""
    play_demo(folder, show=click.echo)
