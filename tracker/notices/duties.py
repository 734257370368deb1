"""One matter of a sentence becomes a rough draft: who is told in these words or above them, what, and of which kind."""

import itertools
import re
from dataclasses import replace

from tracker.notices import vocabulary as v
from tracker.notices.assignees import Assigned, asked, guessed, inner_subject, named_subject, performed, supporters
from tracker.notices.closings import is_background, is_closing, is_conditional, is_formula
from tracker.notices.context import Context
from tracker.notices.dates import Reference, Time, deadlines_in, time_of
from tracker.notices.grammar import begins_with_verb, skip_marks, subject_at, unit_at
from tracker.notices.milestones import is_target, listed_places, names_itself, target_of, target_of_places
from tracker.notices.rough import Rough
from tracker.notices.segments import opens_with_time
from tracker.notices.text import Paper
from tracker.rules.deadlines import recurrence_in

Span = tuple[int, int]

SHORTEST = 12  # characters; less is no sentence


def read_duty(
    paper: Paper,
    span: Span,
    context: Context,
    clause: str | None,
    reference: Reference,
    carried: Rough | None,
    *,
    is_first: bool,
) -> Rough | None:
    """The draft that the words make; None for what assigns nothing. `carried` is the duty before it in the same
    paragraph, whose owner goes on; `is_first` says that the words open the clause."""
    if span[1] - span[0] < SHORTEST or paper.text[span[0]] == "(" or is_closing(paper, span):
        return None
    time = time_of(paper, span, reference)
    is_due = time.due_on is not None
    told = (
        None
        if names_itself(paper, span)
        else _told(paper, span, context, is_carried=carried is not None, is_due=is_due)
    )
    may_guess = is_first and clause and context.mode == "open" and context.rule in ("none", "lead-in", "addressee")
    if told is None and may_guess and named_subject(paper, span) is None and not names_itself(paper, span):
        told = guessed(paper, span)
    spoken = told or performed(paper, span)
    if spoken and is_formula(paper, spoken.verb, span[1]):
        return None
    begins = skip_marks(paper, *span)
    if told is None and context.is_article and _DECIDES.match(paper.words, skip_marks(paper, *span)):
        return None
    if told is None and (
        (context.mode != "open" and carried is None)
        or (is_background(paper, span) and not _REPORT.match(paper.words, skip_marks(paper, *span)))
    ):
        return None
    if told is None and _is_result(paper, span, context):
        if "date_before_notice" in time.findings or (is_target(paper, span) and _REACHED.match(paper.words, begins)):
            return None  # what was reached by a day that is over
        rough = Rough("milestone", span, clause, time=time, target=target_of(paper, span), due_rule=time.rule)
        if context.rule in ("heading", "lead-in") and rough.target and not rough.target.places:
            rough.leads, rough.owner_rule = context.parties, context.rule
        elif (
            carried and carried.leads and _goes_on(paper, carried, span) and not (rough.target and rough.target.places)
        ):
            rough.leads, rough.owner_rule, rough.is_carried = carried.leads, carried.owner_rule, True
        return rough
    if told and (places := _listed(paper, told)) and _STANDARD.search(paper.words, told.verb, span[1]):
        return Rough(
            "milestone", span, clause, time=time, target=target_of_places(paper, span, places), due_rule=time.rule
        )
    rough = Rough("task", span, clause, time=time, due_rule=time.rule, group=context.group, context=context.label)
    if told:
        rough.leads, rough.owner_rule, rough.verb = told.parties, told.rule, told.verb
        rough.group = None if told.rule != "inner" else context.group
    elif not _takes_owner(paper, rough, span, context, carried, is_first=is_first):
        return None
    rough.supports = supporters(paper, rough.verb or span[0], span[1]) or rough.supports
    rough.kind = _kind(paper, rough, span, context)
    if rough.is_carried and carried and carried.kind == "policy" and not time.is_dated:
        rough.kind = "policy"  # an exhortation goes on over its semicolons
    return rough


