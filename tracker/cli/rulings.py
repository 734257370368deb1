"""`tracker notice rule`, `split`, `merge`, `reject`, `undo`, `confirm`: what the office decides about drafts."""

from datetime import date

import click

from tracker.cli.asking import BY, DAY, author_of
from tracker.cli.office import Office, OfficeCommand, pass_office
from tracker.models import Kind
from tracker.notices.importing import get_notice
from tracker.people.units import get_unit
from tracker.tasks.draft_choice import chosen_drafts
from tracker.tasks.draft_cuts import cut_before, merge_drafts, split_draft
from tracker.tasks.draft_edits import RECURRENCES, DraftChanges, edit_draft
from tracker.tasks.draft_memory import undo_ruling
from tracker.tasks.draft_rulings import reject_drafts, rule_finding
from tracker.tasks.drafts import confirm

DRAFTS = click.option("--draft", "first", type=int, multiple=True, metavar="N …", help="Drafts by their numbers.")
MORE = click.argument("more", type=int, nargs=-1, metavar="")


@click.command(cls=OfficeCommand)
@click.argument("number")
@click.option("--draft", "position", type=int, metavar="N", help="The draft that is ruled.")
@click.option("--lead", "leads", multiple=True, metavar="UNIT", help="Who owns it; may be repeated.")
@click.option("--due", type=DAY, help="Its last day.")
@click.option("--undated", is_flag=True, help="It has no date.")
@click.option("--title", help="What it says, in at most 120 characters.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="What it is.")
@click.option(
    "--support", "supports", multiple=True, metavar="UNIT", help="Who helps, in place of all; may be repeated."
)
@click.option("--recurrence", type=click.Choice(["none", *RECURRENCES]), help="How often it comes again.")
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
    title: str | None,
    kind: str | None,
    supports: tuple[str, ...],
    recurrence: str | None,
    finding: int | None,
    note: str,
    by: str,
) -> None:
    """Settle an owner, a date, the words or a question before confirming.

    Give --draft N with what is to be different, or --finding N with --note. What the reader proposed is kept. With --due a finding is answered by a
    date, which also moves the open tasks that were made of its draft.
    """
    if finding is not None and (leads or undated or title or kind or supports or recurrence):
        raise click.UsageError("a finding is answered by --note and --due; the other options rule a draft")
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
            changes = DraftChanges(
                title=title, kind=Kind(kind) if kind else None, due_on=due, is_undated=undated,
                leads=[get_unit(session, one) for one in leads] or None,
                supports=[get_unit(session, one) for one in supports] or None,
                recurrence="" if recurrence == "none" else recurrence,
            )  # fmt: skip
            edit_draft(session, paper, position, changes, note=note, author=author, today=office.today, now=office.now)
    click.echo(f"{number}: ruled {f'finding {finding}' if finding is not None else f'draft {position}'}")


@click.command(cls=OfficeCommand)
@click.argument("number")
@click.option("--draft", "position", type=int, required=True, metavar="N", help="The draft that holds two commitments.")
@click.option(
    "--at", "words", required=True, metavar="WORDS", help="With which words of the paper the second one begins."
)
@click.option("--title", default="", help="What the second one says; default: its first words.")
@BY
@pass_office
def notice_split(office: Office, number: str, position: int, words: str, title: str, by: str) -> None:
    """Cut a draft in two at a place of its quote."""
    with office.write() as session:
        paper, author = get_notice(session, number), author_of(session, by)
        (draft,) = chosen_drafts(session, paper, [position])
        made = split_draft(
            session, paper, position, at=cut_before(draft, words), title=title, author=author, today=office.today,
            now=office.now,
        )  # fmt: skip
        click.echo(f"{number}: split draft {position}; the second part is draft {made.position}: {made.title}")


@click.command(cls=OfficeCommand)
@click.argument("number")
@MORE
@DRAFTS
@BY
@pass_office
def notice_merge(office: Office, number: str, more: tuple[int, ...], first: tuple[int, ...], by: str) -> None:
    """Put drafts together into the first of them."""
    positions = _named(first, more)
    with office.write() as session:
        paper, author = get_notice(session, number), author_of(session, by)
        kept = merge_drafts(session, paper, positions, author=author, today=office.today, now=office.now)
        click.echo(f"{number}: merged {len(set(positions))} drafts into draft {kept.position}: {kept.title}")


@click.command(cls=OfficeCommand)
@click.argument("number")
@click.option(
    "--ruling", type=int, required=True, metavar="N", help="Which one, as 'tracker notice show' numbers them."
)
@BY
@pass_office
def notice_undo(office: Office, number: str, ruling: int, by: str) -> None:
    """Take a ruling about drafts back, until they are tasks."""
    with office.write() as session:
        paper, author = get_notice(session, number), author_of(session, by)
        positions = undo_ruling(session, paper, ruling, author=author, today=office.today, now=office.now)
    drafts = ", ".join(str(one) for one in positions)
    click.echo(f"{number}: took ruling {ruling} back" + (f"; drafts {drafts} are as they were" if drafts else ""))


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
