"""Tiêu chí: communes against the criteria of the set that counts today, and one commune criterion by criterion."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from tracker.criteria.proofs import find_proof, proofs_of
from tracker.criteria.sets import KnownSet, find_set
from tracker.criteria.standings import (
    CriterionHistory,
    load_criteria_grid,
    load_histories,
    load_paper_figures,
    measured_communes,
)
from tracker.people.cast import list_holders
from tracker.rules.criteria import one_digit
from tracker.rules.lifecycle import Verb
from tracker.tasks.changing import OWNERS
from tracker.tasks.scope import Scope
from tracker.web.answering import UnseenError
from tracker.web.deps import Here, Reader, RowId, TaskReader
from tracker.web.downloads import attachment
from tracker.web.forms import Posted
from tracker.web.rendering import show
from tracker.web.site import Visit

router = APIRouter()
SIGNS = {"verified": ("done", "●"), "attained": ("wait", "◐"), "lost": ("late", "▼"), "not_met": ("plain", "–")}
WORDS = {
    "verified": "đạt, đã thẩm định", "attained": "đạt, chưa thẩm định", "lost": "không còn đạt", "not_met": "chưa đạt",
}  # fmt: skip
SHORT = {
    "verified": "thẩm định",
    "attained": "đạt",
    "lost": "mất",
    "not_met": "chưa",
}  # 608 cells have no room for more


@router.get("/criteria")
def show_criteria(visit: Here, reader: TaskReader) -> Response:
    """The grid; whoever sees every unit also sees the averages beside what the notices say."""
    with visit.read() as session:
        wanted = find_set(session, on=visit.today)
        grid = load_criteria_grid(session, wanted, _seen(reader), on=visit.today) if wanted else None
        papers = load_paper_figures(session, wanted, today=visit.today) if wanted and reader.scope.is_ruler else ()
    return show(
        visit, "criteria", viewer=reader.scope, who=reader.who, grid=grid, papers=papers, signs=SIGNS, decimal=_decimal,
        sign_words=_said(visit, WORDS), sign_names=_said(visit, SHORT),
    )  # fmt: skip


def _said(visit: Visit, words: dict[str, str]) -> dict[str, str]:
    return {state: visit.say(text) for state, text in words.items()}


@router.get("/criteria/{unit_id}")
def show_commune(visit: Here, reader: TaskReader, unit_id: RowId) -> Response:
    """One commune: every criterion with who said so, who verified it and since when, and the forms to say more. Others'
    communes do not exist."""
    return commune_page(visit, reader, unit_id)


@router.get("/criteria/{unit_id}/evidence/{evidence_id}")
def download_proof(visit: Here, reader: TaskReader, unit_id: RowId, evidence_id: RowId) -> Response:
    """A file that shows that a criterion is met."""
    with visit.read() as session:
        find_commune(session, reader.scope, unit_id, today=visit.today)
        kept = find_proof(session, unit_id, evidence_id)
    if kept is None:
        raise UnseenError
    return attachment(visit, kept)


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune that the reader may see, with the set that measures it and where it stands."""

    name: str
    wanted: KnownSet
    rows: tuple[CriterionHistory, ...]


def find_commune(session: Session, scope: Scope, unit_id: int, *, today: date) -> Commune:
    """Raises UnseenError for what is no commune, and for a commune that is none of the reader's."""
    wanted = find_set(session, on=today)
    name = measured_communes(session, wanted, on=today).get(unit_id) if wanted else None
    if wanted is None or name is None or not (scope.is_ruler or unit_id in scope.seen):
        raise UnseenError
    return Commune(name, wanted, load_histories(session, wanted, unit_id, on=today))


def open_acts(scope: Scope, unit_id: int) -> tuple[str, ...]:
    """What this reader can say of the commune's criteria: report one as met, verify it, say that it is lost."""
    may_report = scope.may(Verb.REPORT, lead_unit_id=unit_id, place_unit_id=unit_id)
    may_verify = scope.may(Verb.VERIFY, lead_unit_id=unit_id, place_unit_id=unit_id)
    acts = {
        "attainment": may_report or scope.is_ruler,
        "verification": may_verify,
        "loss": may_report or may_verify,
    }
    return tuple(name for name, is_open in acts.items() if is_open)


def commune_page(
    visit: Visit, reader: Reader, unit_id: int, *, problem: str = "", tried: str = "", typed: Posted | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    """The page, with what went wrong and what was typed. Raises UnseenError."""
    scope = reader.scope
    with visit.read() as session:
        commune = find_commune(session, scope, unit_id, today=visit.today)
        proofs = proofs_of(session, unit_id)
        holders = list_holders(session, unit_id=unit_id, today=visit.today)
    is_own = scope.may(Verb.REPORT, lead_unit_id=unit_id, place_unit_id=unit_id)
    return show(
        visit, "criteria_commune", viewer=scope, who=reader.who, status=status, commune=commune.name, unit_id=unit_id,
        wanted=commune.wanted, rows=commune.rows, proofs=proofs, signs=SIGNS, sign_words=_said(visit, WORDS),
        acts=open_acts(scope, unit_id), owners=[] if is_own else [one for one in holders if one.role in OWNERS],
        problem=problem, tried=tried, typed=typed.values if typed else {},
        ticked=typed.lists.get("criterion", ()) if typed else (),
    )  # fmt: skip


def _seen(reader: Reader) -> frozenset[int] | None:
    return None if reader.scope.is_ruler else reader.scope.seen


def _decimal(figure: float | None) -> str:
    """18,3 as papers write it; a whole number without a comma."""
    if figure is None:
        return "–"
    rounded = one_digit(figure)
    return f"{rounded:g}".replace(".", ",").replace("-", "−")
