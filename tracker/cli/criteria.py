"""`tracker criteria`: sets of criteria, and which commune meets which since when."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from tracker.cli.asking import AS_JSON, BY, DAY, FILE, author_of, file_bytes, show_json
from tracker.cli.office import Office, OfficeGroup, pass_office
from tracker.criteria import attaining
from tracker.criteria.importing import import_criteria
from tracker.criteria.sets import KnownSet, get_criteria, get_set, list_sets
from tracker.criteria.standings import (
    CriteriaGrid,
    PaperFigures,
    load_criteria_grid,
    load_histories,
    load_paper_figures,
)
from tracker.people.units import get_unit
from tracker.rules.criteria import one_digit
from tracker.storage import Storage
from tracker.tasks.changing import known_id
from tracker.tasks.evidence import GivenFile, check_evidence

SET = click.option("--set", "set_code", metavar="SET", help="Code of a set; default: the one that counts today.")
UNIT = click.argument("unit", metavar="UNIT")
CRITERIA = click.argument("criteria", nargs=-1, required=True, metavar="CRITERION…")
BEHALF = click.option("--on-behalf-of", metavar="OFFICER", help="The officer whose word this is.")
ON = click.option("--on", "on", type=DAY, help="The day on which it came to be; default: today.")


@click.group(cls=OfficeGroup)
def criteria() -> None:
    """Criteria of the communes: sets, who meets what, averages."""


@criteria.command("import")
@click.argument("file", type=FILE)
@pass_office
def criteria_import(office: Office, file: Path) -> None:
    """Import sets and attainments; safe to repeat."""
    source = file_bytes(file)
    with office.write() as session:
        counts = import_criteria(session, source, name=file.name, today=office.today, now=office.now)
    click.echo(
        f"criteria {file.name}: sets {counts.sets_added} added, {counts.sets_changed} changed, "
        f"{counts.sets_unchanged} unchanged; {counts.attained} attainments recorded"
    )


@criteria.command("list")
@click.option("--unit", help="One commune, criterion by criterion.")
@SET
@AS_JSON
@pass_office
def criteria_list(office: Office, unit: str | None, set_code: str | None, as_document: bool) -> None:
    """Communes and their criteria, the average, and what the notices say of it."""
    with office.read() as session:
        if unit is not None:
            place = get_unit(session, unit)
            wanted = get_set(session, set_code, on=office.today)
            _show_unit(
                [
                    {
                        "code": one.criterion.code,
                        "name": one.criterion.name,
                        "state": str(one.state),
                        "times": one.times,
                    }
                    for one in load_histories(session, wanted, known_id(place.id), on=office.today)
                ],
                as_document,
            )
            return
        wanted = get_set(session, set_code, on=office.today)
        grid = load_criteria_grid(session, wanted, on=office.today)
        papers = load_paper_figures(session, wanted, today=office.today)
        sets = list_sets(session)
    if as_document:
        show_json(_document(grid, papers))
        return
    _show_grid(grid, papers, sets)


def _show_unit(rows: list[dict[str, Any]], as_document: bool) -> None:
    if as_document:
        show_json([{**row, "times": [_plain(one) for one in row["times"]]} for row in rows])
        return
    for row in rows:
        last = next(iter(row["times"]), None)
        since = f"  since {last.on}" if last and row["state"] in ("verified", "attained") else ""
        since = f"  since {last.lost_on}: {last.lost_because}" if last and row["state"] == "lost" else since
        click.echo(f"{row['code']:>3} {row['state']:<9} {row['name']}{since}")


def _plain(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _document(grid: CriteriaGrid, papers: tuple[PaperFigures, ...]) -> dict[str, Any]:
    return {
        "set": grid.wanted.code,
        "on": grid.tally.on,
        "communes": grid.tally.communes,
        "met": grid.tally.met,
        "average": grid.tally.average,
        "rows": [{"unit": line.name, "met": line.met, "states": line.states} for line in grid.lines],
        "papers": [
            {
                "notice": paper.notice,
                "figures": [
                    {"quote": one.claim.quote, "year": one.claim.year, "paper": one.claim.figure, "ours": one.ours, "difference": one.difference}
                    for one in paper.compared
                ],
                "contradictions": [
                    {"quote": one.gain.quote, "paper": one.gain.figure, "implied": one.implied} for one in paper.contradictions
                ],
            }
            for paper in papers
        ],
    }  # fmt: skip


def _show_grid(grid: CriteriaGrid, papers: tuple[PaperFigures, ...], sets: list[KnownSet]) -> None:
    for one in sets:
        click.echo(
            f"set {one.code}: {len(one.criteria)} criteria, {one.valid_from} to {one.valid_to or '-'}: {one.name}"
        )
    for line in grid.lines:
        click.echo(f"{line.met:>3}/{len(grid.wanted.criteria)} {line.name}")
    average = f"{grid.tally.average:.2f}" if grid.tally.average is not None else "-"
    click.echo(f"average {average}: {grid.tally.met} criteria, {grid.tally.communes} communes, on {grid.tally.on}")
    for paper in papers:
        for compared in paper.compared:
            ours = f"{one_digit(compared.ours)}" if compared.ours is not None else "-"
            click.echo(
                f"{paper.notice}, {compared.claim.year}: “{compared.claim.quote}”; ours {ours}, difference {compared.difference}"
            )
        for odd in paper.contradictions:
            click.echo(
                f"{paper.notice}: “{odd.gain.quote}”, but its averages make {odd.implied} for {odd.communes} communes"
            )


@criteria.command("attain")
@UNIT
@CRITERIA
@ON
@click.option("--note", default="", help="What shows it: a protocol, a decision.")
@click.option("--file", "paths", type=FILE, multiple=True, help="A photo (.jpg, .png) or a PDF; may be repeated.")
@SET
@BY
@BEHALF
@pass_office
def criteria_attain(
    office: Office, unit: str, criteria: tuple[str, ...], on: date | None, note: str, paths: tuple[Path, ...],
    set_code: str | None, by: str, on_behalf_of: str | None,
) -> None:  # fmt: skip
    """A commune meets criteria; its milestone gets the progress as a report."""
    files = [GivenFile(one.name, file_bytes(one)) for one in paths]
    check_evidence(files, office.config.storage)
    with office.write() as session:
        wanted = get_set(session, set_code, on=office.today)
        met = attaining.attain(
            session, get_unit(session, unit), wanted, get_criteria(session, wanted, criteria), on=on or office.today,
            note=note, files=files, storage=Storage(office.config.storage.folder), word=attaining.Word(author_of(session, by, on_behalf_of), office.today, office.now),
        )  # fmt: skip
    click.echo(f"{unit}: meets {met} of {len(wanted.criteria)}")


@criteria.command("verify")
@UNIT
@CRITERIA
@SET
@BY
@pass_office
def criteria_verify(office: Office, unit: str, criteria: tuple[str, ...], set_code: str | None, by: str) -> None:
    """Somebody outside the commune has seen that it meets criteria."""
    with office.write() as session:
        wanted = get_set(session, set_code, on=office.today)
        verified = attaining.verify(
            session, get_unit(session, unit), wanted, get_criteria(session, wanted, criteria),
            word=attaining.Word(author_of(session, by), office.today, office.now),
        )  # fmt: skip
    click.echo(f"{unit}: {verified} of {len(wanted.criteria)} verified")


@criteria.command("lose")
@UNIT
@CRITERIA
@ON
@click.option("--reason", required=True, help="What has worn down, and who found it.")
@SET
@BY
@BEHALF
@pass_office
def criteria_lose(
    office: Office, unit: str, criteria: tuple[str, ...], on: date | None, reason: str, set_code: str | None, by: str,
    on_behalf_of: str | None,
) -> None:  # fmt: skip
    """A commune does not meet criteria any more."""
    with office.write() as session:
        wanted = get_set(session, set_code, on=office.today)
        met = attaining.lose(
            session, get_unit(session, unit), wanted, get_criteria(session, wanted, criteria), on=on or office.today,
            reason=reason, word=attaining.Word(author_of(session, by, on_behalf_of), office.today, office.now),
        )  # fmt: skip
    click.echo(f"{unit}: meets {met} of {len(wanted.criteria)}")
