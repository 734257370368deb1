"""What the templates of letters see: plain values, dates already as dd/mm/yyyy (each is formatted once)."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=8192)
def day(value: date) -> str:
    """A date as officials write it: 03/07/2020."""
    return f"{value:%d/%m/%Y}"


def day_of(written: str) -> date:
    """The date that `day` has written."""
    return date(int(written[6:]), int(written[3:5]), int(written[:2]))


@dataclass(frozen=True, slots=True)
class ToldView:
    """One earlier letter about a task: when, to which post, on which rung (remind, head, overseer, office, digest)."""

    on: str
    post: str
    rung: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """One task in a letter, in the order in which letters speak."""

    task_id: int
    title: str
    owner: str
    place: str | None
    is_milestone: bool
    due: str | None
    first_due: str | None  # only when it differs from `due`: the task was extended
    due_phrase: str | None
    due_clause: str  # where `due_phrase` stands, "điểm a mục 4.4", when the quote does not hold it
    working_days_late: int  # 0: not late
    working_days_left: int | None  # None: no date, or late
    clause: str  # "điểm a mục 4.4"
    notice: str  # "Thông báo số 253/TB-UBND ngày 13/02/2020"
    quote: str
    urgency: str | None
    percent: int
    last_report: str | None
    last_note: str | None
    returned: tuple[str, str] | None  # the last report claimed "done" and was returned: the day and the reason
    promised: str | None
    is_forecast_late: bool
    done: str | None  # the day for which "done" was claimed; it waits for verification
    is_extension_asked: bool
    proposed: str | None  # the date asked for
    answer_by: str  # the day by which an answer is expected
    told: tuple[ToldView, ...]
    duty: str = ""  # of a recurring duty: this instance, and how many were answered and missed
    ruling: str = ""  # what was decided about it since its owner last reported
    early: tuple[str, ...] = ()  # why a milestone is in danger before its date, in words, the strongest reason first


@dataclass(frozen=True, slots=True)
class GroupView:
    """Items of one commune (or one unit), for letters that are grouped."""

    title: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """A part of a letter; `name` is one of overdue, due, stale, waiting, remind, head, overseer, office, silent,
    extension.

    `groups` holds at least one group; ungrouped sections have a single group with an empty title. `hidden` more items
    did not fit ("và N việc khác"); `total` counts all, and in a grouped section `owners` counts all of each unit.
    """

    name: str
    groups: tuple[GroupView, ...]
    hidden: int
    total: int
    owners: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class OfficeView:
    """Who signs, and whom to ring. For papers: who stands above the office, its letters in their number ("VPĐP"), and
    the post that signs."""

    name: str
    telephone: str
    place: str
    programme: str
    base_url: str
    superior: str = ""
    symbol: str = ""
    signatory: str = ""


@dataclass(frozen=True, slots=True)
class LetterView:
    """A whole letter; `url` is its door, behind which its tasks lie (links.py). `addressee`: the post, with the name when the register has one. `finished`: units that are
    done (named before those who are late). `liability`: the notice's own words on joint liability with their source,
    in an overseer's first letter about it only. `week`: "28/2020" on weekly letters. `resting`: open tasks without a date that
    the letter does not ask about."""

    kind: str
    addressee: str
    unit: str
    roles: tuple[str, ...]
    office: OfficeView
    today: str
    week: str
    sections: tuple[SectionView, ...]
    finished: tuple[str, ...]
    liability: tuple[tuple[str, str], ...]
    url: str
    resting: int = 0
    stands_in_for: tuple[str, ...] = ()  # the posts of the absent whom the reader stands in for
    acting_roles: tuple[str, ...] = ()  # what those absent are
    choice_url: str = ""  # on weekly letters: where day and hour are chosen
    unsubscribe_url: str = ""  # on letters that may be left out
    takes_answers: bool = False  # somebody reads answers by mail: the foot says how to write one
    heard: tuple[
        tuple[str, tuple[str, ...], tuple[str, ...]], ...
    ] = ()  # answers by mail: day, what was done, what was not understood
    undelivered: tuple[str, ...] = ()  # for the office: whose address takes no letters, and since when
    unread: int = 0  # for the office: mails that nobody has understood yet

    def total(self, *names: str) -> int:
        """How many tasks stand in the sections of these names."""
        return sum(section.total for section in self.sections if section.name in names)
