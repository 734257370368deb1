"""From rough drafts to drafts: names looked up in the register, groups expanded, titles, confidence, open questions."""

import re

from tracker.notices.milestones import listed_places, quantity
from tracker.notices.rough import Rough
from tracker.notices.shapes import FindingCode, NoticeHead, ReadDraft, ReadFinding, ReadParty, ReadPlace, ReadSource
from tracker.notices.text import Paper
from tracker.notices.titles import Titles
from tracker.notices.vocabulary import PERFORMATIVES
from tracker.people.directory import Directory, Group
from tracker.words import cased, fold

Span = tuple[int, int]

_NO_DAY = "The words give no exact day. Set one, or leave the task without a date."
_MESSAGES: dict[FindingCode, str] = {
    "two_dates": "Two dates are stated; the stricter one is used for reminders. Rule which one governs.",
    "vague_date": "The words give no exact day; the day shown follows office usage. Confirm it or set another.",
    "date_elsewhere": "The date is in another paper. Look it up and set it, or leave the task without a date.",
    "event_horizon": "The time depends on an event. Set a date, or leave the task without one.",
    "schedule_horizon": "The dates describe a period or an event. Confirm whether one of them is the deadline.",
    "counted_from_notice": "The term names no first day; it is counted from the date of the notice. Confirm it.",
    "date_before_notice": "The date stated lies before the notice and is not used. Set the right one.",
    "no_such_date": "This date does not exist in the calendar. Look at the original and set the right one.",
    "no_reference_year": "The year is not stated and the date of the notice is not known. Set the date.",
    "year_inferred": "The year is not stated; the next such day after the notice is taken. Confirm it.",
}


