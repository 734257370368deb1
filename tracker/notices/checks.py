"""Checks over the whole paper: sums that do not close, receivers without a task, jumps in numbering, signs of a bad scan."""

import re

from tracker.notices.clauses import Clause
from tracker.notices.counts import crossed_sums, figure
from tracker.notices.shapes import NoticeHead, ReadDraft, ReadFinding
from tracker.notices.spelling import misread
from tracker.notices.text import Paper
from tracker.notices.zones import Zones
from tracker.people.directory import unit_key


def check(paper: Paper, parts: Zones, head: NoticeHead, tree: Clause, drafts: list[ReadDraft]) -> list[ReadFinding]:
    """What does not fit together in the paper. Nothing is repaired: a person looks at the place."""
    findings = (
        _numbering(tree)
        + _shares(paper, parts)
        + _sums(paper, parts)
        + crossed_sums(paper, parts, tree, year=head.issued_on.year if head.issued_on else None)
        + _scan(paper, parts)
    )
    findings += _receivers(paper, parts, head, drafts) + _strangers(paper, head, drafts)
    if not any(draft.kind != "policy" for draft in drafts):
        findings.append(
            ReadFinding(
                "no_assignment",
                "The notice assigns nothing that the reader can see. Confirm, or add the tasks by hand.",
                parts.body_start,
                parts.body_end,
            )
        )
    return findings


def _numbering(tree: Clause) -> list[ReadFinding]:
    return [
        ReadFinding(
            "numbering_jump",
            f"Before clause {clause.path} a number is missing or doubled. Look whether a page or a line is lost.",
            clause.start,
            min(clause.start + 12, clause.end),
            shown=clause.path,
        )
        for clause in tree.walk()
        if clause.skipped_numbers
    ]


_SHARE = re.compile(
    r"(?<![\d/,.])(?<!ngay )(\d{1,4})\s*/\s*(\d{1,4})(?![\d/])\s*[^.;(]{0,40}\(?\s*(?:chiem|dat|bang|ty le)[^.;\d]{0,20}(\d{1,3}(?:,\d{1,2})?)\s*%"
)


def _shares(paper: Paper, parts: Zones) -> list[ReadFinding]:
    findings = []
    for match in _SHARE.finditer(paper.words, parts.body_start, parts.body_end):
        part, whole, percent = int(match[1]), int(match[2]), float(match[3].replace(",", "."))
        if whole and abs(part / whole * 100 - percent) > 0.6:
            exact = part / whole * 100
            message = f"{part}/{whole} is {exact:.1f} %, the paper says {match[3]} %. Look at the original."
            shown = f"{part}/{whole} = {figure(exact)} % ≠ {match[3]} %"
            findings.append(ReadFinding("sum_open", message, match.start(), match.end(), shown=shown))
    return findings


_WHOLE = re.compile(
    r"\b(?P<whole>\d{1,4})\s+(?P<noun>xa|phuong|thi tran|thon|ho|can|du an|tieu chi|doanh nghiep|truong hop|nhiem vu|huyen|don vi|truong|vu|chi bo)\b"
    r"[^.;:()]{0,60}?[,:(]?\s*(?:gom|bao gom|trong do)(?:\s+co)?\s*:?\s*(?P<parts>[^.]{5,400})"
)


def _sums(paper: Paper, parts: Zones) -> list[ReadFinding]:
    """ "14 xã, gồm: 9 xã …, 4 xã …": parts of one kind that do not make up the whole."""
    findings = []
    for match in _WHOLE.finditer(paper.words, parts.body_start, parts.body_end):
        whole = int(match["whole"])
        counted = [int(n) for n in re.findall(rf"(?<![\d/.,])(\d{{1,4}})\s+{match['noun']}\b", match["parts"])]
        if len(counted) >= 2 and sum(counted) != whole:
            said = " + ".join(map(str, counted))
            message = f"The parts {said} make {sum(counted)}, the paper says {whole}. Look at the original."
            shown = f"{said} = {sum(counted)} ≠ {whole}"
            findings.append(ReadFinding("sum_open", message, match.start(), match.end(), shown=shown))
    return findings


