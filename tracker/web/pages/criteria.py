"""Tiêu chí: communes against the criteria of the set that counts today, and one commune criterion by criterion."""

from fastapi import APIRouter
from starlette.responses import Response

from tracker.criteria.sets import find_set
from tracker.criteria.standings import load_criteria_grid, load_histories, load_paper_figures, measured_communes
from tracker.rules.criteria import one_digit
from tracker.web.answering import UnseenError
from tracker.web.deps import Here, Reader, RowId, TaskReader
from tracker.web.rendering import show

router = APIRouter()
SIGNS = {"verified": ("done", "●"), "attained": ("wait", "◐"), "lost": ("late", "▼"), "not_met": ("plain", "–")}
WORDS = {
    "verified": "đạt, đã thẩm định", "attained": "đạt, chưa thẩm định", "lost": "không còn đạt", "not_met": "chưa đạt",
}  # fmt: skip


@router.get("/criteria")
def show_criteria(visit: Here, reader: TaskReader) -> Response:
    """The grid; whoever sees every unit also sees the averages beside what the notices say."""
    with visit.read() as session:
        wanted = find_set(session, on=visit.today)
        grid = load_criteria_grid(session, wanted, _seen(reader), on=visit.today) if wanted else None
        papers = load_paper_figures(session, wanted, today=visit.today) if wanted and reader.scope.is_ruler else ()
    return show(
        visit, "criteria", viewer=reader.scope, who=reader.who, grid=grid, papers=papers, signs=SIGNS, sign_words={state: visit.say(words) for state, words in WORDS.items()},
        decimal=_decimal,
    )  # fmt: skip


@router.get("/criteria/{unit_id}")
def show_commune(visit: Here, reader: TaskReader, unit_id: RowId) -> Response:
    """One commune: every criterion with who said so, who verified it and since when. Others' communes do not exist."""
    seen = _seen(reader)
    with visit.read() as session:
        wanted = find_set(session, on=visit.today)
        name = measured_communes(session, wanted, on=visit.today).get(unit_id) if wanted else None
        if wanted is None or name is None or (seen is not None and unit_id not in seen):
            raise UnseenError
        rows = load_histories(session, wanted, unit_id, on=visit.today)
    return show(
        visit, "criteria_commune", viewer=reader.scope, who=reader.who, commune=name, unit_id=unit_id, wanted=wanted, rows=rows,
        signs=SIGNS, sign_words={state: visit.say(words) for state, words in WORDS.items()},
    )  # fmt: skip


def _seen(reader: Reader) -> frozenset[int] | None:
    return None if reader.scope.is_ruler else reader.scope.seen


def _decimal(figure: float | None) -> str:
    """18,3 as papers write it; a whole number without a comma."""
    if figure is None:
        return "–"
    rounded = one_digit(figure)
    return f"{rounded:g}".replace(".", ",").replace("-", "−")
