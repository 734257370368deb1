"""Notices as pages and commands show them."""

from collections import Counter
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.models import Draft, DraftMention, DraftSource, Finding, MentionRole, Notice, Officer, Task, Unit
from tracker.notices.importing import get_notice, label_of
from tracker.tasks.draft_memory import rulings_of
from tracker.tasks.listing import roll_up

PARTIES = {
    MentionRole.LEAD: "leads",
    MentionRole.MEMBER: "members",
    MentionRole.SUPPORT: "supports",
    MentionRole.SUPERVISE: "supervisors",
    MentionRole.PLACE: "places",
}


def list_notices(session: Session) -> list[dict[str, Any]]:
    """One plain row a notice, in the order of import: number, days, subject, and how many drafts, tasks, questions."""
    drafts = _counted(session, sa.select(col(Draft.notice_id), sa.func.count()).group_by(col(Draft.notice_id)))
    tasks = _counted(session, sa.select(col(Task.notice_id), sa.func.count()).group_by(col(Task.notice_id)))
    asked = sa.select(col(Finding.notice_id), sa.func.count()).where(col(Finding.ruled_at).is_(None))
    questions = _counted(session, asked.group_by(col(Finding.notice_id)))
    return [
        _head(notice)
        | {
            "drafts": drafts[notice.id],
            "tasks": tasks[notice.id],
            "open_findings": questions[notice.id],
        }
        for notice in session.exec(select(Notice).order_by(col(Notice.id)))
    ]


def _counted(session: Session, query: Any) -> Counter[int | None]:
    return Counter(dict(session.execute(query).all()))


def show_notice(session: Session, label: str, *, today: date) -> dict[str, Any]:
    """One notice with its drafts, each with the lines of the paper it came from, its findings and the roll-up of its
    groups. Raises NoticeError when none or several bear the number."""
    notice = get_notice(session, label)
    drafts = list(session.exec(select(Draft).where(Draft.notice_id == notice.id).order_by(col(Draft.position))))
    positions = {draft.id: draft.position for draft in drafts}
    sources = _sources(session, notice)
    parties = _parties(session, notice)
    return _head(notice) | {
        "drafts": [
            _draft(draft) | {name: parties.get((draft.id, role), []) for role, name in PARTIES.items()}
            | {"sources": sources.get(draft.id, [])}
            for draft in drafts
        ],
        "findings": _findings(session, notice, positions),
        "rulings": [
            {
                "number": one.id, "verb": one.verb, "drafts": list(one.positions), "note": one.note, "by": one.by,
                "channel": one.channel.value, "ruled_at": one.ruled_at.isoformat(), "is_undone": one.is_undone,
                "may_undo": one.may_undo,
            }
            for one in rulings_of(session, notice.id or 0)
        ],
        "groups": roll_up(session, notice, today=today),
    }  # fmt: skip


def _head(notice: Notice) -> dict[str, Any]:
    return {
        "number": label_of(notice),
        "id": notice.id,
        "kind": notice.kind,
        "issued_on": _iso(notice.issued_on),
        "meeting_on": _iso(notice.meeting_on),
        "issuer": notice.issuer,
        "subject": notice.subject,
        "concluded_by": notice.concluded_by,
        "signed_by": notice.signed_by,
        "file_name": notice.file_name,
        "sha256": notice.sha256,
        "imported_at": notice.imported_at.isoformat(),
    }


def _draft(draft: Draft) -> dict[str, Any]:
    row = draft.model_dump(mode="json", exclude={"id", "notice_id"})
    return {key: row[key] for key in sorted(row, key=list(Draft.model_fields).index)}


def _sources(session: Session, notice: Notice) -> dict[int | None, list[dict[str, Any]]]:
    query = select(DraftSource).join(Draft, col(Draft.id) == col(DraftSource.draft_id))
    found: dict[int | None, list[dict[str, Any]]] = {}
    for one in session.exec(query.where(Draft.notice_id == notice.id).order_by(col(DraftSource.id))):
        row = one.model_dump(mode="json", exclude={"id", "draft_id"})
        found.setdefault(one.draft_id, []).append({"line": _line(notice, one.start)} | row)
    return found


def _parties(session: Session, notice: Notice) -> dict[tuple[int | None, MentionRole], list[dict[str, Any]]]:
    query = sa.select(DraftMention, col(Unit.code)).join(Draft, col(Draft.id) == col(DraftMention.draft_id))
    query = query.outerjoin(Unit, col(Unit.id) == col(DraftMention.unit_id)).where(col(Draft.notice_id) == notice.id)
    found: dict[tuple[int | None, MentionRole], list[dict[str, Any]]] = {}
    for one, code in session.execute(query.order_by(col(DraftMention.position), col(DraftMention.id))):
        found.setdefault((one.draft_id, one.role), []).append({"written": one.written, "unit": code})
    return found


def _findings(session: Session, notice: Notice, positions: dict[int | None, int]) -> list[dict[str, Any]]:
    officers: dict[int | None, str] = dict(session.exec(select(Officer.id, Officer.code)).all())
    asked = session.exec(select(Finding).where(Finding.notice_id == notice.id).order_by(col(Finding.id)))
    return [
        {
            "number": number,
            "code": one.code,
            "message": one.message,
            "draft": positions.get(one.draft_id),
            "line": _line(notice, one.start) if one.start is not None else None,
            "start": one.start,
            "end": one.end,
            "candidates": one.candidates,
            "ruling": one.ruling,
            "ruled_by": officers.get(one.ruled_by_id),
            "ruled_at": one.ruled_at and one.ruled_at.isoformat(),
        }
        for number, one in enumerate(asked, 1)
    ]


def _line(notice: Notice, offset: int) -> int:
    """The line of the paper's text, counted from 1."""
    return notice.text.count("\n", 0, offset) + 1


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
