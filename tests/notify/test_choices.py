"""Rule 9: day and hour of the weekly letter are chosen; what is late cannot be switched off."""

import email
from datetime import date, datetime, timedelta
from email import policy
from pathlib import Path

import pytest
from sqlmodel import select

from tests.cast import CALENDAR, Office
from tests.days import DUE, noon
from tracker.config import Config, load_config
from tracker.errors import InputError
from tracker.models import Message, MessageBody, Officer
from tracker.notify.sweep import sweep
from tracker.notify.weekly import due_by_choice, post_chosen_to, post_digests
from tracker.people.choices import choose
from tracker.people.links import make_web_secret

MONDAY, TUESDAY, WEDNESDAY = date(2020, 6, 22), date(2020, 6, 23), date(2020, 6, 24)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    sample = load_config(Path(__file__).parent.parent.parent / "samples" / "config.toml")
    web = sample.web.model_copy(
        update={"secret_file": tmp_path / "web.secret", "base_url": "https://don-doc.huyen.example"}
    )
    make_web_secret(web)
    return sample.model_copy(update={"web": web})


def morning(office: Office, config: Config, on: date) -> dict[str, str]:
    """The jobs of a day as the clock runs them; which letter each officer got today."""
    of_day = {"config": config, "calendar": CALENDAR, "today": on, "now": noon(on)}
    with office.write() as session:
        if on.weekday() == 0:
            year, week, _ = on.isocalendar()
            post_digests(session, period=f"{year}-W{week:02}", **of_day)
        chosen = due_by_choice(session, calendar=CALENDAR, today=on)
        post_chosen_to(session, chosen, **of_day)
        sweep(session, **of_day)
    with office.read() as session:
        rows = session.exec(select(Officer.code, Message.kind).join(Message).where(Message.posted_on == on)).all()
    return dict(rows)


def wants(
    office: Office, code: str, weekday: int | None = None, hour: str | None = None, *, optional: bool = True
) -> None:
    with office.write() as session:
        choose(session, office.officer(code), weekday=weekday, hour=hour, wants_optional=optional, now=noon(MONDAY))


def newest(office: Office, code: str) -> tuple[Message, bytes]:
    with office.read() as session:
        query = select(Message, MessageBody.content).join(MessageBody).join(Officer).where(Officer.code == code)
        row = session.exec(query.order_by(Message.id.desc())).first()
        assert row is not None
        return row[0], row[1]


def test_the_letter_comes_on_the_chosen_day_and_once_a_week(office, config):
    office.task(due_on=date(2020, 7, 3))
    office.task("binh-minh", due_on=date(2020, 7, 3))
    wants(office, "an-contact", weekday=2)
    assert morning(office, config, MONDAY) == {"binh-contact": "digest"}
    assert morning(office, config, TUESDAY) == {}
    assert morning(office, config, WEDNESDAY)["an-contact"] == "digest"
    assert "digest" not in morning(office, config, WEDNESDAY + timedelta(days=1)).values()
    assert newest(office, "an-contact")[0].period == "2020-W26"


def test_a_machine_that_was_off_on_the_chosen_day_sends_it_on_the_next(office, config):
    office.task(due_on=date(2020, 7, 3))
    wants(office, "an-contact", weekday=1)
    assert morning(office, config, WEDNESDAY + timedelta(days=1))["an-contact"] == "digest"


def test_the_letter_waits_for_the_chosen_hour(office, config):
    office.task(due_on=DUE)
    wants(office, "an-contact", hour="16:30")
    morning(office, config, MONDAY)
    letter, _ = newest(office, "an-contact")
    assert letter.next_attempt_at.astimezone(config.timezone) == datetime(2020, 6, 22, 16, 30, tzinfo=config.timezone)


def test_who_wants_no_optional_letters_hears_of_what_is_late_all_the_same(office, config):
    office.task(due_on=date(2020, 7, 3))
    wants(office, "an-contact", optional=False)
    assert morning(office, config, MONDAY) == {}
    late = date(2020, 7, 6)
    assert morning(office, config, late)["an-contact"] == "digest"
    assert b"List-Unsubscribe" not in newest(office, "an-contact")[1]


def test_an_optional_letter_can_be_left_out_with_one_click_by_headers_that_no_program_misreads(office, config):
    office.task(due_on=date(2020, 7, 3))
    morning(office, config, MONDAY)
    raw = newest(office, "an-contact")[1]
    [line] = [one for one in raw.split(b"\r\n") if one.startswith(b"List-Unsubscribe:")]
    assert line.startswith(b"List-Unsubscribe: <https://don-doc.huyen.example/u/")
    assert line.endswith(b">"), "neither folded nor encoded"
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    message = email.message_from_bytes(raw, policy=policy.default)
    text = " ".join(str(message.get_body(("plain",)).get_content()).split())
    assert line[19:-1].decode() in text
    assert "Chọn ngày, giờ nhận bản tin tuần: https://don-doc.huyen.example/l/" in text


def test_a_mandatory_letter_says_why_it_cannot_be_switched_off(office, config):
    office.task(due_on=date(2020, 6, 15))
    morning(office, config, MONDAY)
    raw = newest(office, "an-contact")[1]
    assert b"List-Unsubscribe" not in raw
    text = " ".join(
        str(email.message_from_bytes(raw, policy=policy.default).get_body(("plain",)).get_content()).split()
    )
    assert "là thư bắt buộc, không tắt được, vì người nhận chịu trách nhiệm về các việc đó" in text
    assert "/u/" not in text


@pytest.mark.parametrize(("weekday", "hour"), [(5, None), (-1, None), (None, "03:00"), (None, "7:00"), (None, "12:10")])
def test_a_day_off_and_a_night_hour_cannot_be_chosen(office, weekday, hour):
    with office.write() as session, pytest.raises(InputError, match="choose"):
        choose(session, office.officer("an-contact"), weekday=weekday, hour=hour, wants_optional=True, now=noon(MONDAY))