def _goes_on(paper: Paper, carried: Rough, span: Span) -> bool:
    """Whether only a semicolon parts the words from the duty before them ("giao A lập kế hoạch; phấn đấu đạt 100% …")."""
    between = paper.text[carried.span[1] : span[0]].strip()
    return between == ";"


def adds_when(paper: Paper, span: Span, reference: Reference) -> Time | None:
    """The date of a sentence that only says when the result of the duty before it is due ("Báo cáo gửi về Sở Nội vụ trước
    ngày 12/6")."""
    if not _RESULT_DUE.match(paper.words, skip_marks(paper, *span), span[1]):
        return None
    time = time_of(paper, span, reference)
    return time if time.due_on and not time.recurrence else None


def dated_parts(paper: Paper, span: Span, reference: Reference) -> list[Span]:
    """A segment cut behind a date when another act with another date follows ("… trước ngày 10/02 để Sở Nội vụ tổng hợp,
    báo cáo trước ngày 15/02"): owners and dates may differ."""
    stated = [s for s in deadlines_in(paper, span, reference) if s.day and s.binding in ("before", "by")]
    if len(stated) < 2 or recurrence_in(paper.text[slice(*span)]):
        return [span]
    parts, start = [], span[0]
    for first, second in itertools.pairwise(stated):
        match = _NEXT_ACT.match(paper.words, first.end, second.start)
        if match is None or first.day == second.day:
            continue
        at = match.end()
        if subject_at(paper, at, second.start) or (match["sign"] != "de" and begins_with_verb(paper, at, second.start)):
            parts.append((start, match.start()))
            start = at
    return [*parts, (start, span[1])]


_NEXT_ACT = re.compile(r"\s*(?:\([^)]*\)\s*)?(?:,\s*)?(?P<sign>,|;|\.|va|dong thoi|de|sau do|(?<=,\s))\s+")
_STANDARD = re.compile(r"\b(?:dat chuan|ve dich|duoc cong nhan)\b")
_RESULT_DUE = re.compile(
    r"(?:bao cao(?:\s+\w+){0,2}?\s+(?:xin\s+|duoc\s+|de nghi\s+|phai\s+)?gui"
    r"|(?:ket qua|van ban|y kien|danh sach|ho so|so lieu|noi dung|thong tin|san pham|ke hoach)(?:\s+\w+){0,8}?\s+(?:(?:xin|duoc|de nghi|phai)\s+)?(?:gui|ve|bao cao))\s"
)
_REPORT = re.compile(r"ket qua(?:\s+(?:thuc hien|xu ly|giai quyet))?\s+(?:bao cao|gui|trinh)\b")
_ACTS = re.compile(
    r"(?:(?:khan truong|chu dong|tiep tuc|nghiem tuc|tap trung)\s+)?(?:chu tri|chiu trach nhiem|co trach nhiem|phai|phoi hop|tham muu|bao cao|khan truong|to chuc|trien khai|"
    r"thuc hien|ra soat|xay dung|gui|lap|kip thoi|huong dan|theo doi|tong hop|can|hoan thanh|don doc|kiem tra|chi dao)"
)
_AGREES = re.compile(
    r"(?:co ban )?(?:thong nhat|nhat tri|dong y|chap thuan|ghi nhan|bieu duong|danh gia cao|hoan nghenh)\b"
)
# What a decision does by its own force: nobody has to carry it out.
_DECIDES = re.compile(
    r"(?:thanh lap|kien toan|phe duyet|ban hanh|cong nhan|bo nhiem|dieu dong|dieu chinh|sua doi|bo sung|bai bo|cho phep|giao du toan|phan bo|thay the|khen thuong|tang|thong qua)\b"
)
_REACHED = re.compile(r"den (?:nay|thoi diem nay|het (?:quy|thang|ngay)[^,]{0,20}, [a-z ]{3,60} (?:da )?dat)\b")
_AGREED = re.compile(r"\bco ban (?:thong nhat|nhat tri|dong y)\b")
_ANSWERS = re.compile(r"(?:chu tri|chiu trach nhiem|co trach nhiem)")
_DONE = re.compile(r"\b(?:đã|đang|chưa|còn)\s*$")  # with marks: "Ban Xây dựng Đảng" is no "đang"
_TASK_NOUN = re.compile(r"cong tac\s")


