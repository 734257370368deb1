"""`tracker register`: units, officers, appointments."""

from pathlib import Path

import click

from tracker.cli.asking import FILE, file_bytes
from tracker.cli.office import Office, OfficeGroup, pass_office
from tracker.people.register import Count, export_register, import_register


@click.group(cls=OfficeGroup)
def register() -> None:
    """Units, officers, appointments."""


@register.command("import")
@click.argument("file", type=FILE)
@pass_office
def register_import(office: Office, file: Path) -> None:
    """Import a register file; safe to repeat."""
    import_file(office, file)


def import_file(office: Office, file: Path) -> None:
    """Import a register and say how its rows fared. Raises TrackerError."""
    source = file_bytes(file)
    with office.write() as session:
        counts = import_register(session, source, name=file.name, now=office.now)
    click.echo(
        f"register {file.name}: units {_said(counts.units)}; officers {_said(counts.officers)}; "
        f"appointments {_said(counts.appointments)}"
    )


def _said(count: Count) -> str:
    return f"{count.added} added, {count.changed} changed, {count.unchanged} unchanged"


@register.command("export")
@click.argument("file", type=FILE)
@pass_office
def register_export(office: Office, file: Path) -> None:
    """Write the register to a file."""
    with office.read() as session:
        content = export_register(session)
    file.write_bytes(content)
    click.echo(f"register written to {file}")
