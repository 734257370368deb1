"""Công văn đôn đốc: the draft of an official letter to one unit with all its late tasks; a person signs and sends it."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.briefing.paper import Annex, Block, Column, Paper, Paragraph, Run, Table, plain
from tracker.config import Config
from tracker.errors import TrackerError
from tracker.models import Kind, Officer, Task, Unit
from tracker.notify.composing import ANSWER_DAYS, load_items, office_view
from tracker.notify.fitting import flat
from tracker.notify.render import signing
from tracker.notify.rows import Seen, row
from tracker.notify.sweep import worst_first
from tracker.notify.views import ItemView, day
from tracker.people.officers import load_chains
from tracker.rules.calendar import WorkingCalendar

COLUMNS = (
    Column("TT", 5),
    Column("Nội dung", 52, align="left"),
    Column("Căn cứ", 40, align="left"),
    Column("Thời hạn", 15),
    Column("Quá hạn (ngày làm việc)", 12),
    Column("Báo cáo gần nhất", 36, align="left"),
)


def late_units(session: Session, *, today: date) -> dict[int, int]:
    """How many late tasks each unit has today; units without any are left out."""
    query = sa.select(col(Task.lead_unit_id), sa.func.count()).where(*_late(today)).group_by(col(Task.lead_unit_id))
    return dict(session.execute(query).all())


def _late(today: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Task.kind) != Kind.POLICY,
        col(Task.due_on) < today,
        col(Task.done_on).is_(None),
        col(Task.verified_on).is_(None),
        col(Task.cancelled_on).is_(None),
        col(Task.is_held).is_(False),
    )


def late_tasks(
    session: Session, unit: Unit, *, config: Config, calendar: WorkingCalendar, today: date
) -> tuple[ItemView, ...]:
    """The open tasks of a unit whose date has passed and which nobody has claimed done, the latest first."""
    wanted = session.scalars(sa.select(col(Task.id)).where(col(Task.lead_unit_id) == unit.id, *_late(today)))
    ids = [id_ for id_ in wanted if id_ is not None]
    items = load_items(session, ids, config=config, calendar=calendar, today=today)
    return tuple(sorted(items.values(), key=worst_first))


def dispatch_paper(session: Session, unit: Unit, *, config: Config, calendar: WorkingCalendar, today: date) -> Paper:
    """The draft to one unit: what it is asked, by when, and its late tasks in an annex. Number, day and signature are
    left open. Raises TrackerError when the unit has no late task."""
    items = late_tasks(session, unit, config=config, calendar=calendar, today=today)
    if not items:
        raise TrackerError(f"{unit.name} has no late task on {today}; there is nothing to write about")
    office = signing(office_view(config))
    answer_by = day(calendar.add(today, ANSWER_DAYS))
    return Paper(
        kind="",
        subject=f"đôn đốc thực hiện nhiệm vụ quá hạn ({len(items)} việc)",
        sign=f"/{office.symbol or 'CV'}",
        superior=office.superior,
        office=office.name,
        place=office.place,
        blocks=_words(items, flat(unit.name), answer_by, today),
        addressees=(flat(unit.name),),
        annexes=(Annex("Danh mục nhiệm vụ quá hạn", (_table(items, config),)),),
        receivers=("Như trên;", *_copied(session, unit, today), "Lưu: VT."),
        signed=(office.signatory or office.name,),
    )


def _words(items: tuple[ItemView, ...], unit: str, answer_by: str, today: date) -> tuple[Block, ...]:
    notices = tuple(dict.fromkeys(flat(item.notice) for item in items))
    of = f"Căn cứ {'; '.join(notices)};"
    late = f"Qua theo dõi, đến ngày {day(today)}, {unit} còn {len(items)} nhiệm vụ quá hạn chưa hoàn thành (Phụ lục kèm theo)."
    silent = sum(item.last_report is None for item in items)
    return (
        Paragraph(plain(of)),
        Paragraph(plain(late, f" Trong đó {silent} nhiệm vụ chưa có báo cáo." if silent else "")),
        Paragraph(plain(f"Để bảo đảm tiến độ chung, đề nghị {unit}:")),
        Paragraph(
            plain("Tập trung chỉ đạo, hoàn thành các nhiệm vụ tại Phụ lục; nêu rõ ngày hoàn thành của từng nhiệm vụ."),
            label="1.",
            level=1,
        ),
        Paragraph(
            plain(f"Báo cáo kết quả, khó khăn, vướng mắc và đề xuất (nếu có) trước ngày {answer_by}."),
            label="2.",
            level=1,
        ),
        Paragraph(
            plain("Trường hợp cần gia hạn, gửi đề nghị nêu lý do và ngày đề xuất để cấp có thẩm quyền xem xét."),
            label="3.",
            level=1,
        ),
        Paragraph((Run(f"Đề nghị {unit} quan tâm thực hiện./."),)),
    )


def _table(items: tuple[ItemView, ...], config: Config) -> Table:
    seen = Seen()
    rows = []
    for number, item in enumerate(items, 1):
        found = row(item, number, seen, config.web.base_url)
        quote = f": “{found.quote}”" if found.quote else found.seen
        report = f"Ngày {item.last_report}: {found.note}" if item.last_report else "chưa có báo cáo"
        first = f" (hạn gốc {item.first_due})" if item.first_due else ""
        rows.append(
            (found.number, found.title, f"{found.source}{quote}", f"{item.due}{first}", item.working_days_late, report)
        )
    return Table(COLUMNS, tuple(rows), size=12)


def _copied(session: Session, unit: Unit, today: date) -> tuple[str, ...]:
    """The overseers of the unit get a copy: they answer for it jointly."""
    chains = load_chains(session, on=today)
    overseers = chains.overseers(unit.id, unit.id)
    if not overseers:
        return ()
    posts = session.scalars(
        sa.select(col(Officer.post)).where(col(Officer.id).in_(overseers)).order_by(col(Officer.id))
    )
    return tuple(f"{flat(post)} (b/c);" for post in posts)
