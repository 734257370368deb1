"""What became of the decisions that the last briefing asked for: told by what differs from what was frozen."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.briefing.view import BecameView, DecisionView
from tracker.models import Extension, Task
from tracker.notify.fitting import flat
from tracker.notify.views import ItemView, day
from tracker.people.among import among


def outcomes(session: Session, asked: Iterable[DecisionView], items: Mapping[int, ItemView]) -> tuple[BecameView, ...]:
    """One line for each question of the last briefing. items: the same tasks as they stand now, by number."""
    before = [one.item for one in asked]
    wanted = [item.task_id for item in before]
    ended = _ended(session, wanted)
    refused = _refused(session, wanted)
    return tuple(_became(item, items.get(item.task_id), ended, refused) for item in before)


def _became(before: ItemView, now: ItemView | None, ended: Mapping[int, str], refused: Mapping[int, str]) -> BecameView:
    id_ = before.task_id
    if id_ in ended:
        outcome = ended[id_]
    elif now is None:
        outcome = ""
    elif now.owner != before.owner:
        outcome = f"đã chuyển giao cho {flat(now.owner)}"
    elif now.due != before.due:
        outcome = f"thời hạn mới {now.due}, thay cho {before.due or 'không ghi hạn'}"
    elif before.is_extension_asked and id_ in refused and not now.is_extension_asked:
        outcome = f"không đồng ý gia hạn, giữ nguyên thời hạn {now.due} ({refused[id_]})"
    elif now.done is not None and before.done is None:
        outcome = f"đơn vị đã báo hoàn thành ngày {now.done}, chờ nghiệm thu"
    elif now.ruling and now.ruling != before.ruling:
        outcome = flat(now.ruling)
    else:
        outcome = ""
    owner = flat(now.owner if now is not None else before.owner)
    return BecameView(id_, flat(before.title), owner, outcome or "chưa có quyết định", not outcome)


def _ended(session: Session, wanted: list[int]) -> dict[int, str]:
    """Tasks that are closed by now, and how."""
    query = sa.select(col(Task.id), col(Task.cancelled_on), col(Task.verified_on), col(Task.done_on)).where(
        among(session, col(Task.id), wanted)
    )
    found = {}
    for id_, cancelled, verified, done in session.execute(query):
        if cancelled is not None:
            found[id_] = f"đã kết thúc, không thực hiện tiếp (ngày {day(cancelled)})"
        elif verified is not None:
            found[id_] = f"đã hoàn thành ngày {day(done or verified)}, nghiệm thu ngày {day(verified)}"
    return found


def _refused(session: Session, wanted: list[int]) -> dict[int, str]:
    """Tasks whose last request for more time was refused, and on which day it was asked."""
    query = sa.select(col(Extension.task_id), col(Extension.granted_on), col(Extension.asked_on)).where(
        among(session, col(Extension.task_id), wanted), col(Extension.decided_at).is_not(None)
    )
    last = {task: (granted, on) for task, granted, on in session.execute(query.order_by(col(Extension.id)))}
    return {task: f"đề nghị ngày {day(on)}" for task, (granted, on) in last.items() if granted is None}
