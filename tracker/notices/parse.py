"""From the clause tree to rough drafts, in the order of the text: headings set the context, paragraphs give the duties."""

import re
from dataclasses import replace

from tracker.notices.assignees import Assigned, heading_parties, named_subject, performed
from tracker.notices.clauses import ARTICLE, LETTER, Clause
from tracker.notices.closings import inner_lead_in, is_background, is_enforcement, is_lead_in, is_pointer
from tracker.notices.context import Context, is_heading, organising_part, under_heading
from tracker.notices.dates import Reference, time_of
from tracker.notices.duties import adds_when, dated_parts, read_duty
from tracker.notices.fields import fill, inner_fields, is_content, is_field
from tracker.notices.grammar import begins_with_verb
from tracker.notices.milestones import aim_before, purpose_target, restated_count, target_of
from tracker.notices.rough import Rough
from tracker.notices.segments import is_completion, label_end, segments, sentences, trimmed
from tracker.notices.text import Paper

Span = tuple[int, int]


class Parser:
    """One pass over the tree; `drafts` grows in the order of the text."""

    def __init__(self, paper: Paper, reference: Reference, addressees: tuple[Span, ...] = ()) -> None:
        self.paper = paper
        self.reference = reference
        self.addressees = addressees
        self.drafts: list[Rough] = []
        self.end = 0

    def read(self, root: Clause) -> list[Rough]:
        """The rough drafts of the whole body."""
        self.end = root.end
        organising = organising_part(self.paper, root)
        context = self._read_opening(root)
        for child in root.children:
            is_policy = organising is not None and child.start < organising.start
            self._read_clause(child, replace(context, is_policy=is_policy))
        return self.drafts

    def _read_opening(self, root: Clause) -> Context:
        """The paragraphs outside the numbering: an introduction up to its last colon, behind it a letter."""
        colons = [index for index, body in enumerate(root.bodies) if is_lead_in(self.paper, body)]
        context = Context(mode="letter", addressees=self.addressees)
        for index, body in enumerate(root.bodies):
            if colons and index <= colons[-1]:
                context = self._read_lead_in(body, context, root)
            else:
                self._read_paragraph(body, context, root)
        return replace(context, mode="open")

    def _read_lead_in(self, span: Span, context: Context, clause: Clause) -> Context:
        """A paragraph that opens a list: its aim is a milestone, those whom it tells own what the list leaves open."""
        if aim := aim_before(self.paper, span):
            time = time_of(self.paper, aim, self.reference)
            if time.due_on:
                target = target_of(self.paper, aim)
                self.drafts.append(
                    Rough("milestone", aim, clause.numbered_path, time=time, target=target, due_rule=time.rule)
                )
        last = sentences(self.paper, span)[-1:] or [span]
        told = performed(self.paper, last[0]) or self._tasked(last[0])
        if told:
            return replace(context, parties=told.parties, rule="lead-in", mode="open")
        if self.addressees and context.rule == "none" and _ASKS_FOR_LIST.search(self.paper.words, *last[0]):
            return replace(context, parties=self.addressees, rule="addressee", mode="open")
        return replace(context, mode="listed") if context.mode == "letter" else context

    def _tasked(self, span: Span) -> Assigned | None:
        """ "Trong thời gian tới, Ban Quản lý cần tập trung thực hiện các nội dung sau:" tells its subject."""
        subject = named_subject(self.paper, span)
        return subject if subject and _TASKED.match(self.paper.words, subject.verb) else None

    def _read_clause(self, clause: Clause, context: Context) -> None:
        """A clause with its fields ("Thời gian: …"), which fill in what its duties leave open."""
        before = len(self.drafts)
        context = replace(context, is_article=context.is_article or clause.rank == ARTICLE)
        fields = _fields(self.paper, clause)
        self._read_parts(clause, context, fields)
        first = trimmed(self.paper, clause.bodies[0]) if clause.bodies else (clause.start, clause.start)
        is_matter = context.mode == "open" and not _ASPECTS.fullmatch(self.paper.words, *first)
        if fields and len(self.drafts) == before and is_matter:
            self.drafts.append(Rough("task", first, clause.numbered_path, context.parties, owner_rule=context.rule))
        for field in fields:
            fill(self.paper, field, self.drafts[before:], self.reference)

    def _read_parts(self, clause: Clause, context: Context, fields: list[Span]) -> None:
        before = len(self.drafts)
        first, *others = clause.bodies or [(clause.start, clause.start)]
        below = self._read_first(clause, first, context)
        list_start = clause.children[0].start if clause.children else clause.end
        is_last = clause.end == self.end and 0 < clause.rank < LETTER  # what closes the paper hangs on its last clause
        is_heading_first = is_heading(self.paper, clause, first) or label_end(self.paper, first) == first[1]
        for body in (body for body in others if body not in fields):
            if is_lead_in(self.paper, body):
                below = self._read_lead_in(body, below, clause)
            else:
                is_after = (body[0] > list_start and clause.rank < LETTER) or (is_last and not is_heading_first)
                self._read_paragraph(body, below.after_list() if is_after else below, clause)
        for child in clause.children:
            if not (child.bodies and child.bodies[0] in fields):
                self._read_clause(child, below)
        if len(self.drafts) == before and clause.children and not fields:
            self._read_as_whole(clause, first, context)

    def _read_first(self, clause: Clause, first: Span, context: Context) -> Context:
        """The first paragraph: a heading that sets the context of the rest, or duties."""
        if not is_heading(self.paper, clause, first):
            self._read_paragraph(first, context, clause)
            return context
        if is_lead_in(self.paper, first) and not heading_parties(self.paper, first):
            context = self._read_lead_in(first, context, clause)
        return under_heading(self.paper, first, context, self.reference)

    def _read_as_whole(self, clause: Clause, first: Span, context: Context) -> None:
        """A duty whose list holds only its objects ("Rà soát: - …; - …") is one matter with the whole list."""
        if context.mode == "open" and begins_with_verb(self.paper, *first):
            span = trimmed(self.paper, (first[0], clause.end))
            self._add(Rough("task", span, clause.numbered_path, context.parties, owner_rule=context.rule), context)

    def _read_paragraph(self, span: Span, context: Context, clause: Clause) -> None:
        if (
            is_enforcement(self.paper, span)
            or is_pointer(self.paper, span)
            or self.paper.text[slice(*span)].rstrip().endswith(":")
        ):
            return
        if (stop := inner_lead_in(self.paper, span)) is not None:
            span = (stop, span[1])
        if (stop := label_end(self.paper, span)) is not None:
            label = (span[0], stop)
            context = replace(under_heading(self.paper, label, context, self.reference), label=label)
            span = (stop, span[1])
        carried: Rough | None = None
        is_first = True
        for sentence in sentences(self.paper, span):
            said: list[Rough] = []
            is_report = is_background(self.paper, sentence)
            for segment in self._matters(sentence):
                around = replace(context, mode="letter") if is_report and not said else context
                rough = self._read_segment(segment, around, clause, carried, is_first=is_first)
                is_first = False
                if rough is not None:
                    carried = rough if rough.leads else carried
                    said.extend(self._add(rough, context))
            self._share_completion(sentence, said)
            if carried and carried.kind == "policy":  # its owner goes on into the next sentence, its spirit does not
                carried = replace(carried, kind="task")

    def _matters(self, sentence: Span) -> list[Span]:
        """The segments of a sentence, cut once more where two acts have each their own date."""
        parts = [
            p for segment in segments(self.paper, sentence) for p in dated_parts(self.paper, segment, self.reference)
        ]
        return [trimmed(self.paper, part) for part in parts]

    def _read_segment(
        self, span: Span, context: Context, clause: Clause, carried: Rough | None, *, is_first: bool
    ) -> Rough | None:
        if self._restates(span, clause):
            return None
        last = self.drafts[-1] if self.drafts and (carried or not clause.path) else None
        if last and last.leads and not last.time.is_dated and (time := adds_when(self.paper, span, self.reference)):
            last.restate(span, clause.numbered_path, time)
            return None
        return read_duty(self.paper, span, context, clause.numbered_path, self.reference, carried, is_first=is_first)

    def _share_completion(self, sentence: Span, said: list[Rough]) -> None:
        """ "… . Hoàn thành trước ngày 15/7": a closing sentence of time that was glued on reaches every item before it."""
        text = self.paper.text[slice(*sentence)]
        parts = re.split(r"[.;]\s+", text.rstrip(" ./;"))
        if len(parts) < 2 or len(said) < 2:
            return
        tail = (sentence[0] + text.rfind(parts[-1]), sentence[1])
        if is_completion(self.paper, tail):
            time = time_of(self.paper, tail, self.reference)
            for rough in said:
                rough.inherit(time)

    def _add(self, rough: Rough, context: Context) -> list[Rough]:
        """Stores a draft: one for each place of a list, a purpose that is a target apart, a recurring part apart."""
        rough.inherit(context.time)
        added = _for_each_place(rough)
        if rough.kind == "task":
            added += self._recurring_part(rough) + self._purpose(rough)
        if inside := inner_fields(self.paper, rough.span):
            fill(self.paper, inside, added, self.reference)
        self.drafts += added
        return added

    def _purpose(self, rough: Rough) -> list[Rough]:
        """ "… để huyện đạt chuẩn NTM" at the end of a dated task is a milestone; the task ends before it."""
        purpose = purpose_target(self.paper, rough.span)
        if purpose is None or not rough.time.due_on:
            return []
        rough.span = trimmed(self.paper, (rough.span[0], purpose[0]))
        return [
            Rough(
                "milestone",
                purpose,
                rough.clause,
                time=rough.time,
                target=target_of(self.paper, purpose),
                due_rule=rough.due_rule,
            )
        ]

    def _recurring_part(self, rough: Rough) -> list[Rough]:
        """ "…, giao ban hàng tuần để …, …" inside a longer list of acts is a task of its own: it comes back."""
        time, span = rough.time, rough.span
        if not time.recurrence or time.span is None or not span[0] <= time.span[0] < span[1]:
            return []
        comma = self.paper.text.rfind(",", span[0], time.span[0])
        if (
            comma < 0
            or len(self.paper.words[span[0] : comma].split()) < 6
            or not begins_with_verb(self.paper, comma + 1, time.span[0])
            or _DELIVERS.match(self.paper.words, comma + 1)
        ):
            return []
        stop = self.paper.text.find(",", time.span[1], span[1])
        if stop > 0 and _REPORTS.match(self.paper.words, stop + 1):  # "định kỳ tổng hợp, báo cáo …": one act
            stop = -1
        joined = self.paper.words.rfind(" va ", comma, time.span[0])
        if joined > 0 and begins_with_verb(self.paper, joined + 4, span[1]):
            comma = joined + 3  # "theo dõi, đôn đốc và định kỳ hằng quý báo cáo"
        part = trimmed(self.paper, (comma + 1, stop if stop > 0 else span[1]))
        repeated = Rough(
            "task",
            part,
            rough.clause,
            rough.leads,
            rough.supports,
            rough.owner_rule,
            time,
            rough.due_rule,
            group=rough.group,
        )
        rough.time = replace(time, due_on=None, recurrence=None, recurrence_day=None, span=None, rule="")
        rough.due_rule = ""
        return [repeated]

    def _restates(self, span: Span, clause: Clause) -> bool:
        """Whether the words say again, with a date, what milestones before them said; then they become their source."""
        words = self.paper.words[slice(*span)]
        if not re.search(r"\b(?:dat chuan|cong nhan|ve dich|hoan thanh)\b", words):
            return False
        known = [rough for rough in self.drafts if rough.kind == "milestone" and rough.place and rough.target]
        counted = restated_count(words)
        meant = [rough for rough in known if counted and _is_set(rough, counted) and _same_year(rough, words)]
        meant = meant or [
            rough for rough in known if _same_standard(rough, words) and _names_place(self.paper, span, rough)
        ]
        time = time_of(self.paper, span, self.reference) if meant else None
        if time is None or time.due_on is None:
            return False
        for rough in meant:
            rough.restate(span, clause.numbered_path, time)
        return True


