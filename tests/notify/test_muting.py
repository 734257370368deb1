"""A milestone of a commune speaks above the unit for its parts, on a real database."""

from datetime import date, timedelta

import pytest

from tests.cast import Office
from tests.days import BEFORE, CONFIRMED, DUE, LATE
from tracker.models import Kind, Task
from tracker.notify.facts import load_facts
from tracker.people.officers import load_chains
from tracker.tasks.progress import report_done
from tracker.tasks.rulings import cancel, hold

WHOLE = {"kind": Kind.MILESTONE, "title": "Xã An Bình đạt chuẩn NTM"}


def beside(office: Office, milestone: int, lead: str = "an-binh", **fields) -> int:
    """A task of the same notice as the milestone."""
    task = office.task(lead, **fields)
    with office.write() as session:
        session.get_one(Task, task).notice_id = office.get(milestone).notice_id
    return task


def muted(office: Office) -> set[int]:
    with office.read() as session:
        facts = load_facts(session, Task.id.is_not(None), chains=load_chains(session, on=LATE))
        return {one.task_id for one in facts if one.is_muted}


def test_it_speaks_for_the_commune_s_tasks_and_villages_that_are_due_with_it_or_later(office: Office):
    whole = office.task(**WHOLE)
    parts = {
        beside(office, whole),
        beside(office, whole, due_on=DUE + timedelta(days=30)),
        beside(office, whole, "tai-chinh", place="an-binh"),
    }
    village = beside(office, whole, kind=Kind.MILESTONE, title="Thôn Đông đạt chuẩn")
    with office.write() as session:
        session.get_one(Task, village).place = "thôn Đông"
    assert muted(office) == parts | {village}


@pytest.mark.parametrize(
    ("lead", "fields"),
    [
        pytest.param("an-binh", {"due_on": DUE - timedelta(days=1)}, id="due before it"),
        pytest.param("an-binh", {"due_on": None}, id="without a date"),
        pytest.param("an-binh", {"kind": Kind.POLICY}, id="a policy"),
        pytest.param("an-binh", WHOLE, id="another milestone of the whole commune"),
        pytest.param("binh-minh", {}, id="of another commune"),
        pytest.param("tai-chinh", {"place": None}, id="of no commune"),
    ],
)
def test_it_does_not_speak_for_a_task(office: Office, lead: str, fields):
    beside(office, office.task(**WHOLE), lead, **fields)
    assert muted(office) == set()


def test_it_does_not_speak_for_the_task_of_another_notice(office: Office):
    office.task(**WHOLE)
    office.task()
    assert muted(office) == set()


@pytest.mark.parametrize(
    ("act", "by", "what"),
    [
        pytest.param(report_done, "an-contact", {"note": "Đã xong"}, id="claimed done"),
        pytest.param(hold, "coordinator", {"reason": "Chờ tỉnh", "until_on": None}, id="on hold"),
        pytest.param(cancel, "coordinator", {"reason": "Thôi"}, id="cancelled"),
    ],
)
def test_a_milestone_that_is_silent_itself_speaks_for_nobody(office: Office, act, by: str, what):
    whole = office.task(**WHOLE)
    part = beside(office, whole)
    assert muted(office) == {part}
    office.act(act, whole, by=by, on=BEFORE, **what)
    assert muted(office) == set()


def test_a_closed_task_is_a_closed_fact(office: Office):
    task, other = office.task(), office.task()
    office.act(cancel, task, by="coordinator", on=CONFIRMED, reason="Thôi")
    with office.read() as session:
        facts = list(load_facts(session, Task.id.is_not(None), chains=load_chains(session, on=date(2020, 7, 1))))
    assert {one.task_id: one.is_closed for one in facts} == {task: True, other: False}
