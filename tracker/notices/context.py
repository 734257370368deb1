"""What the clauses above a sentence say: who is told, by when, and in which spirit to read."""

import re
from dataclasses import dataclass, replace

from tracker.notices import vocabulary as v
from tracker.notices.assignees import heading_parties, named_subject, performed, supporters
from tracker.notices.clauses import LETTER, Clause
from tracker.notices.dates import Reference, Time, time_of
from tracker.notices.segments import trimmed
from tracker.notices.text import Paper

Span = tuple[int, int]


@dataclass(frozen=True)
class Context:
    """The standing of a place in the paper.

    parties are told by `rule`, with `supports` beside them; `time` is the date of a heading; `group` the set of places
    that a heading names; `label` the words before a colon; `addressees` those to whom a letter goes. mode "open" reads everything; "skipped" (assessment, causes,
    funds), "letter" (paragraphs outside the numbering) and "listed" (such paragraphs behind "… như sau:") read only what
    names somebody. is_policy: the paper has another
    part that says who does it; is_article: an article of a decision; is_target: the part states results to be reached."""

    parties: tuple[Span, ...] = ()
    supports: tuple[Span, ...] = ()
    rule: str = "none"
    time: Time | None = None
    mode: str = "open"
    is_policy: bool = False
    is_target: bool = False
    is_article: bool = False
    group: Span | None = None
    label: Span | None = None
    addressees: tuple[Span, ...] = ()

    def after_list(self) -> "Context":
        """For paragraphs behind the list of a clause: they often close the whole paper, so only what names somebody
        counts, and the heading no longer owns them."""
        return replace(
            self, parties=(), supports=(), rule="none", group=None, mode="letter" if self.mode == "open" else self.mode
        )


def under_heading(paper: Paper, span: Span, context: Context, reference: Reference) -> Context:
    """The context below a heading or behind a label: its bodies, its date, its kind of section."""
    parties = heading_parties(paper, span)
    if parties:
        group = parties[0] if len(parties) == 1 and _SET.search(paper.words[slice(*parties[0])]) else None
        return replace(context, parties=parties, supports=(), rule="heading", mode="open", group=group)
    told = performed(paper, span) or named_subject(paper, span)
    if told and told.parties:
        helpers = supporters(paper, told.verb, span[1])
        context = replace(context, time=_heading_time(paper, span, reference) or context.time)
        return replace(context, parties=told.parties, supports=helpers, rule="heading", mode="open", group=None)
    context = _section(paper.words[slice(*span)], context)
    time = _heading_time(paper, span, reference)
    return replace(context, time=time) if time else context


def is_heading(paper: Paper, clause: Clause, span: Span) -> bool:
    """Whether the first paragraph of a clause only names what follows."""
    text = paper.text[slice(*span)].strip(" *_\t\n")
    has_more = bool(clause.children) or len(clause.bodies) > 1
    if text.endswith(":") or text.isupper():
        return True
    if heading_parties(paper, span):
        is_sentence = text.endswith((".", ";")) and len(text) > 60 and not clause.children
        return (has_more and not is_sentence) or (len(text) < 160 and not text.endswith((".", ";")))
    if not has_more or text.endswith((".", ";")) or len(text) > 250:
        return False
    return clause.rank <= LETTER or len(text) < 120


def organising_part(paper: Paper, root: Clause) -> Clause | None:
    """The part that says who carries out a plan; what other parts leave without an owner is then policy."""
    for child in root.children:
        is_named = child.bodies and v.ORGANISING_SECTION.search(paper.words[slice(*child.bodies[0])][:120])
        if is_named and any(b.bodies and heading_parties(paper, b.bodies[0]) for b in child.children):
            return child
    return None


_SET = re.compile(r"\d+\s+(?:xa|phuong|thon|huyen|don vi)|\bcac\s+(?:xa|phuong)")
_DOING = re.compile(r"thuc hien (?:cac )?(?:nhiem vu|giai phap|ket luan)")
_TARGETS = re.compile(r"\W*(?:ve\s+)?(?:cac\s+)?(?:muc tieu|chi tieu)\b")
_IS_DATE = re.compile(
    r"(?:\d[\d.]*\s+)?(?:muc tieu\s+)?(?:trong\s+|den\s+|den het\s+)?"
    r"(?:nam\s+\d{4}|quy\s+[iv]+\W+(?:nam\s+)?\d{4}|thang\s+\d{1,2}\W+(?:nam\s+)?\d{4})"
)
_SAYS_WHEN = re.compile(
    r"\((?:hoan thanh|xong|thoi gian|truoc|cham nhat)[^)]*\)|[,;]\s*(?:hoan thanh|xong|thoi gian hoan thanh|cham nhat)[^;:]{4,60}$"
)


def _section(words: str, context: Context) -> Context:
    """Assessment, causes and funds are skipped; tasks and solutions are read; targets are results."""
    is_kept = v.KEPT_SECTION.search(_DOING.sub("", words))
    if _TARGETS.match(words) and not is_kept:
        return replace(context, mode="open", is_target=True)
    if v.SKIPPED_SECTION.match(words) and not is_kept:
        return replace(context, mode="skipped")
    return replace(context, mode="open", is_target=False) if is_kept else context


def _heading_time(paper: Paper, span: Span, reference: Reference) -> Time | None:
    """The date of a heading that is a date ("4.1. Năm 2020:") or that says by when in a parenthesis."""
    words = paper.words[slice(*span)].strip(" .:;*")
    is_date = _IS_DATE.fullmatch(words) is not None
    if not is_date and not _SAYS_WHEN.search(words):
        return None
    time = time_of(paper, trimmed(paper, span), reference, is_cell=is_date)
    return time if time.is_dated else None
