"""The table of verbs: what each asks for, how it is read from a command, a story or a form, and what it refuses."""

from datetime import date
from inspect import signature

import pytest

from tests.cast import Office
from tests.days import CONFIRMED, DUE, OVERSEERS_DAY, noon
from tracker.config import Config
from tracker.errors import InputError, TaskError
from tracker.models import Acknowledgement, Notice
from tracker.rules.lifecycle import Verb
from tracker.tasks.evidence import GivenFile
from tracker.tasks.verbs import ACTS, perform, read_inputs


def test_every_verb_has_a_row_with_a_sentence_and_fields_that_are_explained():
    assert list(ACTS) == list(Verb)
    for act in ACTS.values():
        assert (act.inputs.__doc__ or "").endswith(".")
        assert all(field.description for field in act.inputs.model_fields.values())


@pytest.mark.parametrize("verb", Verb)
def test_the_function_of_a_verb_takes_what_its_inputs_give(verb: Verb, office: Office):
    filled: dict[str, object] = {
        "percent": 5,
        "note": "x",
        "reason": "x",
        "until": DUE,
        "unit": "binh-minh",
        "grant": DUE,
        "text": "x",
        "files": (GivenFile("a.pdf", b"%PDF-"),),
    }
    if verb is Verb.AMEND:
        task = office.get(office.task())
        with office.read() as session:
            filled["notice"] = session.get_one(Notice, task.notice_id).number
    given = {name: filled[name] for name in ACTS[verb].inputs.model_fields if name in filled}
    with office.read() as session:
        keywords = read_inputs(verb, given).keywords(session, Config())
    signature(ACTS[verb].do).bind(None, 1, **keywords, author=None, today=DUE, now=None)


@pytest.mark.parametrize(
    ("verb", "given", "words"),
    [
        (Verb.REPORT, {"note": "x"}, "percent: Field required"),
        (Verb.REPORT, {"percent": "half", "note": "x"}, "percent: "),
        (Verb.REPORT, {"percent": 5, "note": "x", "promise": 20200701}, "20200701 is no date"),
        (Verb.REPORT, {"percent": 5, "note": "x", "promise": "2020-02-30"}, "promise: "),
        (
            Verb.REPORT,
            {"percent": 5, "note": "x", "speed": 3},
            "unknown field 'speed' (it takes percent, note, promise, confidence, help_wanted)",
        ),
        (Verb.EXTEND_DECIDE, {}, "either grant a date or refuse"),
        (Verb.EXTEND_DECIDE, {"grant": DUE, "refuse": True}, "either grant a date or refuse"),
        (Verb.HOLD, {"until": DUE}, "reason: Field required"),
        (Verb.REASSIGN, {"reason": "x"}, "unit: Field required"),
    ],
)
def test_wrong_inputs_are_named(verb: Verb, given: dict[str, object], words: str):
    with pytest.raises(InputError, match="^" + verb) as refused:
        read_inputs(verb, given)
    assert words in str(refused.value)


def test_a_form_may_send_words_for_numbers_and_days():
    read = read_inputs(Verb.REPORT, {"percent": "40", "note": "Đang làm", "promise": "2020-07-01"})
    assert read.model_dump(exclude_none=True) == {"percent": 40, "note": "Đang làm", "promise": date(2020, 7, 1)}


def test_a_reason_may_be_called_a_note():
    assert read_inputs(Verb.CANCEL, {"note": "x"}) == read_inputs(Verb.CANCEL, {"reason": "x"})
    assert read_inputs(Verb.RETURN, {"reason": "x"}) == read_inputs(Verb.RETURN, {"note": "x"})


def act(office: Office, verb: Verb, task: int, by: str, on: date, **given: object) -> None:
    author = office.by(by)
    with office.write() as session:
        perform(session, verb, task, given, author=author, config=Config(), today=on, now=noon(on))


def test_the_office_decides_how_long_an_acknowledgement_holds(office: Office):
    task = office.task()
    act(office, Verb.ACKNOWLEDGE, task, "overseer", OVERSEERS_DAY, note="Đã biết")
    (noted,) = office.rows(Acknowledgement)
    assert (noted.acknowledged_on, noted.expires_on) == (OVERSEERS_DAY, date(2020, 7, 10)), (
        "five working days, as config.toml says"
    )


def test_a_unit_is_found_by_its_name(office: Office):
    task = office.task()
    act(office, Verb.REASSIGN, task, "coordinator", CONFIRMED, unit="UBND xã Bình Minh", reason="Giao lại")
    assert office.get(task).lead_unit_id == office.unit("binh-minh").id


def test_an_unknown_unit_is_refused_and_nothing_is_done(office: Office):
    task = office.task()
    with pytest.raises(Exception, match="xã Khác") as refused:
        act(office, Verb.REASSIGN, task, "coordinator", CONFIRMED, unit="xã Khác", reason="Giao lại")
    assert not isinstance(refused.value, InputError)


def test_what_the_state_forbids_is_no_wrong_input(office: Office):
    task = office.task()
    with pytest.raises(TaskError, match="not been reported done") as refused:
        act(office, Verb.VERIFY, task, "coordinator", CONFIRMED)
    assert not isinstance(refused.value, InputError)
