"""What if: the same days with the same people under two ladders, and what each has done to them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from jobs.replay import replay
from tracker.config import Config
from tracker.db import Database
from tracker.notify.policies import PolicyFigures, measure
from tracker.workdays import office_calendar

Show = Callable[[str], None]
OURS, OTHER = "ours", "other"


def compare(
    database: Database,
    config: Config,
    other: Config,
    *,
    first: date,
    last: date,
    story: Path | None,
    out: Path,
    show: Show,
) -> tuple[PolicyFigures, PolicyFigures]:
    """Replay `first` to `last` under the ladder of `config` in OUT/ours, and under that of `other` in OUT/other, and show
    the figures side by side. Raises TrackerError as replay does."""  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    found = {}
    for name, policy in ((OURS, config), (OTHER, other)):
        replay(database, policy, first=first, last=last, story=story, out=out / name, show=_nothing)
        copied = Database(f"sqlite:///{out / name / 'replay.db'}")
        try:
            with copied.read() as session:
                calendar = office_calendar(config.calendar)
                found[name] = measure(session, calendar=calendar, first=first, last=last)
        finally:
            copied.close()
    _show(found[OURS], found[OTHER], show)
    show(f"letters: {out / OURS}/*.eml and {out / OTHER}/*.eml")
    return found[OURS], found[OTHER]


def _nothing(line: str) -> None:
    """A replay within a comparison keeps its summary to itself."""


def _show(ours: PolicyFigures, other: PolicyFigures, show: Show) -> None:
    rows = [("letters", str(ours.letters.total()), str(other.letters.total()))]
    for kind in sorted(ours.letters | other.letters):
        rows.append((f"  {kind}", str(ours.letters[kind]), str(other.letters[kind])))
    rows += [
        ("people who got any", str(ours.people), str(other.people)),
        ("letters a person and week", f"{ours.per_week:.2f}", f"{other.per_week:.2f}"),
        ("most in one week", str(ours.most), str(other.most)),
        ("late tasks", str(ours.late), str(other.late)),
        ("working days until an overseer heard", _days(ours.heard), _days(other.heard)),
        ("late and never escalated", _tasks(ours.never), _tasks(other.never)),
    ]
    show(f"{'':<38}{OURS:>16}{OTHER:>16}")
    for name, one, two in rows:
        show(f"{name:<38}{one:>16}{two:>16}")


def _days(heard: float | None) -> str:
    return "never" if heard is None else f"{heard:+g}"


def _tasks(never: tuple[int, ...]) -> str:
    return str(len(never)) if not never else f"{len(never)} (#{never[0]}{' …' if len(never) > 1 else ''})"