class _Finisher:
    def __init__(self, paper: Paper, directory: Directory, head: NoticeHead, roughs: list[Rough]) -> None:
        self.paper, self.directory, self.head, self.roughs = paper, directory, head, roughs
        self.titles = Titles(paper, directory)
        self.findings: list[ReadFinding] = []
        self.asked: set[tuple[FindingCode, Span]] = set()
        self.questioned: set[int] = set()  # drafts of which something was asked

    def draft(self, index: int, rough: Rough) -> ReadDraft:
        """One draft; what it leaves open is appended to the findings."""
        span = rough.span
        place = ReadPlace(rough.place, self._unit_of_place(rough.place)) if rough.place else None
        leads, owner_rule = self._leads(index, rough)
        supports = tuple(self._party(s) for s in rough.supports)
        group, members = self._group(index, rough)
        time = rough.time
        quote = self.paper.text[slice(*span)]
        codes = self._time_findings(index, rough)
        confidence = self._confidence(rough, leads, codes)
        if confidence == "unsure" and rough.kind != "policy" and index not in self.questioned:
            self._ask_to_confirm(index, rough, leads)
        return ReadDraft(
            kind=rough.kind, title=self.titles.of(rough), clause=rough.clause, quote=quote, start=span[0], end=span[1], sources=self._sources(rough),
            leads=leads, supports=supports, supervisors=(), places=(place,) if place else self._places(rough), group=group, members=members,
            due_on=time.due_on, due_phrase=self._said(time.span), target_on=time.target_on, other_due=time.other_due, recurrence=time.recurrence,
            recurrence_day=time.recurrence_day, urgency=time.urgency, target=quantity(quote) if rough.kind == "milestone" else None,
            because_owner=owner_rule, because_due=rough.due_rule or time.rule,
            confidence=confidence,
        )  # fmt: skip

    def _leads(self, index: int, rough: Rough) -> tuple[tuple[ReadParty, ...], str]:
        listed = (
            listed_places(" ".join(self.paper.text[slice(*rough.leads[0])].split())) if len(rough.leads) == 1 else ()
        )
        if listed:
            return tuple(
                ReadParty(_committee_of(place), self._unit_of_place(place)) for place in listed
            ), rough.owner_rule
        if rough.leads:
            parties = tuple(self._party(span) for span in rough.leads)
            for span, party in zip(rough.leads, parties, strict=True):
                if self.directory.units and party.unit_code is None and not _group_of(party.written):
                    code: FindingCode = "owner_weak" if party.candidates else "owner_unknown"
                    said = "may be one of several units" if party.candidates else "is not in the register"
                    message = f'"{party.written}" {said}. Choose the unit that owns this.'
                    self._ask(code, message, span, index, party.candidates, shown=party.written)
            return parties, rough.owner_rule
        if rough.place:
            written = _committee_of(rough.place)
            self._ask(
                "owner_implied",
                f"No owner is named; {written} is taken, because the place governs itself. Confirm it.",
                rough.span,
                index,
                shown=written,
            )
            return (ReadParty(written, self._unit_of_place(_governing_place(rough.place))),), "place governs itself"
        if rough.kind != "policy":
            self._ask("owner_unknown", "No owner is named. Choose the unit that owns this.", rough.span, index)
        return (), "none"

    def _party(self, span: Span) -> ReadParty:
        written = " ".join(self.paper.text[slice(*span)].split())
        match = self.directory.find(written)
        return ReadParty(
            written,
            match.unit.code if match.unit else None,
            tuple(unit.code for unit in match.candidates) if not match.unit else (),
        )

    def _group(self, index: int, rough: Rough) -> tuple[str | None, tuple[ReadParty, ...]]:
        """The set that carries the draft, with its members: named in the notice first, then from the register."""
        if rough.place and rough.target:
            return rough.target.label if len(rough.target.places) > 1 else None, ()
        span = rough.group or (rough.leads[0] if len(rough.leads) == 1 else None)
        if span is None:
            return None, ()
        label = " ".join(self.paper.text[slice(*span)].split())
        group = _group_of(label) if not listed_places(label) else None
        if group is None:
            return None, ()
        named = self._named_members(group)
        found = self.directory.members(group, named)
        if named:
            members = tuple(ReadParty(_committee_of(name), self._unit_of_place(name)) for name in named)
        else:
            members = tuple(ReadParty(unit.name, unit.code) for unit in found.units)
        if "count_mismatch" in found.findings:
            self._ask(
                "count_mismatch",
                f'"{label}": {len(members)} members are known ({found.because}), {group.count} are stated. Name the members.',
                span,
                index,
                shown=f"{label}: {len(members)} ≠ {group.count}",
            )
        elif "group_unresolved" in found.findings:
            self._ask(
                "group_unresolved",
                f'"{label}": the notice does not name the members and the register does not know them. Name the members.',
                span,
                index,
                shown=label,
            )
        return label, members

    def _named_members(self, group: Group) -> tuple[str, ...]:
        """The places that milestones of this notice name, when together they are as many as the group counts and the
        group is of those who have yet to reach the standard."""
        if group.holds_it is not False or group.count is None:
            return ()
        sets: dict[Span, tuple[str, ...]] = {}
        for rough in self.roughs:
            if (
                rough.target
                and rough.place
                and rough.target.noun in [fold(word) for word in group.words]
                and _same_words(rough.target.what, group.standard)
            ):
                sets[rough.span] = rough.target.places
        every = tuple(dict.fromkeys(name for names in sets.values() for name in names))
        if len(every) == group.count:
            return every
        exact = [names for names in sets.values() if len(names) == group.count]
        return exact[0] if len(exact) == 1 else ()

    def _unit_of_place(self, name: str | None) -> str | None:
        match = self.directory.find(name, kinds=("people_committee", "village")) if name else None
        return match.unit.code if match and match.unit else None

    def _places(self, rough: Rough) -> tuple[ReadPlace, ...]:
        """Territories that the words name by a proper name ("xã Thọ Sơn", "huyện Bình Sơn"), the label before them too."""
        found: dict[str, None] = {}
        for span in (rough.context, rough.span):
            if span:
                for match in _PLACE.finditer(" ".join(self.paper.text[slice(*span)].split())):
                    found[match[0][:1].lower() + match[0][1:]] = None
        return tuple(ReadPlace(name, self._unit_of_place(name)) for name in list(found)[:8])

    def _sources(self, rough: Rough) -> tuple[ReadSource, ...]:
        own = (
            rough.time.span
            if rough.time.span and not any(time.span == rough.time.span for _, _, time in rough.stated)
            else None
        )
        own_due = rough.time.due_on if own or not rough.stated else rough.time.other_due
        first = ReadSource(self.paper.text[slice(*rough.span)], *rough.span, rough.clause, own_due, self._said(own))
        others = (
            ReadSource(self.paper.text[slice(*span)], *span, clause, time.due_on, self._said(time.span))
            for span, clause, time in rough.stated
        )
        return (first, *others)

    def _time_findings(self, index: int, rough: Rough) -> tuple[FindingCode, ...]:
        codes = tuple(code for code in _MESSAGES if code in rough.time.findings)
        for code in codes:
            message = _MESSAGES[code]
            if code == "two_dates" and rough.time.other_due and rough.time.due_on:
                message = f"Two dates are stated: {rough.time.due_on:%d/%m/%Y} and {rough.time.other_due:%d/%m/%Y}. The stricter one is used for reminders; rule which one governs."
            elif code == "two_dates" and rough.time.target_on and rough.time.due_on:
                message = f"An aim ({rough.time.target_on:%d/%m/%Y}) and a latest day ({rough.time.due_on:%d/%m/%Y}) are stated. Confirm the latest day as the deadline."
            if code == "vague_date" and rough.time.due_on is None:
                message = _NO_DAY
            elif code == "vague_date" and rough.time.note:
                message = f"{message} ({rough.time.note[:1].upper()}{rough.time.note[1:]}.)"
            self._ask(code, message, rough.time.span or rough.span, index, shown=self._said(rough.time.span) or "")
        return codes

    def _confidence(self, rough: Rough, leads: tuple[ReadParty, ...], codes: tuple[FindingCode, ...]) -> str:
        """ "sure" only when owner and time stand in so many words and nothing was asked."""
        # A heading owns the whole list below it; but "…; kịp thời đề xuất …" may only say how.
        is_carried = rough.is_carried and (rough.owner_rule != "heading" or self._says_how(rough))
        is_owned = bool(leads) and not is_carried and rough.owner_rule in _EXPLICIT
        is_known = not self.directory.units or all(party.unit_code or _group_of(party.written) for party in leads)
        return "sure" if is_owned and is_known and not codes and rough.kind == "task" and not rough.place else "unsure"

    def _says_how(self, rough: Rough) -> bool:
        return _HOW.match(self.paper.words, rough.span[0]) is not None

    def _ask_to_confirm(self, index: int, rough: Rough, leads: tuple[ReadParty, ...]) -> None:
        """The one question of a draft that is not certain and for which nothing else was asked."""
        reason = (
            "goes on from the words before" if rough.is_carried else _REASONS.get(rough.owner_rule, "is not certain")
        )
        names = ", ".join(party.written for party in leads)
        message = f"That {names} owns this {reason}. Confirm it or choose another unit."
        self._ask("owner_unsure", message, rough.span, index, shown=names)

    def _ask(
        self,
        code: FindingCode,
        message: str,
        span: Span,
        index: int,
        candidates: tuple[str, ...] = (),
        *,
        shown: str = "",
    ) -> None:
        """One question for one place of the text, even when several drafts hang on it."""
        if code in _ONCE and (code, span) in self.asked:
            return
        self.asked.add((code, span))
        self.questioned.add(index)
        self.findings.append(ReadFinding(code, message, span[0], span[1], index, candidates, shown))

    def _said(self, span: Span | None) -> str | None:
        return " ".join(self.paper.text[slice(*span)].split()) if span else None


