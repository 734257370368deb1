"""The addresses in letters, all of them: a letter opens by one door, and its tasks lie behind that door."""

from datetime import date

from tracker.config import Web
from tracker.people.links import link_maker


def letter_door(web: Web, officer_id: int, *, today: date) -> str:
    """Where the reader of a letter finds everything that is theirs: signed for this officer on this day, so that it opens
    without a password; an office without a secret sends its readers to the page that asks them to sign in."""
    links = link_maker(web)
    return links.address(officer_id, today=today) if links is not None else f"{web.base_url.rstrip('/')}/me"


def office_door(base_url: str) -> str:
    """Where those who sign in find all tasks: the door of the briefing, which many read."""
    return f"{base_url.rstrip('/')}/tasks"


def task_link(door: str, task_id: int) -> str:
    """One task behind a door."""
    return f"{door}/{task_id}"


def briefing_link(base_url: str, period: str) -> str:
    """Where the briefing of a week (2020-W28) is read and printed."""
    return f"{base_url.rstrip('/')}/briefings/{period}"
