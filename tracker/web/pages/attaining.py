"""Tiêu chí: a commune reports criteria as met; whoever looked verifies them, or says that one is met no longer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from tracker.criteria.attaining import Word, attain, lose, verify
from tracker.criteria.sets import KnownCriterion
from tracker.criteria.standings import MET
from tracker.errors import CriteriaError
from tracker.models import Channel, Unit
from tracker.people.cast import list_holders
from tracker.people.forms import use_once
from tracker.rules.lifecycle import Verb
from tracker.tasks.changing import OWNERS
from tracker.tasks.scope import Scope
from tracker.web.answering import given_files
from tracker.web.deps import FormFields, Here, NotAllowedError, Reader, RowId, TaskReader, checked_ticket
from tracker.web.forms import FormError, Posted
from tracker.web.pages.criteria import Commune, commune_page, find_commune, open_acts
from tracker.web.site import Visit

router = APIRouter(prefix="/criteria/{unit_id}")
NOT_NOW = "Không ghi nhận được: tình trạng của tiêu chí vừa thay đổi, hoặc ngày ghi không hợp với diễn biến trước đó. Đề nghị xem lại bảng dưới đây."


@router.post("/attainment")
def report_attained(visit: Here, reader: TaskReader, unit_id: RowId, form: FormFields) -> Response:
    """The commune says since when it meets criteria, and what shows it; the office may enter its word."""
    return _record(visit, reader, unit_id, form, "attainment", _attain)


@router.post("/verification")
def verify_attained(visit: Here, reader: TaskReader, unit_id: RowId, form: FormFields) -> Response:
    """Somebody outside the commune has seen that it meets criteria."""
    return _record(visit, reader, unit_id, form, "verification", _verify)


@router.post("/loss")
def report_lost(visit: Here, reader: TaskReader, unit_id: RowId, form: FormFields) -> Response:
    """A criterion is met no longer, since when and why."""
    return _record(visit, reader, unit_id, form, "loss", _lose)


@dataclass(frozen=True, slots=True)
class _Said:
    """One form about one commune, as its reader sent it."""

    visit: Visit
    reader: Reader
    unit: Unit
    commune: Commune
    form: Posted

    def word(self, behalf: int | None = None) -> Word:
        author = self.visit.author(self.reader.scope.officer_id, Channel.WEB, on_behalf_of_id=behalf)
        return Word(author, self.visit.today, self.visit.now)

    def criteria(self, *, are_met: bool) -> list[KnownCriterion]:
        """What was ticked, as far as it stands as the form supposes. Raises FormError."""
        ticked = self.form.lists.get("criterion", ())
        fitting = [row.criterion for row in self.commune.rows if (row.state in MET) == are_met]
        chosen = [one for one in fitting if one.code in ticked]
        if not chosen or len(chosen) < len(set(ticked)):
            raise self.form.wrong("Đề nghị chọn ít nhất một tiêu chí trong danh sách.")
        return chosen

    def day(self) -> date:
        """The day of the form; today when none was given. Raises FormError."""
        on = self.form.day("on") or self.visit.today
        if on > self.visit.today:
            raise self.form.wrong("Ngày ghi không thể sau hôm nay.")
        return on


def _record(
    visit: Visit, reader: Reader, unit_id: int, form: Posted, name: str, act: Callable[[Session, _Said], None]
) -> Response:
    """Do what the form says, once; with what is wrong the page comes back as it was typed."""
    page = f"/criteria/{unit_id}"
    ticket = checked_ticket(visit, form, who=reader.who, action=f"{page}/{name}")
    try:
        with visit.write() as session:
            commune = find_commune(session, reader.scope, unit_id, today=visit.today)
            if name not in open_acts(reader.scope, unit_id):
                raise NotAllowedError
            is_first = use_once(session, ticket.number, now=visit.now)
            if is_first:
                act(session, _Said(visit, reader, session.get_one(Unit, unit_id), commune, form))
    except FormError as error:
        return commune_page(visit, reader, unit_id, problem=str(error), tried=name, typed=form, status=422)
    except CriteriaError:
        return commune_page(visit, reader, unit_id, problem=visit.say(NOT_NOW), tried=name, typed=form, status=422)
    return RedirectResponse(f"{page}?ok={name if is_first else 'again'}", status_code=303)


def _attain(session: Session, said: _Said) -> None:
    config = said.visit.site.config
    attain(
        session, said.unit, said.commune.wanted, said.criteria(are_met=False), on=said.day(), note=said.form.text("note"),
        files=given_files(said.form, config), storage=said.visit.site.storage, word=said.word(_behalf(session, said)),
    )  # fmt: skip


def _behalf(session: Session, said: _Said) -> int | None:
    """Whose word the office enters: that of a contact or head of the commune; nobody's where there is none. Raises FormError."""
    scope: Scope = said.reader.scope
    unit_id = said.unit.id or 0
    if scope.may(Verb.REPORT, lead_unit_id=unit_id, place_unit_id=unit_id):
        return None
    owners = [one for one in list_holders(session, unit_id=unit_id, today=said.visit.today) if one.role in OWNERS]
    named = [one.officer_id for one in owners if one.code == said.form.text("behalf")]
    if owners and not named:
        raise said.form.wrong("Đề nghị chọn người của đơn vị đã báo nội dung này.")
    return next(iter(named), None)


def _verify(session: Session, said: _Said) -> None:
    verify(session, said.unit, said.commune.wanted, said.criteria(are_met=True), word=said.word())


def _lose(session: Session, said: _Said) -> None:
    reason = said.form.text("reason", "Đề nghị ghi rõ vì sao không còn đạt, ai kiểm tra.")
    criteria = said.criteria(are_met=True)
    lose(session, said.unit, said.commune.wanted, criteria, on=said.day(), reason=reason, word=said.word())