_EXPLICIT = frozenset({"heading", "subject", "column", "field", *PERFORMATIVES}) - {"de nghi", "de nghi dong chi"}
_HOW = re.compile(r"\W*(?:kip thoi|chu dong|thuong xuyen|kien quyet|dong thoi)\b")
_REASONS = {
    "lead-in": "is taken from the words that open the list",
    "addressee": "is taken from the addressees of the letter",
    "guessed": "is a guess, because the verb is not known",
    "de nghi": "is requested, not ordered (đề nghị)",
    "inner": "is read from the middle of the sentence",
}
_ONCE = frozenset({"group_unresolved", "count_mismatch", "owner_weak"})


def finish(
    paper: Paper, roughs: list[Rough], directory: Directory, head: NoticeHead
) -> tuple[list[ReadDraft], list[ReadFinding]]:
    """The drafts in the order of the text, and what they leave to a person."""
    finisher = _Finisher(paper, directory, head, roughs)
    return [finisher.draft(index, rough) for index, rough in enumerate(roughs)], finisher.findings


_PLACE = re.compile(
    cased(
        r"\b(?:[Xx]ã|[Pp]hường|[Tt]hị trấn|[Hh]uyện|[Tt]hị xã|[Tt]hành phố|[Tt]ỉnh|[Tt]hôn)(?:\s+[@A][@a]+){1,3}(?!\w)"
    )
)
_GROUP = re.compile(
    r"^(?:doi voi\s+)?(?:(?:ubnd|uy ban nhan dan|dang uy|chu tich|bi thu|cac dong chi|lanh dao)\b[^,;]*?\s+)?(?P<all>cac\s+)?(?P<count>\d{1,3}\s+)?"
    r"(?P<nouns>(?:xa|phuong|thi tran|huyen|thon|thi xa|thanh pho)(?:\s*(?:,|va)\s*(?:xa|phuong|thi tran|huyen|thi xa|thanh pho))*)(?P<rest>\s+.*)?$"
)
_NOUNS = {
    "xa": "xã",
    "phuong": "phường",
    "thi tran": "thị trấn",
    "huyen": "huyện",
    "thon": "thôn",
    "thi xa": "thị xã",
    "thanh pho": "thành phố",
}


def _group_of(label: str) -> Group | None:
    """The set of places that a name means; None when it names one body."""
    match = _GROUP.match(fold(label))
    if match is None or not (match["all"] or match["count"]):
        return None
    words = tuple(_NOUNS[word] for word in re.findall("|".join(sorted(_NOUNS, key=len, reverse=True)), match["nouns"]))
    rest = (match["rest"] or "").strip()
    standard = re.match(
        r"(?:con lai\s+)?(?P<state>chua|da|duoc cong nhan|phan dau)?\s*(?P<what>dat chuan .+|dat .+)$", rest
    )
    count = int(match["count"]) if match["count"] else None
    if standard:
        return Group(label, words, count, standard["what"], standard["state"] not in ("chua", "phan dau"))
    is_all = not rest or rest in (
        "tren dia ban",
        "tren dia ban huyen",
        "tren dia ban tinh",
        "trong huyen",
        "trong tinh",
    )
    return Group(label, words, count, is_all=is_all)


def _governing_place(place: str) -> str:
    """The commune of "thôn 1, xã Thọ Sơn": a village has no office of its own."""
    return place.rsplit(", ", 1)[-1] if ", " in place else place


def _committee_of(place: str) -> str:
    return f"UBND {_governing_place(place)}"


def _same_words(ours: str, theirs: str | None) -> bool:
    return bool(ours) and theirs is not None and set(ours.split()) == set(theirs.split())
