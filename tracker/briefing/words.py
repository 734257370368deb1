"""The briefing in words: what every format prints, joined once."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from tracker.briefing.view import BriefingView, CellRow
from tracker.notify.fitting import flat
from tracker.notify.render import programme_of, signing
from tracker.notify.rows import Row, Seen, by_unit, row, safe
from tracker.notify.views import ItemView, OfficeView

CELLS = (
    ("Đã hoàn thành đúng hạn", "done_on_time"),
    ("Đã hoàn thành quá hạn", "done_late"),
    ("Chưa hoàn thành, trong hạn", "open_in_time"),
    ("Chưa hoàn thành, quá hạn", "open_overdue"),
    ("Không ghi hạn", "undated"),
)
UNDATED_OPTIONS = (
    "ấn định ngày hoàn thành cho từng việc",
    "yêu cầu người đứng đầu đơn vị báo cáo tại cuộc họp",
    "điều chỉnh hoặc kết thúc những việc không còn phù hợp",
)
Decision = tuple[Row, str, tuple[str, ...]]  # the task, the question, the options


@dataclass(frozen=True, slots=True)
class Words:
    """A briefing ready to be printed. cells: name, number, change since the last one; overdue: a task, and the number of
    the decision that asks about it (0: none); remarks: by unit, for its row of the table."""

    view: BriefingView
    office: OfficeView
    programme: str
    cells: tuple[tuple[str, int, str], ...]
    change: str
    decisions: tuple[Decision, ...]
    to_decide: int
    unanswered: str
    unanswered_tasks: int
    undated_options: tuple[str, ...]
    became_open: int
    slipped: tuple[Row, ...]
    overdue: tuple[tuple[Row, int], ...]
    finished: tuple[Row, ...]
    coming: tuple[Row, ...]
    at_risk: tuple[Row, ...]
    remarks: tuple[str, ...]

    def values(self) -> dict[str, Any]:
        """What the templates of letter and page see; the rows escaped where they print many."""
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        escaped = tuple((safe(one), question, options) for one, question, options in self.decisions)
        return own | {
            "escaped_decisions": escaped,
            "escaped_overdue": tuple((safe(one), decision) for one, decision in self.overdue),
        }


def words_of(view: BriefingView) -> Words:
    """The words of one briefing."""
    decided = {one.item.task_id: number for number, one in enumerate(view.decisions, 1)}
    overdue = zip(_numbered(view.overdue, view.door), view.overdue, strict=True)
    return Words(
        view=view,
        office=signing(view.office),
        programme=programme_of(view.office.programme),
        cells=tuple((name, getattr(view.total, field), _changed(view, field)) for name, field in CELLS),
        change=_changed(view, "total"),
        decisions=_decisions(view),
        to_decide=len(view.decisions) + bool(view.unanswered),
        unanswered=by_unit(view.unanswered),
        unanswered_tasks=sum(number for _, number in view.unanswered),
        undated_options=UNDATED_OPTIONS,
        became_open=sum(one.is_open for one in view.became),
        slipped=_numbered(view.slipped, view.door),
        overdue=tuple((one, decided.get(item.task_id, 0)) for one, item in overdue),
        finished=_numbered(view.finished, view.door),
        coming=_numbered(view.coming, view.door),
        at_risk=_numbered(view.at_risk, view.door),
        remarks=tuple(map(remark_of, view.units)),
    )


def _decisions(view: BriefingView) -> tuple[Decision, ...]:
    seen = Seen()
    return tuple(
        (row(one.item, number, seen, view.door, is_since=True), flat(one.question), one.options)
        for number, one in enumerate(view.decisions, 1)
    )


def _numbered(items: Iterable[ItemView], door: str) -> tuple[Row, ...]:
    seen = Seen()
    return tuple(row(item, number, seen, door, is_since=True) for number, item in enumerate(items, 1))


def _changed(view: BriefingView, field: str) -> str:
    """Against the week before: "tăng 2", "giảm 1", "không đổi"; empty in the first briefing."""
    if view.previous is None:
        return ""
    return _against(getattr(view.total, field), getattr(view.previous, field)) or "không đổi"


def _against(now: int, before: int) -> str:
    change = now - before
    return "" if not change else f"tăng {change}" if change > 0 else f"giảm {-change}"


def remark_of(unit: CellRow) -> str:
    """What stands beside a unit: tasks without a date, how many open ones were reported on this week, how the overdue
    ones moved, and the coordinator's own words."""
    parts = []
    if unit.undated:
        done = f" (đã xong {unit.done_undated})" if unit.done_undated else ""
        parts.append(f"{unit.undated} việc không ghi hạn{done}")
    if not unit.updated.endswith("/0"):
        parts.append(f"cập nhật {unit.updated}")
    if unit.overdue_before is not None and (moved := _against(unit.open_overdue, unit.overdue_before)):
        parts.append(f"quá hạn {moved}")
    if unit.remark:
        parts.append(flat(unit.remark))
    return "; ".join(parts)