# "Thời gian, phạm vi", "Đối tượng": a heading of aspects, under which "Thời gian: …" speaks of the whole plan.
_ASPECTS = re.compile(
    r"(?:(?:thoi gian|pham vi|dia diem|doi tuong|thanh phan|muc dich|yeu cau|muc tieu|noi dung|kinh phi|hinh thuc|phuong phap|thuc hien|trien khai|to chuc)"
    r"(?:\s*[,;]\s*|\s+va\s+|\s+|\W*$))+"
)
_ASKS_FOR_LIST = re.compile(r"\b(?:de nghi|yeu cau)\b[^.;]{0,200}$")
_REPORTS = re.compile(r"\s*(?:bao cao|gui|trinh|tham muu)\b")
_TASKED = re.compile(
    r"(?:can|phai|tap trung|co trach nhiem|khan truong|chu dong|tiep tuc|trien khai|thuc hien|nghiem tuc)\b"
)
_DELIVERS = re.compile(r"\s*(?:gui|trinh|nop)\b")  # "lập lịch tuần, gửi trước thứ Năm": the product of the same act


def _fields(paper: Paper, clause: Clause) -> list[Span]:
    """The lines of a clause that fill in its items: paragraphs, or children of one line. "Nội dung: …" alone is no such
    line but the item itself."""
    lines = clause.bodies[1:] + [child.bodies[0] for child in clause.children if child.bodies]
    fields = [line for line in lines if is_field(paper, line)]
    return fields if any(not is_content(paper, line) for line in fields) else []


def _for_each_place(rough: Rough) -> list[Rough]:
    if rough.target is None or not rough.target.places:
        return [rough]
    return [replace(rough, place=place, stated=[]) for place in rough.target.places]


def _is_set(rough: Rough, counted: tuple[int, str]) -> bool:
    return rough.target is not None and (rough.target.count, rough.target.noun) == counted


def _same_year(rough: Rough, words: str) -> bool:
    years = re.findall(r"\bnam\s+(\d{4})", words)
    return not years or (rough.time.due_on is not None and str(rough.time.due_on.year) in years)


def _same_standard(rough: Rough, words: str) -> bool:
    return rough.target is not None and bool(rough.target.what) and rough.target.what in words


def _names_place(paper: Paper, span: Span, rough: Rough) -> bool:
    name = (rough.place or "").split(",")[0].split(" ", 1)[-1]
    return len(name) > 3 and name in " ".join(paper.text[slice(*span)].split())
