"""Importing: what was read is stored, with its drafts and findings; nothing is ever sent from here."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from tracker.errors import NoticeError
from tracker.models import (
    Clause,
    Draft,
    DraftMention,
    DraftSource,
    Finding,
    Kind,
    MentionRole,
    Notice,
    NoticePage,
    Unit,
)
from tracker.notices.reading import ReadDraft, ReadNotice
from tracker.notices.shapes import ReadParty
from tracker.tasks.questions import DOUBLED
from tracker.words import fold


def import_notice(session: Session, read: ReadNotice, *, file_name: str, today: date, now: datetime) -> Notice:
    """Store a reading in the caller's transaction.

    Raises NoticeError when the same file was imported before (naming its number) or when the notice is dated after
    `today`: a deadline cannot be counted from a day that has not come. Another file with the number of a known notice
    is stored with a question: which of the two counts is for a person to say.
    """
    head = read.document
    refuse_known(session, read.sha256, file_name=file_name)
    if head.issued_on is not None and head.issued_on > today:
        raise NoticeError(
            f"{file_name}: dated {head.issued_on}, after today ({today}); correct --now or the paper's date"
        )
    notice = Notice(
        sha256=read.sha256,
        file_name=file_name,
        number=head.number,
        kind=head.kind,
        issued_on=head.issued_on,
        meeting_on=head.meeting_on,
        issuer=head.issuer,
        subject=head.subject,
        concluded_by=head.concluded_by,
        signed_by=head.signed_by,
        text=read.text,
        form=read.form,
        imported_at=now,
    )
    doubled = _same_paper(session, notice)
    session.add(notice)
    session.flush()
    notice_id = _stored(notice.id)
    if doubled is not None:
        session.add(_question_of_doubled(notice_id, doubled))
    session.add_all(
        Clause(notice_id=notice_id, path=one.path, heading=one.heading or "", start=one.start, end=one.end)
        for one in read.clauses
    )
    session.add_all(
        NoticePage(notice_id=notice_id, number=page.number, start=page.start, image=page.image) for page in read.pages
    )
    units: dict[str, int] = {code: id_ for code, id_ in session.exec(select(Unit.code, Unit.id)) if id_ is not None}
    drafts = [_store_draft(session, notice_id, position, one, units) for position, one in enumerate(read.drafts, 1)]
    session.add_all(
        Finding(
            notice_id=notice_id,
            draft_id=drafts[one.draft] if one.draft is not None else None,
            code=one.code,
            message=one.message,
            start=one.start,
            end=one.end,
            candidates=", ".join(one.candidates),
            shown=one.shown,
        )
        for one in read.findings
    )
    session.flush()
    return notice


def refuse_known(session: Session, sha256: str, *, file_name: str) -> None:
    """Raises NoticeError when a file with this hash was imported before, naming its number: a scan of a hundred pages
    need not be recognised to learn that."""
    if known := session.exec(select(Notice).where(Notice.sha256 == sha256)).first():
        raise NoticeError(f"{file_name}: already imported as notice {label_of(known)}; 'tracker notice show' shows it")


def _same_paper(session: Session, notice: Notice) -> Notice | None:
    """A stored notice that may be the same paper: its number, and neither another issuer nor another year."""
    if notice.number is None:
        return None
    for known in session.exec(select(Notice).where(Notice.number == notice.number).order_by(col(Notice.id))):
        issuers = {fold(one.issuer) for one in (known, notice) if one.issuer}
        years = {one.issued_on.year for one in (known, notice) if one.issued_on}
        if len(issuers) < 2 and len(years) < 2:
            return known
    return None


def _question_of_doubled(notice_id: int, known: Notice) -> Finding:
    message = (
        f"Notice #{known.id} ({known.file_name}) bears the same number {known.number}, but its file differs. "
        "Is this a corrected copy? Every task would exist twice."
    )
    return Finding(notice_id=notice_id, code=DOUBLED, message=message, candidates=f"#{known.id}", shown=known.file_name)


def _store_draft(session: Session, notice_id: int, position: int, read: ReadDraft, units: dict[str, int]) -> int:
    draft = Draft(
        notice_id=notice_id,
        position=position,
        kind=Kind(read.kind),
        title=read.title,
        clause=read.clause or "",
        quote=read.quote,
        start=read.start,
        end=read.end,
        due_on=read.due_on,
        due_phrase=read.due_phrase,
        target_on=read.target_on,
        other_due_on=read.other_due,
        recurrence=read.recurrence,
        recurrence_day=read.recurrence_day,
        urgency=read.urgency,
        target=read.target,
        group=read.group,
        because_owner=read.because_owner,
        because_due=read.because_due,
        confidence=read.confidence,
    )
    session.add(draft)
    session.flush()
    draft_id = _stored(draft.id)
    session.add_all(
        DraftSource(
            draft_id=draft_id,
            clause=one.clause or "",
            quote=one.quote,
            start=one.start,
            end=one.end,
            due_on=one.due_on,
            due_phrase=one.due_phrase,
        )
        for one in read.sources
    )
    mentioned = {
        MentionRole.LEAD: read.leads,
        MentionRole.SUPPORT: read.supports,
        MentionRole.SUPERVISE: read.supervisors,
        MentionRole.MEMBER: read.members,
        MentionRole.PLACE: tuple(ReadParty(place.name, place.unit_code) for place in read.places),
    }
    for role, parties in mentioned.items():
        session.add_all(
            DraftMention(
                draft_id=draft_id,
                role=role,
                position=at,
                written=party.written,
                unit_id=units.get(party.unit_code) if party.unit_code else None,
            )
            for at, party in enumerate(parties)
        )
    return draft_id


def _stored(value: int | None) -> int:
    if value is None:
        raise AssertionError("the row is not stored yet")
    return value


def label_of(notice: Notice) -> str:
    """How people call a notice: its number, else its row as #3."""
    return notice.number or f"#{notice.id}"


def get_notice(session: Session, label: str) -> Notice:
    """The notice with this number, or with the row #3. Raises NoticeError when none or several bear it."""
    by_row = label.removeprefix("#").isdigit()
    condition = col(Notice.id) == int(label.removeprefix("#")) if by_row else col(Notice.number) == label
    found = session.exec(select(Notice).where(condition)).all()
    if len(found) == 1:
        return found[0]
    if found:
        raise NoticeError(
            f"several notices bear the number {label}; name one by its row: {', '.join(f'#{n.id}' for n in found)}"
        )
    raise NoticeError(f"there is no notice {label!r}; 'tracker notice list' shows them")
