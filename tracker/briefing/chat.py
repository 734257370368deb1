"""A few lines to paste into the chat group of a unit: how it stands this week and what is asked of it."""

from tracker.briefing.view import BriefingView, CellRow
from tracker.errors import TrackerError
from tracker.notify.fitting import cut, flat
from tracker.notify.views import ItemView

MOST_TASKS = 5
TITLE_LENGTH = 90


def chat_text(view: BriefingView, unit: str) -> str:
    """Plain lines about one unit of a briefing, with its late and coming tasks. Raises TrackerError when the briefing
    has no such unit."""
    row = next((one for one in view.units if one.name == unit), None)
    if row is None:
        raise TrackerError(f"the briefing {view.period} has no unit named {unit!r}")
    late = [item for item in view.overdue if flat(item.owner) == unit]
    coming = [item for item in view.coming if flat(item.owner) == unit]
    lines = [f"{view.office.name} – tuần {view.week} – {unit}", _stands(row)]
    lines += _listed("Quá hạn", late) + _listed("Đến hạn trong bốn tuần tới", coming)
    if late:
        lines.append(
            "Đề nghị đơn vị báo cáo kết quả và ngày hoàn thành từng việc quá hạn theo liên kết trong thư tuần."
        )
    elif not coming:
        lines.append("Không có việc quá hạn; đề nghị đơn vị tiếp tục cập nhật tiến độ.")
    lines.append(f"Số liệu chốt: {view.cut_off}.")
    return "\n".join(lines)


def _stands(row: CellRow) -> str:
    done = row.done_on_time + row.done_late + row.done_undated
    parts = [
        f"Tổng số {row.total} việc",
        f"đã hoàn thành {done}",
        f"trong hạn {row.open_in_time}",
        f"quá hạn {row.open_overdue}",
    ]
    if row.undated - row.done_undated:
        parts.append(f"không ghi hạn {row.undated - row.done_undated}")
    return ", ".join(parts) + "."


def _listed(heading: str, items: list[ItemView]) -> list[str]:
    if not items:
        return []
    lines = [f"{heading}:"]
    for item in items[:MOST_TASKS]:
        late = f", quá hạn {item.working_days_late} ngày làm việc" if item.working_days_late else ""
        lines.append(f"- {cut(flat(item.title), TITLE_LENGTH)} (hạn {item.due}{late})")
    if len(items) > MOST_TASKS:
        lines.append(f"- và {len(items) - MOST_TASKS} việc khác")
    return lines
