"""Who may rule drafts, and which drafts are meant."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import Draft, DraftState, Notice, Officer
from tracker.people.officers import load_chains
from tracker.tasks.changing import RULERS
from tracker.tasks.history import Author


def check_may_rule(session: Session, author: Author, *, today: date) -> None:
    """Let the office and the chair through. Raises TaskError naming who they are."""
    chains = load_chains(session, on=today)
    able = {officer for role in RULERS for officer in chains.acting_anywhere(role)}
    if {author.officer_id, author.word_of} <= able:
        return
    codes = session.exec(select(Officer.code).where(col(Officer.id).in_(able))).all()
    raise TaskError(
        f"only the office or the chair rules and confirms drafts; on {today} these are: {', '.join(sorted(codes)) or 'nobody'}"
    )


def chosen_drafts(session: Session, notice: Notice, positions: Sequence[int] | None) -> list[Draft]:
    """The drafts at `positions`, locked; all that are still proposed, when None.

    Raises TaskError for a position that the notice does not have or whose draft is no longer proposed.
    """
    of_notice = select(Draft).where(Draft.notice_id == notice.id).order_by(col(Draft.position))
    drafts = session.exec(of_notice.with_for_update().execution_options(populate_existing=True)).all()
    if positions is None:
        return [draft for draft in drafts if draft.state is DraftState.PROPOSED]
    by_position = {draft.position: draft for draft in drafts}
    for position in positions:
        if position not in by_position:
            raise TaskError(f"the notice has no draft {position}; it has {len(drafts)}")
        if by_position[position].state is not DraftState.PROPOSED:
            raise TaskError(f"draft {position} is already {by_position[position].state}")
    return [by_position[position] for position in dict.fromkeys(positions)]
