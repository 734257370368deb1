"""`tracker notice rule`, `reject`, `confirm`: what the office decides about drafts before anybody hears of them."""

from datetime import date

import click

from tracker.cli.asking import BY, DAY, author_of
from tracker.cli.office import Office, OfficeCommand, pass_office
from tracker.notices.importing import get_notice
from tracker.people.units import get_unit
from tracker.tasks.draft_rulings import reject_drafts, rule_draft, rule_finding
from tracker.tasks.drafts import confirm

DRAFTS = click.option("--draft", "first", type=int, multiple=True, metavar="N …", help="Drafts by their numbers.")
MORE = click.argument("more", type=int, nargs=-1, metavar="")


@click.command(cls=OfficeCommand)
@click.argument("number")
@click.option("--draft", "position", type=int, metavar="N", help="The draft that is ruled.")
@click.option("--lead", "leads", multiple=True, metavar="UNIT", help="Who owns it; may be repeated.")
@click.option("--due", type=DAY, help="Its last day.")
@click.option("--undated", is_flag=True, help="It has no date.")
@click.option("--finding", type=int, metavar="N", help="The question that is answered.")
@click.option("--note", default="", help="The answer, or the reason of the ruling.")
@BY
@pass_office
def notice_rule(
    office: Office,
    number: str,
    position: int | None,
    leads: tuple[str, ...],
    due: date | None,
    undated: bool,
    finding: int | None,
    note: str,
    by: str,
) -> None:
    """Settle an owner, a date or a question before confirming.

    Give --draft N with --lead, --due or --undated, or --finding N with --note. With --due a finding is answered by a
    date, which also moves the open tasks that were made of its draft.
    """
    if finding is not None and (leads or undated):
        raise click.UsageError("a finding is answered by --note and --due; --lead and --undated rule a draft")
    if (position is None) == (finding is None):
        raise click.UsageError("give --draft N with what is ruled, or --finding N with --note")
    with office.write() as session:
        paper = get_notice(session, number)
        author = author_of(session, by)
        if finding is not None:
            rule_finding(
                session, paper, finding, ruling=note, due_on=due, author=author, today=office.today, now=office.now
            )
        elif position is not None:
            rule_draft(
                session, paper, position, leads=[get_unit(session, lead) for lead in leads], due_on=due, is_undated=undated,
                note=note, author=author, today=office.today, now=office.now,
            )  # fmt: skip
    click.echo(f"{number}: ruled {f'finding {finding}' if finding is not None else f'draft {position}'}")


@click.command(cls=OfficeCommand)
@click.argument("number")
@MORE
@DRAFTS
@click.option("--note", "--reason", "reason", required=True, help="Why it is no commitment.")
@BY
@pass_office
def notice_reject(
    office: Office, number: str, more: tuple[int, ...], first: tuple[int, ...], reason: str, by: str
) -> None:
    """Say that drafts are no commitments, and why."""
    positions = _named(first, more)
    if not positions:
        raise click.UsageError("name drafts with --draft N …")
    with office.write() as session:
        paper, author = get_notice(session, number), author_of(session, by)
        reject_drafts(session, paper, positions, reason=reason, author=author, today=office.today, now=office.now)
    click.echo(f"{number}: rejected {len(set(positions))} drafts")


def _named(first: tuple[int, ...], more: tuple[int, ...]) -> tuple[int, ...]:
    """`--draft 1 2 3` and `--draft 1 --draft 2 --draft 3` name the same drafts."""
    if more and not first:
        raise click.UsageError(f"what is {more[0]}? name drafts with --draft N …")
    return first + more


@click.command(cls=OfficeCommand)
@click.argument("number")
@MORE
@click.option("--all", "everything", is_flag=True, help="Every draft that is still proposed.")
@DRAFTS
@click.option("--lead", metavar="UNIT", help="Rule the owner of one draft.")
@click.option("--due", type=DAY, help="Rule the date of one draft.")
@BY
@pass_office
def notice_confirm(
    office: Office,
    number: str,
    more: tuple[int, ...],
    everything: bool,
    first: tuple[int, ...],
    lead: str | None,
    due: date | None,
    by: str,
) -> None:
    """Make tasks of drafts."""
    positions = _named(first, more)
    if everything == bool(positions):
        raise click.UsageError("name drafts with --draft N …, or all of them with --all")
    with office.write() as session:
        unit = get_unit(session, lead) if lead else None
        done = confirm(
            session, get_notice(session, number), positions=positions or None, lead=unit, due_on=due,
            author=author_of(session, by), today=office.today, now=office.now,
        )  # fmt: skip
    click.echo(f"{len(done.task_ids)} tasks; {len(done.left)} drafts stay open")
    for one in done.left:
        click.echo(f"  draft {one.position} ({one.title}): {one.why}")