def _told(paper: Paper, span: Span, context: Context, *, is_carried: bool, is_due: bool) -> Assigned | None:
    """An owner in the words themselves. Below a heading that names the owner, "yêu cầu", "giao" are acts of that
    owner, unless another speaker is named first."""
    told = performed(paper, span)
    if told and context.rule == "heading" and unit_at(paper, skip_marks(paper, *span), span[1]) is None:
        told = None
    subject = None if told else named_subject(paper, span)
    if told or (subject and _acts(paper, subject, span, context, is_carried=is_carried, is_due=is_due)):
        return told or subject
    inner = inner_subject(paper, span) if context.mode == "open" else None
    if inner or context.parties or is_carried or context.mode == "skipped":
        return replace(inner, rule="inner") if inner else None
    return asked(paper, span, context.addressees)


def _acts(paper: Paper, subject: Assigned, span: Span, context: Context, *, is_carried: bool, is_due: bool) -> bool:
    """Whether a subject is told something: not a report of what was done, and outside the numbered duties only with a
    verb that assigns."""
    predicate = paper.words[subject.verb : span[1]]
    if _DONE.search(paper.text[span[0] : subject.verb]) or _AGREED.search(paper.words, span[0], subject.verb):
        return False
    if _AGREES.match(predicate):
        return False
    if context.mode == "skipped":
        return _ANSWERS.match(predicate) is not None or (_ACTS.match(predicate) is not None and is_due)
    return context.mode != "letter" or is_carried or _ACTS.match(predicate) is not None


def _takes_owner(
    paper: Paper, rough: Rough, span: Span, context: Context, carried: Rough | None, *, is_first: bool
) -> bool:
    """Gives words without an owner of their own that of the duty before or of the heading; False when they are no duty.
    The first words below a heading that names the owner are a duty whatever their verb."""
    begins = skip_marks(paper, *span)
    is_report = carried is not None and _REPORT.match(paper.words, begins)
    is_duty = is_first and context.parties and context.rule != "addressee" and _could_be_duty(paper, span)
    if (
        begins_with_verb(paper, *span)
        or opens_with_time(paper, *span)
        or is_duty
        or is_report
        or (carried and _TASK_NOUN.match(paper.words, begins))
    ):
        rough.leads = carried.leads if carried else context.parties
        rough.supports = carried.supports if carried else context.supports
        rough.owner_rule = carried.owner_rule if carried else context.rule
        rough.is_carried = carried is not None
        rough.verb = begins
        return True
    if is_conditional(paper, span):
        rough.leads, rough.owner_rule = context.parties, context.rule
        return True
    return False


def _is_result(paper: Paper, span: Span, context: Context) -> bool:
    return is_target(paper, span) or (context.is_target and re.search(r"\d", paper.words[slice(*span)]) is not None)


def _could_be_duty(paper: Paper, span: Span) -> bool:
    """A sentence, not a bare noun or a number."""
    return len(paper.words[slice(*span)].split()) >= 5 and unit_at(paper, skip_marks(paper, *span), span[1]) is None


def _kind(paper: Paper, rough: Rough, span: Span, context: Context) -> str:
    """Conduct, consequences and promises to consider are policy; so is what a plan leaves to the part that organises."""
    verb = rough.verb if rough.verb is not None else skip_marks(paper, *span)
    if is_conditional(paper, span) or v.CONDUCT_START.match(paper.words, verb, span[1]):
        return "policy"
    if re.match(r"se\s+xem xet", paper.words[verb : span[1]]):
        return "policy"
    return "policy" if (context.is_policy or context.is_target) and not rough.leads else "task"


def _listed(paper: Paper, told: Assigned) -> tuple[str, ...]:
    """The places when the subject is a list of them ("Các xã An Lạc, Cao Sơn")."""
    if len(told.parties) != 1 or told.rule != "subject":
        return ()
    return listed_places(paper.text[slice(*told.parties[0])])
