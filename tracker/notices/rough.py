"""A draft while it is being read: spans only, before names are looked up and findings written."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracker.notices.dates import Time
from tracker.notices.milestones import Target

Span = tuple[int, int]


@dataclass
class Rough:
    """A commitment as spans. `leads` and `supports` are spans of names; `owner_rule` and `due_rule` say which rule found
    owner and date, `is_carried` that the owner goes on from the words before; `stated` holds every further place that states it, with the time it gives there."""

    kind: str
    span: Span
    clause: str | None
    leads: tuple[Span, ...] = ()
    supports: tuple[Span, ...] = ()
    owner_rule: str = "none"
    time: Time = field(default_factory=Time)
    due_rule: str = ""
    stated: list[tuple[Span, str | None, Time]] = field(default_factory=list)
    target: Target | None = None
    place: str | None = None
    context: Span | None = None
    verb: int | None = None
    group: Span | None = None
    is_row: bool = False
    is_carried: bool = False

    def inherit(self, time: Time | None) -> None:
        """Takes the date of a heading or of a closing sentence, unless the words have one or point elsewhere."""
        if (
            time
            and time.is_dated
            and not self.time.is_dated
            and not {"event_horizon", "date_elsewhere"} & set(self.time.findings)
        ):
            self.time = Time(
                time.due_on, time.target_on, time.other_due, time.span, time.recurrence, time.recurrence_day,
                self.time.urgency, "stated above" if time.rule != "column" else "column", (*self.time.findings, *time.findings), time.note,
            )  # fmt: skip

    def restate(self, span: Span, clause: str | None, time: Time) -> None:
        """Adds another place of the notice; the stricter date governs and the looser one stays as `other_due`."""
        self.stated.append((span, clause, time))
        dates = sorted(day for day in (self.time.due_on, time.due_on) if day)
        if not dates or (time.due_on is None and not time.recurrence):
            return
        governing = time if time.due_on == dates[0] else self.time
        other = dates[1] if len(dates) > 1 and dates[1] != dates[0] else governing.other_due
        codes = tuple(dict.fromkeys((*governing.findings, *(("two_dates",) if other else ()))))
        self.time = Time(
            governing.due_on, governing.target_on, other, governing.span, governing.recurrence or self.time.recurrence,
            governing.recurrence_day or self.time.recurrence_day, self.time.urgency or time.urgency, governing.rule, codes, governing.note,
        )  # fmt: skip
