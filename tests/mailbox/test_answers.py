"""Answers by mail: what becomes a report, what waits for a person, and that no letter opens another's door."""

import pytest
from sqlmodel import select

from tests.days import noon
from tests.mailbox.conftest import ANSWERED, MONDAY
from tracker.mailbox.taking import take
from tracker.models import Channel, Incoming, IncomingBody, IncomingKind, MailAnswer, Objection, ProgressReport
from tracker.outbox.tokens import find_tokens


def reports(post):
    return [(one.task_id, one.percent, one.note, one.done_on) for one in post.office.rows(ProgressReport)]


def test_the_letter_names_its_tasks_and_says_how_to_answer(asked):
    post, task = asked
    assert f"Việc {task}. Rà soát hồ sơ" in post.text("an-contact")
    assert f"trả lời thư này, mỗi việc một dòng theo số của việc, ví dụ: “xong {task}”" in post.text("an-contact")
    [token] = find_tokens(str(post.letter("an-contact")["Reply-To"]))
    assert token.letter_id > 0


def test_without_a_mailbox_letters_ask_for_no_answers_in_lines(post):
    post.config = post.config.model_copy(update={"inbox": post.config.inbox.model_copy(update={"transport": "none"})})
    post.office.task(due_on=MONDAY)
    post.digests()
    assert post.letter("an-contact")["Reply-To"] is None
    assert "mỗi việc một dòng" not in post.text("an-contact")


def test_done_by_mail_is_a_claim_in_the_officers_name_through_the_mail(asked):
    post, task = asked
    assert post.comes(post.reply("an-contact", f"xong {task}")) == {"answer": 1}
    assert reports(post) == [(task, 100, "Báo hoàn thành qua thư.", ANSWERED.date())]
    assert post.office.get(task).verified_on is None, "the doer's word alone closes nothing"
    event = post.office.history(task)[-1]
    assert (event.kind, event.channel, event.author_id) == ("done", Channel.MAIL, post.office.officer("an-contact"))
    assert event.detail["address"] == "an-contact@huyen.invalid"
    assert post.waiting() == []


def test_every_kind_of_line_is_done_and_the_rest_waits_as_it_was_written(asked):
    post, task = asked
    more, late = post.office.task(due_on=LATE_TOO), post.office.task(due_on=LATE_TOO)
    words = f"{task}: 60%, vướng mặt bằng\n{more} xin gia hạn đến 30/07/2020 vì mưa lũ\n{late} không phải của đơn vị\nviệc kia tuần sau\n"
    assert post.comes(post.reply("an-contact", words)) == {"answer": 1}
    assert reports(post) == [(task, 60, "vướng mặt bằng", None)]
    assert post.office.history(more)[-1].kind == "extend-ask"
    assert [one.task_id for one in post.office.rows(Objection)] == [late]
    [mail] = post.waiting()
    assert (mail.left, mail.why, mail.code) == ("việc kia tuần sau", "unclear", "an-contact")
    assert mail.text.startswith(f"{task}: 60%, vướng mặt bằng"), "the original is there as it came"
    with post.office.read() as session:
        assert len(session.exec(select(IncomingBody)).all()) == 1


LATE_TOO = MONDAY


def test_the_next_digest_confirms_both_what_was_done_and_what_was_not(asked):
    post, task = asked
    other = post.office.task(due_on=LATE_TOO)
    post.comes(post.reply("an-contact", f"{task}: 60%, vướng mặt bằng\nviệc kia tuần sau\nxong {other}"))
    post.digests(date_after_a_week)
    text = post.text("an-contact")
    assert (
        f"Đã ghi nhận từ thư của đồng chí ngày 07/07/2020: - việc {task}: 60%, vướng mặt bằng - việc {other}: đã báo"
        in text
    )
    assert "Nội dung chưa ghi nhận được, đã chuyển cán bộ điều phối: “việc kia tuần sau”." in text
    assert {one.told_period for one in post.office.rows(MailAnswer)} == {"2020-W29"}
    assert "Có 1 thư trả lời chưa xử lý" in post.text("coordinator")
    post.digests(date_after_two_weeks)
    assert "Đã ghi nhận từ thư" not in post.text("an-contact"), "said once"


date_after_a_week = MONDAY.replace(day=13)
date_after_two_weeks = MONDAY.replace(day=20)


# --- who may not -----------------------------------------------------------------------------------------------------


def assert_nothing_changed(post, task, why):
    assert reports(post) == []
    assert post.office.history(task) == []
    [mail] = post.waiting()
    assert mail.why == why
    assert mail.left, "a person finds the words"


