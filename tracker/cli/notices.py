"""`tracker notice import`, `list`, `show`."""

from pathlib import Path
from typing import Any

import click

from tracker.cli.asking import AS_JSON, FILE, file_bytes, show_json
from tracker.cli.office import Office, OfficeCommand, pass_office
from tracker.cli.reading import file_hash, read_file, said_of_nothing
from tracker.errors import NoticeError
from tracker.notices.files.opening import hash_of
from tracker.notices.importing import import_notice, label_of, refuse_known
from tracker.notices.listing import list_notices, show_notice
from tracker.notices.uploads import media_type_of
from tracker.storage import Storage
from tracker.tasks.files import keep_file


@click.command(cls=OfficeCommand)
@click.argument("file", type=FILE)
@AS_JSON
@pass_office
def notice_import(office: Office, file: Path, as_document: bool) -> None:
    """Store a paper with its drafts and findings; sends nothing.

    It is kept as it came, beside what was read in it.
    """
    office.database()
    with office.read() as session:
        refuse_known(session, file_hash(file), file_name=file.name)
    read = read_file(office, file, keeps_pages=True)
    data = file_bytes(file)  # not sooner: a scan of 100 MB is not held while its pages are recognised
    if hash_of(data) != read.sha256:
        raise NoticeError(f"{file.name}: the file changed while it was read; import it again")
    with office.write() as session:
        media_type = media_type_of(data, name=file.name)
        keep_file(session, Storage(office.config.storage.folder), data, media_type=media_type, now=office.now)
        label = label_of(import_notice(session, read, file_name=file.name, today=office.today, now=office.now))
    if as_document:
        show_json({"number": label, "drafts": len(read.drafts), "findings": len(read.findings)})
    else:
        click.echo(
            f"imported {label}: {len(read.drafts)} drafts, {len(read.findings)} findings; confirm them to make tasks"
        )
        for line in said_of_nothing(read):
            click.echo(line)


@click.command(cls=OfficeCommand)
@AS_JSON
@pass_office
def notice_list(office: Office, as_document: bool) -> None:
    """All notices, with their counts."""
    with office.read() as session:
        rows = list_notices(session)
    if as_document:
        show_json(rows)
        return
    for row in rows:
        counts = f"{row['drafts']:>4} drafts {row['tasks']:>4} tasks {row['open_findings']:>4} open findings"
        click.echo(f"{row['number']:<20} {row['issued_on'] or '-':<10} {counts}  {row['subject'] or ''}"[:160])


@click.command(cls=OfficeCommand)
@click.argument("number")
@AS_JSON
@pass_office
def notice_show(office: Office, number: str, as_document: bool) -> None:
    """Drafts, findings and groups of one notice."""
    with office.read() as session:
        found = show_notice(session, number, today=office.today)
    if as_document:
        show_json(found)
        return
    for draft in found["drafts"]:
        _show_draft(draft)
    for finding in found["findings"]:
        ruled = f" (ruled: {finding['ruling']})" if finding["ruling"] else ""
        where = f"line {finding['line']}" if finding["line"] else "whole paper"
        click.echo(f"  ? {finding['number']} {finding['code']}, {where}: {finding['message']}{ruled}")
    for ruling in found["rulings"]:
        about = ", ".join(str(one) for one in ruling["drafts"]) or "the paper"
        back = " (taken back)" if ruling["is_undone"] else ""
        said = f": {ruling['note']}" if ruling["note"] else ""
        click.echo(f"  ~ {ruling['number']} {ruling['verb']} {about}{said}, by {ruling['by']}{back}")
    for group in found["groups"]:
        click.echo(f"  = {group['members']} members: {group['title']}: {group['standings']}")


def _show_draft(draft: dict[str, Any]) -> None:
    owners = ", ".join(party["written"] for party in draft["leads"]) or "?"
    head = f"{draft['position']:>3} {draft['state']:<9} {draft['kind']:<9} {draft['due_on'] or '-':<10}"
    click.echo(f"{head} [{draft['clause']}] {draft['title']} ({owners})")
    for source in draft["sources"]:
        click.echo(f"      line {source['line']}: {' '.join(source['quote'].split())}")
