"""One commitment stated twice is one draft with two sources: a table row and the clause that says the same."""

import itertools
import re

from tracker.notices.rough import Rough
from tracker.notices.text import Paper
from tracker.people.directory import unit_key

SAME_OWNER_SHARE = (
    0.56  # share of common word pairs, of the shorter text, from which two statements of one owner are one
)
NO_OWNER_SHARE = 0.55
GROUP_SHARE = 0.7  # the other names one body of a group that the row names as a whole
SHORT_SHARE = 0.8
SHORT_PAIRS = 10
GENERAL_WORDS = 10  # a statement of more words is no general one (docs/notices.md tells where the figure comes from)
GENERAL_SHARE = 0.6  # share of its words from which a statement names in general what a longer row says in full

_STOP = frozenset(
    [
        "cac",
        "va",
        "cua",
        "cho",
        "ve",
        "tai",
        "theo",
        "trong",
        "doi",
        "voi",
        "de",
        "viec",
        "nhung",
        "duoc",
        "la",
        "thuc",
        "hien",
        "to",
        "chuc",
        "tang",
        "cuong",
        "cong",
        "tac",
        "chu",
        "tri",
        "nham",
        "gan",
        "day",
        "du",
    ]
)


def merge_rows(paper: Paper, drafts: list[Rough]) -> list[Rough]:
    """The drafts, with every statement that repeats a row of a table, and every unowned one that repeats an owned clause,
    made a source of it. The row leads: there owner and time stand."""
    rows = [rough for rough in drafts if rough.is_row]
    pairs = {id(rough): _pairs(paper, rough) for rough in drafts}
    owned = [rough for rough in drafts if rough.leads and not rough.is_row]
    kept = []
    for rough in (rough for rough in drafts if not rough.is_row):
        twin = _twin(paper, rough, rows, pairs)
        if twin is None and rough.kind == "policy" and not rough.leads:
            twin = _twin(paper, rough, owned, pairs)
        if twin is None and not rough.time.is_dated:
            twin = _row_in_full(paper, rough, rows)
        if twin is None or rough.kind == "milestone":
            kept.append(rough)
        else:
            twin.restate(rough.span, rough.clause, rough.time)
    return sorted(kept + rows, key=lambda rough: rough.span)


def _twin(paper: Paper, rough: Rough, others: list[Rough], pairs: dict[int, frozenset[str]]) -> Rough | None:
    """The statement that says the same, when one is near enough for the owners the two name."""
    best: Rough | None = None
    best_share = 0.0
    for other in others:
        ours, theirs = pairs[id(rough)], pairs[id(other)]
        shorter = min(len(ours), len(theirs))
        share = len(ours & theirs) / shorter if shorter >= 4 else 0.0
        if other is not rough and share > best_share and share >= _least(paper, rough, other, shorter):
            best, best_share = other, share
    return best


def _row_in_full(paper: Paper, rough: Rough, rows: list[Rough]) -> Rough | None:
    """The longer row of the same owner that says in full what a statement names in general ("Tăng cường công tác thanh
    tra …" beside a row "Xây dựng kế hoạch và tổ chức thanh tra …")."""
    ours = _words(paper, rough)
    if not 4 <= len(ours) <= GENERAL_WORDS:
        return None
    of_owner = [(_words(paper, row), row) for row in rows if _owners(paper, rough) & _owners(paper, row)]
    shares = [(len(ours & theirs) / len(ours), row) for theirs, row in of_owner if len(ours) < len(theirs)]
    share, row = max(shares, key=lambda pair: pair[0], default=(0.0, rough))
    return row if share >= GENERAL_SHARE else None


def _least(paper: Paper, rough: Rough, other: Rough, shorter: int) -> float:
    ours, theirs = _owners(paper, rough), _owners(paper, other)
    if not ours or not theirs:
        least = NO_OWNER_SHARE
    elif ours & theirs:
        least = SAME_OWNER_SHARE
    else:
        least = GROUP_SHARE if any(owner.startswith("cac ") for owner in theirs) else 2.0
    return max(least, SHORT_SHARE) if shorter < SHORT_PAIRS else least


def _owners(paper: Paper, rough: Rough) -> set[str]:
    return {unit_key(paper.text[slice(*span)]) for span in rough.leads}


def _words(paper: Paper, rough: Rough) -> set[str]:
    return {word for word in re.findall(r"[a-z0-9]+", paper.words[slice(*rough.span)]) if word not in _STOP}


def _pairs(paper: Paper, rough: Rough) -> frozenset[str]:
    text = paper.words[slice(*rough.span)].replace("uy ban nhan dan", "ubnd")
    words = [word for word in re.findall(r"[a-z0-9]+", text) if word not in _STOP]
    return frozenset(f"{a} {b}" for a, b in itertools.pairwise(words))
