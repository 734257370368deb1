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


def choice_door(web: Web, door: str) -> str:
    """Where the reader of a letter with this door chooses when the weekly letter comes."""
    base = web.base_url.rstrip("/")
    return f"{door}/choice" if door.startswith(f"{base}/l/") else f"{base}/account/digest"


def unsubscribe_door(web: Web, officer_id: int, *, today: date) -> str:
    """Where one click leaves out the letters that may be left out; empty for an office without a secret."""
    links = link_maker(web)
    return links.unsubscribing(officer_id, today=today) if links is not None else ""


def unsubscribe_headers(url: str) -> bytes:
    """The header lines of RFC 2369 and RFC 8058, which asks for https; never folded, never encoded: programs compare them
    byte by byte, and some do not unfold."""
    if not url.startswith("https://"):
        return b""
    return b"List-Unsubscribe: <%b>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" % url.encode("ascii")
