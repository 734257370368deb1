"""`tracker init`, `backup`, `restore`: the database as one file."""

from contextlib import closing
from pathlib import Path

import click

from tracker import backup as copies
from tracker.cli.asking import FILE
from tracker.cli.office import DEFAULT_FILE, Office, OfficeCommand, pass_office
from tracker.cli.register import import_file
from tracker.config import shipped_config
from tracker.db import Database
from tracker.keeping import keep_older
from tracker.people.links import make_web_secret
from tracker.storage import Storage


@click.command(cls=OfficeCommand)
@click.option("--register", "register_file", type=FILE, help="A register to import.")
@click.option("--no-backup", is_flag=True, help="Migrate an older database without keeping a copy of it.")
@pass_office
def init(office: Office, register_file: Path | None, no_backup: bool) -> None:
    """Create or migrate the database; import a register.

    Safe to repeat. An older database is kept in a file of its own before it is migrated. Writes a config.toml that explains
    every key where there is none.
    """
    if not office.config_file.exists() and office.config_file == DEFAULT_FILE:
        office.config_file.write_text(shipped_config(), "utf-8")
        click.echo(f"{office.config_file} written: set [office] and [mail] before letters go out")
    with closing(Database(office.config.database.url)) as database:
        folder = office.config.storage.folder.parent
        keep = keep_older(database, folder, lambda file: click.echo(f"kept as it was: {file}"), now=office.now)
        database.migrate(keep=None if no_backup else keep)
    click.echo(f"database ready: {database.url.render_as_string(hide_password=True)}")
    if made := make_web_secret(office.config.web):
        click.echo(f"secret for links and forms made: {made}")
    if register_file is not None:
        import_file(office, register_file)


@click.command(cls=OfficeCommand)
@click.argument("file", type=FILE)
@pass_office
def backup(office: Office, file: Path) -> None:
    """Copy the database with all papers and evidence into one file while others work.

    The copy is checked; a FILE that exists is never overwritten.
    """
    size = copies.back_up(
        office.database(), file, Storage(office.config.storage.folder), office.config.notices.pages_folder
    )
    click.echo(f"backup {file}: {size:,} bytes, checked")


@click.command(cls=OfficeCommand)
@click.argument("file", type=FILE)
@pass_office
def restore(office: Office, file: Path) -> None:
    """Bring a backup back.

    What the database held before is kept beside it.
    """
    with closing(Database(office.config.database.url)) as database:
        kept = copies.restore(
            database, file, Storage(office.config.storage.folder), office.config.notices.pages_folder, now=office.now
        )
    click.echo(f"restored from {file}" + (f"; what was there before is in {kept}" if kept else ""))
