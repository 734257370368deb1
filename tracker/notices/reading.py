"""Reading a notice: from the bytes of a file to drafts, findings and the head, without storing anything."""

from datetime import date
from typing import Any

from tracker.notices.assignees import addressed
from tracker.notices.checks import check
from tracker.notices.clauses import clause_tree, spans
from tracker.notices.dates import Reference
from tracker.notices.files.opening import open_paper
from tracker.notices.files.shapes import LIMITS, Limits, Opened
from tracker.notices.finish import finish
from tracker.notices.head import read_head, year_in_head
from tracker.notices.merging import merge_rows
from tracker.notices.parse import Parser
from tracker.notices.secrecy import refuse_secret
from tracker.notices.shapes import (
    ClauseSpan,
    NoticeHead,
    ReadDraft,
    ReadFinding,
    ReadNotice,
    ReadPage,
    ReadParty,
    ReadPlace,
    ReadSource,
)
from tracker.notices.tables import body_rows, table_lines, table_rows
from tracker.notices.text import Paper
from tracker.notices.zones import Zones, zones
from tracker.people.directory import Directory
from tracker.rules.calendar import WorkingCalendar

__all__ = [
    "ClauseSpan", "NoticeHead", "ReadDraft", "ReadFinding", "ReadNotice", "ReadPage", "ReadParty", "ReadPlace", "ReadSource", "as_json", "day_of", "read_notice", "read_opened",
]  # fmt: skip


def read_notice(
    data: bytes, *, name: str, directory: Directory, calendar: WorkingCalendar, limits: Limits = LIMITS
) -> ReadNotice:
    """Reads a notice from the bytes of its file. `name` is used in messages only; `directory` may be empty (names stay
    as written), `calendar` counts terms in working days. The same bytes always give the same reading.

    Raises NoticeError for what is no readable Vietnamese text, SecretPaperError for a secrecy mark."""
    return read_opened(open_paper(data, name=name, limits=limits), name=name, directory=directory, calendar=calendar)


def read_opened(opened: Opened, *, name: str, directory: Directory, calendar: WorkingCalendar) -> ReadNotice:
    """The same for a file that is open already: a scan is recognised once, whoever asks. Raises SecretPaperError."""
    text = opened.text
    refuse_secret(text, name=name)
    paper = Paper(text)
    parts = zones(paper)
    head, findings = read_head(paper, parts)
    reference = _reference(paper, parts, head, calendar)
    register = directory.as_of(reference.day) if reference.is_known else directory
    tables = table_lines(paper, parts.body_start, parts.body_end)
    tree = clause_tree(paper, parts.body_start, parts.body_end, without=tables)
    rough = Parser(paper, reference, addressed(paper, parts)).read(tree)
    rough += body_rows(paper, parts.body_start, parts.body_end, reference)
    rough = merge_rows(paper, rough + table_rows(paper, parts.tail_end, len(text), reference))
    drafts, asked = finish(paper, rough, register, head)
    clauses = spans(tree, paper)
    findings += asked + check(paper, parts, head, tree, drafts) + list(opened.notes)
    ordered = tuple(sorted(findings, key=lambda finding: (finding.start, finding.end, finding.code)))
    return ReadNotice(text, opened.sha256, head, clauses, tuple(drafts), ordered, opened.form, opened.pages)


def day_of(opened: Opened, *, name: str) -> date | None:
    """The day of the paper, by its head alone: of its issue, else of its meeting. Raises SecretPaperError."""
    refuse_secret(opened.text, name=name)
    paper = Paper(opened.text)
    head, _ = read_head(paper, zones(paper))
    return head.issued_on or head.meeting_on


def as_json(read: ReadNotice) -> dict[str, Any]:
    """The reading as plain values: text, document, drafts, findings and clauses; dates as ISO strings."""
    head = read.document
    return {
        "text": read.text,
        "sha256": read.sha256,
        "form": read.form,
        "pages": [{"number": page.number, "start": page.start, "image": page.image} for page in read.pages],
        "document": {
            "kind": head.kind, "number": head.number, "issued_on": _iso(head.issued_on), "issuer": head.issuer, "subject": head.subject,
            "concluded_by": head.concluded_by, "signed_by": head.signed_by, "signed_for": head.signed_for, "meeting_on": _iso(head.meeting_on),
            "place": head.place, "recipients": list(head.recipients), "number_as_written": head.number_as_written, "date_as_written": head.date_as_written,
        },
        "drafts": [_draft_json(draft) for draft in read.drafts],
        "findings": [
            {"code": f.code, "message": f.message, "start": f.start, "end": f.end, "draft": f.draft, "candidates": list(f.candidates), "shown": f.shown}
            for f in read.findings
        ],
        "clauses": [{"path": c.path, "heading": c.heading, "start": c.start, "end": c.end} for c in read.clauses],
    }  # fmt: skip


def _draft_json(draft: ReadDraft) -> dict[str, Any]:
    return {
        "kind": draft.kind, "title": draft.title, "clause": draft.clause, "quote": draft.quote, "start": draft.start, "end": draft.end,
        "sources": [
            {"quote": s.quote, "start": s.start, "end": s.end, "clause": s.clause, "due_on": _iso(s.due_on), "due_phrase": s.due_phrase} for s in draft.sources
        ],
        "leads": [party.written for party in draft.leads], "lead_units": [party.unit_code for party in draft.leads],
        "supports": [party.written for party in draft.supports], "supervisors": [party.written for party in draft.supervisors],
        "places": [place.name for place in draft.places], "group": draft.group, "members": [party.unit_code or party.written for party in draft.members],
        "due_on": _iso(draft.due_on), "due_phrase": draft.due_phrase, "target_on": _iso(draft.target_on), "other_due": _iso(draft.other_due),
        "recurrence": draft.recurrence, "recurrence_day": draft.recurrence_day, "urgency": draft.urgency, "target": draft.target,
        "because_owner": draft.because_owner, "because_due": draft.because_due, "confidence": draft.confidence,
    }  # fmt: skip


def _reference(paper: Paper, parts: Zones, head: NoticeHead, calendar: WorkingCalendar) -> Reference:
    """The day against which words are read: the date of issue, else the meeting's, else the first day that the printed
    year (and month) allows. Without any year, days without a year stay open."""
    if head.issued_on or head.meeting_on:
        return Reference(head.issued_on or head.meeting_on or date.min, True, True, calendar)
    printed = year_in_head(paper, parts)
    if printed is None:
        return Reference(date(2000, 1, 1), False, False, calendar)
    year, month = printed
    return Reference(date(year, month or 1, 1), False, True, calendar)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
