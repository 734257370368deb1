"""From the clause tree to rough drafts: who is told to do what, by when, in which clause."""

import re
from dataclasses import dataclass, replace

from tracker.notices import vocabulary as v
from tracker.notices.assignees import Assigned, heading_parties, inner_subject, named_subject, performed, supporters
from tracker.notices.clauses import LETTER, Clause
from tracker.notices.closings import is_background, is_closing, is_conditional, is_formula, is_lead_in
from tracker.notices.dates import Reference, Time, time_of
from tracker.notices.fields import fill, inner_fields, is_field
from tracker.notices.grammar import begins_with_verb, skip_marks, unit_at
from tracker.notices.milestones import (
    aim_before,
    is_target,
    listed_places,
    names_itself,
    purpose_target,
    restated_count,
    target_of,
    target_of_places,
)
from tracker.notices.rough import Rough
from tracker.notices.segments import is_completion, label_end, segments, sentences, trimmed
from tracker.notices.text import Paper

Span = tuple[int, int]


@dataclass(frozen=True)
class Context:
    """What the clauses above say: who is told (`parties`, by `rule`), by when, and in which mode to read.

    mode: "open" reads everything; "skipped" (assessment, causes, funds) and "letter" (paragraphs without numbers) read
    only what names somebody; "intro" reads nothing but an aim."""

    parties: tuple[Span, ...] = ()
    rule: str = "none"
    time: Time | None = None
    mode: str = "open"
    is_policy: bool = False
    is_target: bool = False
    group: Span | None = None
    label: Span | None = None