def _strangers(paper: Paper, head: NoticeHead, drafts: list[ReadDraft]) -> list[ReadFinding]:
    """Bodies that own a task and are not among the receivers of the paper: they may never see it. Only where the list of
    receivers names bodies one by one ("Các phòng, ban" may hold anybody)."""
    known = [unit_key(name) for name in head.recipients]
    if len(known) < 3 or any(re.match(r"(?:nhu|cac|thu truong)\b", key) for key in known):
        return []
    received = {word for key in known for word in key.split()}
    strangers: dict[str, ReadDraft] = {}
    for draft in (draft for draft in drafts if draft.kind == "task"):
        for party in draft.leads:
            telling = {word for word in unit_key(party.written).split() if word not in _COMMON}
            if telling and len(telling - received) * 2 >= len(telling):
                strangers.setdefault(party.written, draft)
    if not strangers:
        return []
    first = next(iter(strangers.values()))
    message = f"Not among the receivers of the notice, though they are to act: {'; '.join(strangers)}. Check that they get it."
    return [ReadFinding("owner_not_recipient", message, first.start, first.end, shown="; ".join(strangers))]


def _receivers(paper: Paper, parts: Zones, head: NoticeHead, drafts: list[ReadDraft]) -> list[ReadFinding]:
    """Those who receive the paper "to carry out" (t/h) should own or support something."""
    findings = []
    engaged = " | ".join(unit_key(p.written) for d in drafts for p in (*d.leads, *d.supports, *d.members))
    for name in head.recipients:
        if "(t/h)" not in name.lower().replace(" ", "") or name.lower().startswith("như "):
            continue
        key = unit_key(re.sub(r"\(.*?\)", "", name))
        telling = [word for word in key.split() if word not in _COMMON]
        fits = (
            any if re.match(r"(?:cac|ubnd cac|uy ban nhan dan cac|thanh vien)\b", key) else all
        )  # a set: one of it is enough
        if telling and not fits(word in engaged for word in telling):
            at = paper.text.find(name.split(" (")[0], parts.body_end)
            start = at if at >= 0 else parts.body_end
            findings.append(
                ReadFinding(
                    "recipient_without_task",
                    f'"{name}" receives the notice to carry it out, but no task names this body. Check that none was missed.',
                    start,
                    start + len(name),
                    shown=name,
                )
            )
    return findings


_COMMON = frozenset(
    [
        "cac",
        "co",
        "quan",
        "don",
        "vi",
        "lien",
        "quan",
        "va",
        "uy",
        "ban",
        "nhan",
        "dan",
        "chu",
        "tich",
        "bi",
        "thu",
        "dang",
        "xa",
        "huyen",
        "tinh",
        "tt",
        "thanh",
        "vien",
        "ban",
    ]
)


def _scan(paper: Paper, parts: Zones) -> list[ReadFinding]:
    """Words that only a scan makes: a digit or a sign inside a word. One finding for the paper, at the first place."""
    body = paper.text[parts.body_start : parts.body_end]
    broken = [m for m in _BROKEN.finditer(body) if not _CODE.search(m[0])]
    lost = [(start, end) for start, end, _ in misread(body)] + [match.span() for match in _GARBLED.finditer(body)]
    if len(broken) < 2 and not lost:
        return []
    start, end = (parts.body_start + at for at in min(lost or [match.span() for match in broken]))
    shown = paper.text[start:end]
    message = f'The text comes from a scan with reading errors ("{shown}", {len(broken) + len(lost)} places). Compare the quotes with the original.'
    return [ReadFinding("suspected_scan_error", message, start, end, shown=shown)]


_GARBLED = re.compile(r"\b(?:Đề phấn|kiên như sau)\b")
_BROKEN = re.compile(
    r"(?<![\w/.-])(?:[^\W\d_]{2,}\d[^\W\d_]+|\d[^\W\d_]{2,}|[^\W\d_]+[|{}\\<>¿§©][^\W\d_]+)(?![\w/.-])"
)
_CODE = re.compile(r"^[A-ZĐ0-9]+$|^\d+(?:km|ha|kg|m|h|kv|kw|mw|tr|x)$", re.IGNORECASE)
