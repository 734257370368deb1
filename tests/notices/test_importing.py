"""Storing a paper: all that was read, once, and nothing is sent."""

from datetime import date, timedelta

import pytest

from tests.cast import Office, imported
from tests.days import noon
from tests.notices import CALENDAR, HEAD, SAMPLE, TAIL
from tests.notices.files.papers import laid_out, pdf_of, text_of
from tracker.errors import NoticeError, TaskError
from tracker.models import Clause, Draft, DraftMention, DraftSource, Event, Finding, Message, Notice, NoticePage, Task
from tracker.notices.files.opening import hash_of
from tracker.notices.importing import get_notice, import_notice, refuse_known
from tracker.notices.reading import read_notice
from tracker.people.directory import Directory
from tracker.tasks.drafts import confirm

MARCH = date(2024, 3, 6)
BODY = "1. Giao Phòng Tài chính - Kế hoạch rà soát kinh phí trước ngày 30/6/2024."


def paper(body: str = BODY, head: str = HEAD) -> bytes:
    return (head + body + TAIL).encode()


def test_what_was_read_is_stored_and_nothing_is_sent_or_assigned(office: Office):
    data = SAMPLE.read_bytes()
    read = read_notice(data, name="253.txt", directory=Directory.of(()), calendar=CALENDAR)
    imported(office, data, name="253.txt", on=date(2020, 2, 14))
    (notice,) = office.rows(Notice)
    assert (notice.number, notice.issued_on, notice.text) == ("253/TB-UBND", date(2020, 2, 13), read.text)
    assert len(office.rows(Draft)) == len(read.drafts) > 30
    assert len(office.rows(Clause)) == len(read.clauses)
    assert len(office.rows(Finding)) > 0
    assert all(
        notice.text[row.start : row.end] == row.quote for row in [*office.rows(Draft), *office.rows(DraftSource)]
    )
    assert office.rows(Task) == office.rows(Message) == []


def test_two_dates_of_one_commitment_are_both_kept_and_the_stricter_governs(office: Office):
    imported(office, SAMPLE.read_bytes(), name="253.txt", on=date(2020, 2, 14))
    doubled = [row for row in office.rows(Draft) if row.other_due_on is not None]
    assert len(doubled) == 11
    assert all(row.due_on < row.other_due_on for row in doubled)
    stated = {row.due_on for row in office.rows(DraftSource) if row.draft_id == doubled[0].id}
    assert {doubled[0].due_on, doubled[0].other_due_on} <= stated


def test_the_same_file_twice_is_refused_with_the_number_of_the_first(office: Office):
    imported(office, paper(), on=MARCH)
    with pytest.raises(NoticeError, match=r"again\.txt: already imported as notice 112/TB-UBND"):
        imported(office, paper(), name="again.txt", on=MARCH)
    assert (len(office.rows(Notice)), len(office.rows(Draft))) == (1, 1)


def test_a_paper_dated_after_today_is_refused(office: Office):
    with pytest.raises(NoticeError, match="dated 2024-03-05, after today"):
        imported(office, paper(), on=date(2024, 3, 4))
    assert office.rows(Notice) == []
    imported(office, paper(), on=date(2024, 3, 5))


def test_another_file_with_the_same_number_is_a_question_and_cannot_be_confirmed_in_bulk(office: Office):
    imported(office, paper(), name="first.txt", on=MARCH)
    imported(office, paper(BODY.replace("30/6", "15/6")), name="corrected.txt", on=MARCH)
    (question,) = [row for row in office.rows(Finding) if row.code == "number_known"]
    assert question.message.startswith("Notice #1 (first.txt) bears the same number 112/TB-UBND, but its file differs.")
    with office.read() as session:
        with pytest.raises(
            NoticeError, match="several notices bear the number 112/TB-UBND; name one by its row: #1, #2"
        ):
            get_notice(session, "112/TB-UBND")
        second = get_notice(session, "#2")
    author = office.by("coordinator")
    with pytest.raises(TaskError, match="Every task would exist twice"), office.write() as session:
        confirm(session, second, author=author, today=MARCH, now=noon(MARCH))
    assert office.rows(Task) == []
    with office.write() as session:
        assert len(confirm(session, second, positions=[1], author=author, today=MARCH, now=noon(MARCH)).task_ids) == 1


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(
            HEAD.replace("tháng 3 năm 2024", "tháng 3 năm 2023").replace("/3/2024", "/3/2023"), id="another year"
        ),
        pytest.param(HEAD.replace("UBND HUYỆN MINH HÀ", "UBND XÃ BÌNH MINH"), id="another issuer"),
        pytest.param(HEAD.replace("112/", "113/"), id="another number"),
    ],
)
def test_it_is_no_question_for(office: Office, head: str):
    imported(office, paper(), on=MARCH)
    imported(office, paper(head=head), on=MARCH)
    assert len(office.rows(Notice)) == 2
    assert "number_known" not in {row.code for row in office.rows(Finding)}


def test_what_fails_on_the_way_leaves_no_half_of_a_notice(office: Office):
    with pytest.raises(RuntimeError, match="power"), office.write() as session:
        read = read_notice(paper(), name="x.txt", directory=Directory.of(()), calendar=CALENDAR)
        import_notice(session, read, file_name="x.txt", today=MARCH, now=noon(MARCH))
        raise RuntimeError("the power is off")
    assert [office.rows(model) for model in (Notice, Clause, Draft, DraftMention, Finding)] == [[]] * 5


def test_names_mean_the_units_that_stood_on_the_day_of_the_notice(office: Office):
    office.register(
        '[[unit]]\ncode = "tai-chinh"\nname = "Phòng Tài chính - Kế hoạch"\nlevel = "district"\nkind = "office"\nvalid_to = 2024-03-05\n'
        '[[unit]]\ncode = "tai-chinh-moi"\nname = "Phòng Tài chính - Kế hoạch"\nlevel = "district"\nkind = "office"\nvalid_from = 2024-03-06\n'
    )
    later = HEAD.replace("ngày 05 tháng 3", "ngày 07 tháng 3").replace("112/", "120/")
    imported(office, paper(), on=MARCH + timedelta(days=30))
    imported(office, paper(head=later), on=MARCH + timedelta(days=30))
    leads = [row.unit_id for row in office.rows(DraftMention) if row.role == "lead"]
    assert leads == [office.unit("tai-chinh").id, office.unit("tai-chinh-moi").id]


def test_importing_says_nothing_in_the_history_of_tasks(office: Office):
    lines = len(office.rows(Event))
    imported(office, paper(), on=MARCH)
    assert all(line.task_id is None for line in office.rows(Event)[lines:])


def test_the_pages_of_a_paper_are_stored_with_their_places(office: Office):
    data = pdf_of(laid_out(text_of("253")))
    read = read_notice(data, name="253.pdf", directory=Directory.of(()), calendar=CALENDAR)
    imported(office, data, name="253.pdf", on=MARCH)
    assert [notice.form for notice in office.rows(Notice)] == ["pdf"]
    stored = [(page.number, page.start, page.image) for page in office.rows(NoticePage)]
    assert stored == [(page.number, page.start, None) for page in read.pages]
    assert len(stored) == 3


def test_a_known_file_is_known_by_its_hash_alone(office: Office):
    imported(office, paper(), on=MARCH)
    with office.read() as session:
        with pytest.raises(NoticeError, match=r"b\.txt: already imported as notice 112/TB-UBND"):
            refuse_known(session, hash_of(paper()), file_name="b.txt")
        refuse_known(session, hash_of(paper("1. Giao Phòng Y tế báo cáo trước ngày 30/6/2024.")), file_name="c.txt")