class Parser:
    """One pass over the tree; `drafts` grows in the order of the text."""

    def __init__(self, paper: Paper, reference: Reference) -> None:
        self.paper = paper
        self.reference = reference
        self.drafts: list[Rough] = []

    def read(self, root: Clause) -> list[Rough]:
        """The rough drafts of the whole body."""
        organising = _organising_part(self.paper, root)
        context = self._read_opening(root)
        for child in root.children:
            is_policy = organising is not None and child is not organising and child.start < organising.start
            self._read_clause(child, replace(context, is_policy=is_policy))
        return self.drafts

    def _read_opening(self, root: Clause) -> Context:
        """The paragraphs before the first number: an introduction up to its last colon, behind it a letter."""
        colons = [index for index, body in enumerate(root.bodies) if is_lead_in(self.paper, body)]
        context = Context()
        for index, body in enumerate(root.bodies):
            if colons and index <= colons[-1]:
                context = self._read_lead_in(body, context, root)
            else:
                self._read_paragraph(body, replace(context, mode="letter"), root)
        return context

    def _read_lead_in(self, span: Span, context: Context, clause: Clause) -> Context:
        """A paragraph that opens a list: its aim is a milestone, those whom it tells own what the list leaves open."""
        last = sentences(self.paper, span)[-1:] or [span]
        aim = aim_before(self.paper, span)
        if aim:
            time = time_of(self.paper, aim, self.reference)
            if time.due_on:
                self.drafts.append(
                    Rough(
                        "milestone",
                        aim,
                        clause.numbered_path,
                        time=time,
                        target=target_of(self.paper, aim),
                        due_rule=time.rule,
                    )
                )
        told = performed(self.paper, last[0])
        if told:
            return replace(context, parties=told.parties, rule="lead-in")
        return context

    def _read_clause(self, clause: Clause, context: Context) -> None:
        before = len(self.drafts)
        first, *others = clause.bodies or [(clause.start, clause.start)]
        fields = [body for body in others if is_field(self.paper, body)]
        fields += [
            child.bodies[0] for child in clause.children if child.bodies and is_field(self.paper, child.bodies[0])
        ]
        self._read_parts(clause, first, [body for body in others if body not in fields], context, fields)
        if fields and len(self.drafts) == before and context.mode == "open":
            self.drafts.append(
                Rough(
                    "task", trimmed(self.paper, first), clause.numbered_path, context.parties, owner_rule=context.rule
                )
            )
        for field in fields:
            fill(self.paper, field, self.drafts[before:], self.reference)

    def _read_parts(
        self, clause: Clause, first: Span, others: list[Span], context: Context, fields: list[Span]
    ) -> None:
        before = len(self.drafts)
        if _is_heading(self.paper, clause, first):
            if is_lead_in(self.paper, first) and not heading_parties(self.paper, first):
                context = self._read_lead_in(first, context, clause)
            below = self._under_heading(first, context, clause)
        else:
            self._read_paragraph(first, context, clause)
            below = context
        list_start = clause.children[0].start if clause.children else clause.end
        for body in others:
            if is_lead_in(self.paper, body):
                below = self._read_lead_in(body, below, clause)
            else:  # what follows the list of a clause often closes the whole paper: only what names somebody counts
                is_after = body[0] > list_start and clause.rank < LETTER and not below.parties
                self._read_paragraph(body, replace(below, mode=_closer(below.mode)) if is_after else below, clause)
        for child in clause.children:
            if not (child.bodies and child.bodies[0] in fields):
                self._read_clause(child, below)
        if (
            len(self.drafts) == before
            and clause.children
            and not fields
            and begins_with_verb(self.paper, *first)
            and below.mode == "open"
        ):
            self._add(
                Rough(
                    "task",
                    trimmed(self.paper, (first[0], clause.end)),
                    clause.numbered_path,
                    context.parties,
                    owner_rule=context.rule,
                ),
                context,
            )

    def _under_heading(self, span: Span, context: Context, clause: Clause) -> Context:
        """The context below a heading: its bodies, its date, its kind of section."""
        parties = heading_parties(self.paper, span)
        if parties:
            group = (
                parties[0]
                if len(parties) == 1
                and re.search(
                    r"\d+\s+(?:xa|phuong|thon|huyen|don vi)|\bcac\s+(?:xa|phuong)", self.paper.words[slice(*parties[0])]
                )
                else None
            )
            return replace(context, parties=parties, rule="heading", mode="open", group=group)
        told = performed(self.paper, span) or named_subject(self.paper, span)
        if told and told.parties:
            return replace(context, parties=told.parties, rule="heading", mode="open")
        words = self.paper.words[slice(*span)]
        opening = words[:60]
        is_kept = v.KEPT_SECTION.search(re.sub(r"thuc hien (?:cac )?(?:nhiem vu|giai phap|ket luan)", "", words))
        if v.SKIPPED_SECTION.search(opening) and not is_kept:
            context = replace(context, mode="skipped")
        elif is_kept:
            context = replace(context, mode="open", is_target=False)
        if re.match(r"\W*(?:ve\s+)?(?:cac\s+)?(?:muc tieu|chi tieu)\b", words) and not v.KEPT_SECTION.search(words):
            context = replace(context, is_target=True)
        time = _heading_time(self.paper, span, self.reference)
        return replace(context, time=time) if time else context

    def _read_paragraph(self, span: Span, context: Context, clause: Clause) -> None:
        if (stop := label_end(self.paper, span)) is not None:
            context = replace(self._under_heading((span[0], stop), context, clause), label=(span[0], stop))
            span = (stop, span[1])
        carried: Rough | None = None
        is_first = True
        for sentence in sentences(self.paper, span):
            said: list[Rough] = []
            for segment in segments(self.paper, sentence):
                rough = self._read_segment(segment, context, clause, carried, is_first=is_first)
                is_first = False
                if rough is None:
                    continue
                if rough.leads and rough.kind != "policy":
                    carried = rough
                said.extend(self._add(rough, context))
            self._share_completion(sentence, said)

    def _share_completion(self, sentence: Span, said: list[Rough]) -> None:
        """ "… . Hoàn thành trước ngày 15/7": a closing sentence of time that was glued on reaches every item before it."""
        parts = re.split(r"[.;]\s+", self.paper.text[slice(*sentence)].rstrip(" ./;"))
        if len(parts) < 2 or len(said) < 2:
            return
        tail = (
            sentence[1] - len(self.paper.text[slice(*sentence)]) + self.paper.text[slice(*sentence)].rfind(parts[-1]),
            sentence[1],
        )
        if is_completion(self.paper, tail):
            time = time_of(self.paper, tail, self.reference)
            for rough in said:
                rough.inherit(time)

    def _read_segment(
        self, span: Span, context: Context, clause: Clause, carried: Rough | None, *, is_first: bool
    ) -> Rough | None:
        """One matter; None for what assigns nothing. The first words below a heading that names the owner are a duty,
        whatever their verb."""
        paper = self.paper
        if span[1] - span[0] < 12 or paper.text[span[0]] == "(" or is_closing(paper, span):
            return None
        if self._restates(span, clause):
            return None
        told = None if names_itself(paper, span) else self._told(span, context)
        spoken = told or performed(paper, span)
        if spoken and is_formula(paper, spoken.verb, span[1]):
            return None
        if told is None and ((context.mode != "open" and carried is None) or is_background(paper, span)):
            return None
        time = time_of(paper, span, self.reference)
        if told is None and (
            is_target(paper, span) or (context.is_target and re.search(r"\d", paper.words[slice(*span)]))
        ):
            return Rough(
                "milestone", span, clause.numbered_path, time=time, target=target_of(paper, span), due_rule=time.rule
            )
        rough = Rough(
            "task",
            span,
            clause.numbered_path,
            time=time,
            due_rule=time.rule,
            group=context.group,
            context=context.label,
        )
        if told and (listed := _listed_places(paper, told)) and _STANDARD.search(paper.words, told.verb, span[1]):
            return Rough(
                "milestone",
                span,
                clause.numbered_path,
                time=time,
                target=target_of_places(paper, span, listed),
                due_rule=time.rule,
            )
        if told:
            rough.leads, rough.owner_rule, rough.verb = told.parties, told.rule, told.verb
            rough.group = None if told.rule != "inner" else context.group
        elif (
            begins_with_verb(paper, *span)
            or (is_first and context.parties and _is_duty(paper, span))
            or (carried and re.match(r"cong tac\s", paper.words[skip_marks(paper, *span) : span[1]]))
        ):
            rough.leads = carried.leads if carried else context.parties
            rough.supports = carried.supports if carried else ()
            rough.owner_rule = carried.owner_rule if carried else context.rule
            rough.verb = skip_marks(paper, *span)
        elif is_conditional(paper, span):
            rough.leads, rough.owner_rule = context.parties, context.rule
        else:
            return None
        rough.supports = supporters(paper, rough.verb or span[0], span[1]) or rough.supports
        rough.kind = self._kind(rough, span, context)
        return rough

    def _told(self, span: Span, context: Context) -> Assigned | None:
        """An owner in the words themselves. Below a heading that names the owner, "yêu cầu", "giao" are acts of that
        owner, unless another speaker is named first."""
        told = performed(self.paper, span)
        subject = None if told else named_subject(self.paper, span)
        if (
            told
            and context.rule == "heading"
            and context.parties
            and unit_at(self.paper, skip_marks(self.paper, *span), span[1]) is None
        ):
            told = None
        if (
            subject
            and context.mode in ("skipped", "letter")
            and not re.match(
                r"(?:khan truong\s+|chu dong\s+|tiep tuc\s+)?(?:chu tri|chiu trach nhiem|co trach nhiem|phai|phoi hop|tham muu|bao cao|khan truong|to chuc|trien khai|thuc hien|ra soat|xay dung|huong dan|theo doi|tong hop|can)",
                self.paper.words[subject.verb : span[1]],
            )
        ):
            subject = None
        if (
            subject
            and context.mode == "skipped"
            and not re.match(r"(?:chu tri|chiu trach nhiem|co trach nhiem)", self.paper.words[subject.verb : span[1]])
        ):
            subject = None
        if subject and re.search(r"\b(?:da|dang|chua|con)\s*$", self.paper.words[span[0] : subject.verb]):
            subject = None
        if told or subject:
            return told or subject
        inner = inner_subject(self.paper, span) if context.mode == "open" else None
        return replace(inner, rule="inner") if inner else None

    def _kind(self, rough: Rough, span: Span, context: Context) -> str:
        words = self.paper.words
        verb = rough.verb if rough.verb is not None else skip_marks(self.paper, *span)
        if (
            is_conditional(self.paper, span)
            or v.CONDUCT_START.match(words, verb, span[1])
            or re.match(r"se\s+xem xet", words[verb : span[1]])
        ):
            return "policy"
        return "policy" if context.is_policy and not rough.leads else "task"

    def _add(self, rough: Rough, context: Context) -> list[Rough]:
        """Stores a draft: one for each place of a list, a purpose that is a target apart, a recurring part apart."""
        rough.inherit(context.time)
        added = _for_each_place(rough) if rough.target else [rough]
        if rough.kind == "task":
            added += self._recurring_part(rough)
            purpose = purpose_target(self.paper, rough.span)
            if purpose and rough.time.due_on:
                added.append(
                    Rough(
                        "milestone",
                        purpose,
                        rough.clause,
                        time=rough.time,
                        target=target_of(self.paper, purpose),
                        due_rule=rough.due_rule,
                    )
                )
                rough.span = trimmed(self.paper, (rough.span[0], purpose[0]))
        inside = inner_fields(self.paper, rough.span)
        if inside:
            fill(self.paper, inside, added, self.reference)
        self.drafts += added
        return added

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
        ):
            return []
        stop = self.paper.text.find(",", time.span[1], span[1])
        part = trimmed(self.paper, (comma + 1, stop if stop > 0 else span[1]))
        rough.time = replace(time, due_on=None, recurrence=None, recurrence_day=None, span=None, rule="")
        rough.due_rule = ""
        return [
            Rough(
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
        ]

    def _restates(self, span: Span, clause: Clause) -> bool:
        """Whether the words say again, with a date, what milestones before them said; then they become their source."""
        words = self.paper.words[slice(*span)]
        if not re.search(r"\b(?:dat chuan|cong nhan|ve dich|hoan thanh)\b", words):
            return False
        known = [rough for rough in self.drafts if rough.kind == "milestone" and rough.place]
        counted = restated_count(words)
        meant = [
            rough
            for rough in known
            if counted
            and rough.target
            and (rough.target.count, rough.target.noun) == counted
            and _same_year(rough, words)
        ]
        if not meant:
            meant = [
                rough
                for rough in known
                if rough.target
                and rough.target.what
                and rough.target.what in words
                and _names_place(self.paper, span, rough)
            ]
        time = time_of(self.paper, span, self.reference)
        if not meant or time.due_on is None:
            return False
        for rough in meant:
            rough.restate(span, clause.numbered_path, time)
        return True


def _is_duty(paper: Paper, span: Span) -> bool:
    """Whether words below the name of an owner can be taken as its duty: a sentence, not a bare noun or a number."""
    return len(paper.words[slice(*span)].split()) >= 5 and unit_at(paper, skip_marks(paper, *span), span[1]) is None


def _for_each_place(rough: Rough) -> list[Rough]:
    target = rough.target
    if target is None or not target.places:
        return [rough]
    return [replace(rough, place=place, stated=[]) for place in target.places]


def _listed_places(paper: Paper, told: Assigned) -> tuple[str, ...]:
    if len(told.parties) != 1 or told.rule != "subject":
        return ()
    return listed_places(paper.text[slice(*told.parties[0])])


_STANDARD = re.compile(r"\b(?:dat chuan|ve dich|duoc cong nhan)\b")


def _same_year(rough: Rough, words: str) -> bool:
    years = re.findall(r"\bnam\s+(\d{4})", words)
    return not years or (rough.time.due_on is not None and str(rough.time.due_on.year) in years)


def _names_place(paper: Paper, span: Span, rough: Rough) -> bool:
    name = (rough.place or "").split(",")[0].split(" ", 1)[-1]
    return len(name) > 3 and name in " ".join(paper.text[slice(*span)].split())


def _is_heading(paper: Paper, clause: Clause, span: Span) -> bool:
    """Whether the first paragraph of a clause only names what follows."""
    text = paper.text[slice(*span)].strip(" *_\t\n")
    has_more = bool(clause.children) or len(clause.bodies) > 1
    if text.endswith(":") or text.isupper():
        return True
    if heading_parties(paper, span):
        return has_more or (len(text) < 160 and not text.endswith((".", ";")))
    if not has_more or text.endswith((".", ";")) or len(text) > 250:
        return False
    return clause.rank <= LETTER or len(text) < 120


def _organising_part(paper: Paper, root: Clause) -> Clause | None:
    """The part that says who carries out a plan; what other parts leave without an owner is then policy."""
    for child in root.children:
        if child.bodies and v.ORGANISING_SECTION.search(paper.words[slice(*child.bodies[0])][:120]):
            if any(below.bodies and heading_parties(paper, below.bodies[0]) for below in child.children):
                return child
    return None


def _heading_time(paper: Paper, span: Span, reference: Reference) -> Time | None:
    """The date of a heading that is a date ("4.1. Năm 2020:") or that says by when in a parenthesis."""
    words = paper.words[slice(*span)].strip(" .:;*")
    is_date = re.fullmatch(
        r"(?:\d[\d.]*\s+)?(?:muc tieu\s+)?(?:trong\s+|den\s+|den het\s+)?(?:nam\s+\d{4}|quy\s+[iv]+\W+(?:nam\s+)?\d{4}|thang\s+\d{1,2}\W+(?:nam\s+)?\d{4})",
        words,
    )
    says_when = re.search(r"\((?:hoan thanh|xong|thoi gian|truoc|cham nhat)[^)]*\)", words)
    if not is_date and not says_when:
        return None
    time = time_of(paper, trimmed(paper, span), reference, is_cell=bool(is_date))
    return time if time.is_dated else None


def _closer(mode: str) -> str:
    return "letter" if mode == "open" else mode