def test_a_right_token_from_another_address_waits_for_a_person(asked):
    post, task = asked
    post.comes(post.reply("an-contact", f"xong {task}", sender="ke-la@ngoai.example"))
    assert_nothing_changed(post, task, "other_sender")


@pytest.mark.parametrize("spoil", ["proof", "letter", "none"])
def test_the_senders_address_alone_opens_nothing(asked, spoil):
    post, task = asked
    address = str(post.letter("an-contact")["Reply-To"]).strip("<>")
    [token] = find_tokens(address)
    changed = {
        "proof": address.replace(token.proof, token.proof[::-1]),
        "letter": address.replace(f"+{token.letter_id}-", f"+{token.letter_id + 1}-"),
        "none": "don-doc@huyen.example",
    }
    post.comes(post.reply("an-contact", f"xong {task}", to=changed[spoil]))
    assert_nothing_changed(post, task, "no_token")


def test_an_answer_to_one_letter_does_not_touch_the_task_of_another_unit(asked):
    post, _ = asked
    foreign = post.office.task("binh-minh", due_on=MONDAY)
    post.comes(post.reply("an-contact", f"xong {foreign}"))
    assert_nothing_changed(post, foreign, "not_theirs")


def test_an_overseer_sees_the_task_and_cannot_report_it_done(asked):
    post, task = asked
    post.comes(post.reply("overseer", f"xong {task}"))
    assert_nothing_changed(post, task, "not_theirs")


def test_who_has_lost_the_post_answers_in_vain(asked):
    post, task = asked
    mail = post.reply("an-contact", f"xong {task}")
    from tracker.models import Appointment

    with post.office.write() as session:
        for one in session.exec(select(Appointment).where(Appointment.officer_id == post.office.officer("an-contact"))):
            one.valid_to = MONDAY
            session.add(one)
    post.comes(mail)
    assert_nothing_changed(post, task, "not_theirs")


def test_an_answer_to_an_old_letter_waits_for_a_person(asked):
    post, task = asked
    mail = post.reply("an-contact", f"xong {task}")
    post.comes(mail, at=noon(MONDAY.replace(day=21)))
    assert_nothing_changed(post, task, "expired")


def test_what_the_state_of_a_task_does_not_allow_waits(asked):
    post, task = asked
    post.comes(post.reply("an-contact", f"xong {task}"))
    post.comes(post.reply("an-contact", f"{task}: 60%", number=2))
    assert len(reports(post)) == 1
    [mail] = post.waiting()
    assert (mail.why, mail.task_ids) == ("not_now", (task,))


def test_a_program_that_answers_for_somebody_on_leave_changes_nothing(asked):
    post, task = asked
    mail = b"Auto-Submitted: auto-replied\r\n" + post.reply("an-contact", f"xong {task}")
    assert post.comes(mail) == {"automatic": 1}
    assert reports(post) == []
    assert post.waiting() == []


# --- once ------------------------------------------------------------------------------------------------------------


def test_a_mail_that_comes_twice_counts_once(asked):
    post, task = asked
    mail = post.reply("an-contact", f"{task}: 60%, đang làm")
    post.comes(mail)
    assert post.comes(b"Received: by another way\r\n" + mail) == {"known": 1}
    assert len(reports(post)) == 1


def test_what_was_not_committed_is_taken_again_as_a_whole(asked):
    post, task = asked
    mail = post.reply("an-contact", f"xong {task}\nviệc kia")
    with pytest.raises(ZeroDivisionError), post.office.write() as session:
        assert take(session, mail, config=post.config, today=ANSWERED.date(), now=ANSWERED) is not None
        raise ZeroDivisionError
    assert post.office.rows(Incoming) == []
    assert post.comes(mail) == {"answer": 1}
    assert len(reports(post)) == 1


def test_a_mail_that_is_too_large_is_not_acted_on(asked):
    post, task = asked
    mail = post.reply("an-contact", f"xong {task}") + b"x" * (post.config.inbox.max_bytes + 1)
    post.comes(mail)
    assert_nothing_changed(post, task, "too_large")


def test_a_stranger_s_mail_is_kept_for_the_coordinator(post):
    assert post.comes("From: bao@moi.example\r\nSubject: Mời họp\r\n\r\nKính mời".encode()) == {"foreign": 1}
    [mail] = post.waiting()
    assert (mail.kind, mail.why, mail.text.strip()) == (IncomingKind.FOREIGN, "no_token", "Kính mời")
