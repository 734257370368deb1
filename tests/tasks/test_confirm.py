"""Confirming and rejecting: a named officer makes tasks of drafts; what is not settled stays a draft with a reason."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.cast import Office, away, imported, unit
from tests.days import noon
from tracker.errors import TaskError
from tracker.models import (
    Draft,
    DraftMention,
    DraftState,
    Finding,
    Kind,
    MentionRole,
    Message,
    Notice,
    Task,
    TaskMention,
    Unit,
)
from tracker.notify.facts import load_facts, open_tasks
from tracker.people.officers import load_chains
from tracker.tasks.draft_rulings import reject_drafts, rule_draft, rule_finding
from tracker.tasks.drafts import Confirmed, confirm
from tracker.tasks.listing import list_tasks, roll_up, show_task

DAY = date(2024, 3, 6)
SAMPLES = Path(__file__).parents[2] / "samples"


def a_notice(office: Office, *drafts: dict, findings: tuple[tuple[int | None, str], ...] = ()) -> Notice:
    """A stored notice with these drafts; `leads`, `members`, `places` are codes (None: not settled)."""
    with office.write() as session:
        notice = Notice(
            sha256="0" * 64,
            file_name="n.txt",
            number="1/TB-UBND",
            text="Giao xã rà soát.",
            issued_on=DAY,
            imported_at=noon(DAY),
        )
        session.add(notice)
        session.flush()
        ids = []
        for position, given in enumerate(drafts, 1):
            parties = {role: given.pop(role, ()) for role in ("lead", "member", "place", "support")}
            fields = {
                "kind": Kind.TASK,
                "title": f"Việc {position}",
                "clause": "1",
                "quote": "rà soát",
                "start": 0,
                "end": 7,
            } | given
            draft = Draft(notice_id=notice.id, position=position, **fields)
            session.add(draft)
            session.flush()
            ids.append(draft.id)
            for role, codes in parties.items():
                for at, code in enumerate(codes):
                    unit_id = office.unit(code).id if code else None
                    session.add(
                        DraftMention(
                            draft_id=draft.id,
                            role=MentionRole(role),
                            position=at,
                            written=code or "ai đó",
                            unit_id=unit_id,
                        )
                    )
        for position, code in findings:
            session.add(
                Finding(notice_id=notice.id, draft_id=position and ids[position - 1], code=code, message=f"{code}?")
            )
    return notice


def confirmed(office: Office, notice: Notice, *, by: str = "coordinator", on: date = DAY, **what) -> Confirmed:
    author = office.by(by)
    with office.write() as session:
        return confirm(session, notice, author=author, today=on, now=noon(on), **what)


DATED = {"lead": ["an-binh"], "due_on": date(2024, 6, 30)}


# --- who, and how often ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["coordinator", "office-chief", "chair"])
def test_the_office_and_the_chair_confirm(office: Office, code: str):
    done = confirmed(office, a_notice(office, DATED.copy()), by=code)
    (task,) = office.rows(Task)
    assert (done.task_ids, task.confirmed_by_id, task.confirmed_on) == ((task.id,), office.officer(code), DAY)
    assert (task.due_on, task.first_due_on, task.draft_id) == (
        DATED["due_on"],
        DATED["due_on"],
        office.rows(Draft)[0].id,
    )
    assert [line.kind for line in office.history(task.id)] == ["confirmed"]
    assert office.rows(Message) == []


@pytest.mark.parametrize("code", ["an-contact", "an-head", "overseer", "stranger"])
def test_nobody_else_confirms_or_rejects(office: Office, code: str):
    notice = a_notice(office, DATED.copy())
    with pytest.raises(TaskError, match="these are: chair, coordinator, office-chief"):
        confirmed(office, notice, by=code)
    author = office.by(code)
    with pytest.raises(TaskError, match="these are"), office.write() as session:
        reject_drafts(session, notice, [1], reason="Không phải việc", author=author, today=DAY, now=noon(DAY))
    assert (office.rows(Task), office.rows(Draft)[0].state) == ([], DraftState.PROPOSED)


def test_whoever_stands_in_for_the_office_confirms(office: Office):
    office.register(away("coordinator", "deputy", "2024-03-06", "2024-03-07"))
    assert len(confirmed(office, a_notice(office, DATED.copy()), by="deputy").task_ids) == 1


def test_confirming_twice_makes_nothing_new(office: Office):
    notice = a_notice(office, DATED.copy())
    confirmed(office, notice)
    again = confirmed(office, notice)
    assert (again, len(office.rows(Task))) == (Confirmed((), ()), 1)
    with pytest.raises(TaskError, match="draft 1 is already confirmed"):
        confirmed(office, notice, positions=[1])


def test_one_draft_named_twice_is_one_task(office: Office):
    assert len(confirmed(office, a_notice(office, DATED.copy()), positions=[1, 1]).task_ids) == 1


def test_a_draft_that_is_not_there_stops_all(office: Office):
    with pytest.raises(TaskError, match="no draft 3; it has 1"):
        confirmed(office, a_notice(office, DATED.copy()), positions=[1, 3])
    assert office.rows(Task) == []


def test_what_fails_in_the_middle_leaves_no_task(office: Office):
    notice = a_notice(office, {**DATED, "lead": ["an-binh", "binh-minh"]})

    def fail(_connection, _cursor, statement, parameters, *_rest):
        values = parameters.values() if isinstance(parameters, dict) else parameters  # PostgreSQL's have names
        if statement.startswith("INSERT INTO task") and office.unit("binh-minh").id in values:
            raise OSError("the power is off")

    event.listen(office.database.engine, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="power"):
        confirmed(office, notice)
    event.remove(office.database.engine, "before_cursor_execute", fail)
    assert (office.rows(Task), office.rows(Draft)[0].state) == ([], DraftState.PROPOSED)


# --- groups ----------------------------------------------------------------------------------------------------------


def test_a_group_becomes_one_task_for_each_member_with_a_roll_up(office: Office):
    notice = a_notice(
        office,
        {"lead": [None], "member": ["an-binh", "binh-minh", "an-binh"], "group": "2 xã", "support": ["tai-chinh"]},
    )
    done = confirmed(office, notice)
    tasks = office.rows(Task)
    assert len(done.task_ids) == 2
    assert [(one.lead_unit_id, one.place_unit_id, one.place, one.group) for one in tasks] == [
        (office.unit("an-binh").id, office.unit("an-binh").id, "xã An Bình", "2 xã"),
        (office.unit("binh-minh").id, office.unit("binh-minh").id, "xã Bình Minh", "2 xã"),
    ]
    assert [one.unit_id for one in office.rows(TaskMention)] == [office.unit("tai-chinh").id] * 2
    with office.read() as session:
        (row,) = roll_up(session, notice, today=DAY)
    assert (row["members"], row["standings"]) == (2, {"open_undated": 2})


def test_one_member_that_the_register_does_not_know_keeps_the_whole_group_a_draft(office: Office):
    done = confirmed(office, a_notice(office, {"member": ["an-binh", None], "group": "2 xã"}))
    assert ([one.why[:40] for one in done.left], office.rows(Task)) == (
        ["no unit of the register owns it; rule it"],
        [],
    )


def test_of_several_places_none_is_picked(office: Office):
    confirmed(office, a_notice(office, {"lead": ["tai-chinh"], "place": ["an-binh", "binh-minh"]}))
    (task,) = office.rows(Task)
    assert (task.place, task.place_unit_id) == ("an-binh, binh-minh", None)


def test_a_policy_becomes_a_task_that_is_never_pressed(office: Office):
    confirmed(office, a_notice(office, {"lead": ["ban-chi-dao"], "kind": Kind.POLICY}))
    assert [one.kind for one in office.rows(Task)] == [Kind.POLICY]


# --- what is not settled ---------------------------------------------------------------------------------------------


def test_a_draft_without_an_owner_stays_with_the_way_out_and_is_then_ruled(office: Office):
    notice = a_notice(office, {"lead": [None]}, findings=((1, "owner_unknown"),))
    (left,) = confirmed(office, notice).left
    assert (left.position, left.why) == (1, "no unit of the register owns it; rule it with --draft N --lead UNIT")
    assert office.rows(Finding)[0].ruled_at is None
    confirmed(office, notice, positions=[1], lead=office.unit("an-binh"), due_on=date(2024, 6, 30))
    (task,), (finding,) = office.rows(Task), office.rows(Finding)
    assert (task.lead_unit_id, task.due_on) == (office.unit("an-binh").id, date(2024, 6, 30))
    assert (finding.ruling, finding.ruled_by_id, finding.ruled_at) == (
        "Giao UBND xã An Bình",
        office.officer("coordinator"),
        noon(DAY),
    )


@pytest.mark.parametrize("code", ["count_mismatch", "no_such_date", "date_before_notice", "no_reference_year"])
def test_a_question_that_would_lose_a_member_or_a_date_keeps_the_draft_until_it_is_named(office: Office, code: str):
    notice = a_notice(office, DATED.copy(), {"lead": ["binh-minh"]}, findings=((2, code),))
    done = confirmed(office, notice)
    assert (len(done.task_ids), [one.position for one in done.left]) == (1, [2])
    assert done.left[0].why.startswith(f"{code}? When that is settled, confirm it with --draft N")
    assert office.rows(Finding)[0].ruled_at is None
    assert len(confirmed(office, notice, positions=[2], due_on=date(2024, 7, 31)).task_ids) == 1
    ruling = "Đồng ý như dự thảo" if code == "count_mismatch" else "Thời hạn 31/07/2024"
    assert office.rows(Finding)[0].ruling == ruling


@pytest.mark.parametrize(
    ("code", "ruled", "ruling"),
    [
        pytest.param("no_such_date", {"due_on": date(2024, 7, 31)}, "Thời hạn 31/07/2024", id="by a date"),
        pytest.param("no_reference_year", {"is_undated": True}, "Không đặt thời hạn", id="by none"),
        pytest.param(
            "count_mismatch",
            {"leads": ["an-binh", "binh-minh"]},
            "Giao UBND xã An Bình, UBND xã Bình Minh",
            id="by owners",
        ),
    ],
)
def test_a_ruling_answers_the_question_so_that_the_draft_goes_with_the_others(office: Office, code, ruled, ruling):
    notice, author = (
        a_notice(office, {"lead": ["an-binh"], "group": "2 xã"}, findings=((1, code),)),
        office.by("coordinator"),
    )
    what = {"leads": [], "due_on": None, "is_undated": False} | ruled
    what["leads"] = [office.unit(one) for one in what["leads"]]
    with office.write() as session:
        rule_draft(session, notice, 1, note="", author=author, today=DAY, now=noon(DAY), **what)
    assert len(confirmed(office, notice).task_ids) == max(len(what["leads"]), 1)
    assert [one.ruling for one in office.rows(Finding)] == [ruling]
    assert {one.due_on for one in office.rows(Task)} == {what["due_on"]}


def test_confirming_all_answers_only_what_a_yes_answers(office: Office):
    notice = a_notice(office, DATED.copy(), findings=((1, "owner_implied"), (1, "two_dates"), (None, "sum_open")))
    confirmed(office, notice)
    assert {one.code: one.ruling for one in office.rows(Finding)} == {
        "owner_implied": "Đồng ý như dự thảo",
        "two_dates": None,
        "sum_open": None,
    }


def test_a_ruling_is_for_one_draft(office: Office):
    notice = a_notice(office, DATED.copy(), DATED.copy())
    for what in ({"lead": office.unit("an-binh")}, {"due_on": DAY}, {"due_on": DAY, "positions": [1, 2]}):
        with pytest.raises(TaskError, match="rule one draft"):
            confirmed(office, notice, **what)
    assert office.rows(Task) == []


def test_no_draft_is_given_to_a_unit_that_does_not_stand_any_more(office: Office):
    office.register(unit("binh-minh", valid_to="2024-03-05"))
    notice = a_notice(office, {"lead": [None]})
    with pytest.raises(TaskError, match="does not stand on 2024-03-06"):
        confirmed(office, notice, positions=[1], lead=office.unit("binh-minh"))


# --- rejecting and ruling --------------------------------------------------------------------------------------------


def test_a_rejected_draft_makes_no_task_ever_and_keeps_the_reason(office: Office):
    notice, author = (
        a_notice(office, DATED.copy(), DATED.copy(), findings=((1, "owner_implied"),)),
        office.by("coordinator"),
    )
    with office.write() as session:
        reject_drafts(session, notice, [1], reason="Trùng việc 2", author=author, today=DAY, now=noon(DAY))
    assert len(confirmed(office, notice).task_ids) == 1
    assert [one.state for one in office.rows(Draft)] == [DraftState.REJECTED, DraftState.CONFIRMED]
    assert office.rows(Finding)[0].ruling == "Không lập nhiệm vụ: Trùng việc 2"
    with pytest.raises(TaskError, match="draft 1 is already rejected"):
        confirmed(office, notice, positions=[1])
    with pytest.raises(TaskError, match="needs a reason"), office.write() as session:
        reject_drafts(session, notice, [2], reason=" ", author=author, today=DAY, now=noon(DAY))


def test_a_ruled_date_moves_the_open_tasks_and_keeps_the_first(office: Office):
    notice = a_notice(office, {**DATED, "other_due_on": date(2024, 12, 31)}, findings=((1, "two_dates"),))
    confirmed(office, notice)
    author = office.by("chair")
    with office.write() as session:
        rule_finding(
            session,
            notice,
            1,
            ruling="Theo mục 4.1",
            due_on=date(2024, 12, 31),
            author=author,
            today=DAY,
            now=noon(DAY),
        )
    (task,), (ruled,) = office.rows(Task), office.rows(Finding)
    assert (task.first_due_on, task.due_on, task.version) == (date(2024, 6, 30), date(2024, 12, 31), 2)
    assert (ruled.ruling, ruled.ruled_by_id) == ("Theo mục 4.1", office.officer("chair"))
    assert office.history(task.id)[-1].detail == {
        "ruling": "Theo mục 4.1", "due_before": "2024-06-30", "due_on": "2024-12-31"
    }  # fmt: skip
    with pytest.raises(TaskError, match=r"was ruled already: Theo mục 4\.1"), office.write() as session:
        rule_finding(session, notice, 1, ruling="Khác", author=author, today=DAY, now=noon(DAY))


def test_nobody_else_rules(office: Office):
    notice = a_notice(office, DATED.copy(), findings=((1, "two_dates"),))
    confirmed(office, notice)
    author = office.by("an-head")
    with pytest.raises(TaskError, match="these are"), office.write() as session:
        rule_finding(
            session, notice, 1, ruling="Lùi hạn", due_on=date(2025, 1, 1), author=author, today=DAY, now=noon(DAY)
        )
    assert office.rows(Task)[0].due_on == DATED["due_on"]


def test_both_dates_of_a_commitment_are_shown(office: Office):
    confirmed(office, a_notice(office, {**DATED, "target_on": date(2024, 5, 31), "other_due_on": date(2024, 12, 31)}))
    with office.read() as session:
        rows = [*list_tasks(session, today=DAY), show_task(session, 1, today=DAY)]
    assert [(row["due_on"], row["target_on"], row["other_due_on"]) for row in rows] == [
        ("2024-06-30", "2024-05-31", "2024-12-31")
    ] * 2


# --- the sample notice -----------------------------------------------------------------------------------------------


@pytest.fixture
def sample(office: Office) -> Office:
    """The sample notice, confirmed against the sample register, beside the cast."""
    day = date(2020, 2, 14)
    office.register((SAMPLES / "register.toml").read_text("utf-8"))
    notice = imported(office, (SAMPLES / "253-tb-ubnd.txt").read_bytes(), name="253.txt", on=day)
    done = confirmed(office, notice, by="dieu-phoi-vien", on=day)
    assert Counter(one.state for one in office.rows(Draft)) == {DraftState.CONFIRMED: 40, DraftState.PROPOSED: 4}
    assert {one.why for one in done.left} == {"no unit of the register owns it; rule it with --draft N --lead UNIT"}
    return office


def test_every_commune_task_of_the_sample_reaches_its_overseers_and_a_district_task_the_office(sample: Office):
    communes = {row.id for row in sample.rows(Unit) if row.level == "commune"}
    with sample.read() as session:
        chains = load_chains(session, on=date(2020, 7, 3))
        chain_of = {facts.task_id: facts.chain for facts in load_facts(session, open_tasks(), chains=chains)}
    tasks = sample.rows(Task)
    of_communes = [one for one in tasks if one.lead_unit_id in communes or one.place_unit_id in communes]
    assert len(of_communes) > 150
    assert [one.title for one in of_communes if not chain_of[one.id].overseer] == []
    assert {one.title for one in tasks if not (chain_of[one.id].contact or chain_of[one.id].head)} == set()
    others = [one for one in tasks if one not in of_communes]
    assert others and all(chain_of[one.id].office and not chain_of[one.id].overseer for one in others)
    tho_son = next(one for one in tasks if one.place == "xã Thọ Sơn" and one.kind is Kind.MILESTONE)
    assert len(chain_of[tho_son.id].overseer) == 2, "two are jointly liable"
