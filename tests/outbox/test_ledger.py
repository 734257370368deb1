"""The ledger: one letter under one key, stored whole with what it says, or not at all."""

import tempfile
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select, text

from tests.outbox.mail_server import parsed
from tests.outbox.office import Office, empty_database, envelope
from tests.outbox.processes import as_nobody, keep_delivering
from tracker.errors import MailError
from tracker.models import Message, MessageState, Said
from tracker.outbox.ledger import CHUNK, Envelope, Told, post
from tracker.outbox.listing import list_messages, progress, show_message

SENDER = "Văn phòng <don-doc@huyen.example>"


def put(office: Office, *letters: Envelope) -> int:
    with office.database.write() as session:
        return post(session, letters, sender=SENDER, today=office.today, now=office.clock.now)


def count(office: Office, table: str) -> int:
    with office.database.read() as session:
        return session.connection().scalar(text(f"SELECT count(*) FROM {table}")) or 0


def telling(office: Office, code: str, *keys: str, period: str = "2020-07-03") -> Envelope:
    plain = envelope(int(code[1:]), code, "reminder", period)
    said = tuple(Told(1, "remind", key, date(2020, 7, 6)) for key in keys)
    return Envelope(plain.officer_id, code, "reminder", period, plain.subject, plain.text, plain.html, said)


@pytest.fixture
def with_task(office: Office) -> Office:
    """Two officers and a task number 1 of which letters can speak."""
    office.hire(2)
    with office.database.write() as session:
        for statement in (
            "INSERT INTO notice (id, sha256, file_name, form, text, imported_at) "
            "VALUES (1, 'x', 'x', 'text', 'x', '2020-01-01')",
            'INSERT INTO draft (id, notice_id, position, state, kind, title, clause, quote, start, "end", confidence) '
            "VALUES (1, 1, 1, 'confirmed', 'task', 'x', 'x', 'x', 0, 1, 'sure')",
            'INSERT INTO task (id, notice_id, draft_id, kind, title, clause, quote, start, "end", lead_unit_id, '
            "confirmed_by_id, confirmed_on, version, percent, is_held) "
            "VALUES (1, 1, 1, 'task', 'x', 'x', 'x', 0, 1, 1, 1, '2020-02-14', 1, 0, false)",
        ):
            session.connection().execute(text(statement))
    return office


def test_a_key_is_posted_once_however_often_it_is_asked_for(office):
    office.hire(3)
    assert office.post(2) == 2
    assert office.post(3) == 1
    assert office.post(3) == 0
    assert count(office, "message") == 3


def test_twice_in_one_call_is_once_in_the_box(office):
    office.hire(1)
    assert put(office, envelope(1, "p001"), envelope(1, "p001")) == 1


def test_more_letters_than_one_chunk_are_all_posted(office):
    office.hire(CHUNK + 7)
    assert office.post(CHUNK + 7) == CHUNK + 7
    assert office.post(CHUNK + 7) == 0


def test_what_a_letter_says_is_stored_with_it(with_task):
    put(with_task, telling(with_task, "p001", "remind-7@2020-07-06/0"))
    with with_task.database.read() as session:
        [said] = session.exec(select(Said)).all()
        letter = session.exec(select(Message)).one()
        assert (said.key, said.rung, said.due_on, said.said_on, said.message_id) == (
            "remind-7@2020-07-06/0", "remind", date(2020, 7, 6), date(2020, 7, 3), letter.id,
        )  # fmt: skip


def test_a_letter_that_is_there_already_says_nothing_more(with_task):
    put(with_task, telling(with_task, "p001", "a"))
    assert put(with_task, telling(with_task, "p001", "b")) == 0
    assert put(with_task, telling(with_task, "p002", "c"), telling(with_task, "p002", "d")) == 1
    with with_task.database.read() as session:
        assert sorted(session.exec(select(Said.key)).all()) == ["a", "c"], (
            "or the next sweep would believe that b was heard"
        )


def test_a_run_that_breaks_leaves_no_letter_and_nothing_said(with_task):
    def letters():
        yield telling(with_task, "p001", "a")
        raise RuntimeError("the second letter cannot be composed")

    with pytest.raises(RuntimeError), with_task.database.write() as session:
        post(session, letters(), sender=SENDER, today=with_task.today, now=with_task.clock.now)
    assert count(with_task, "message") == count(with_task, "said") == 0


def test_a_subject_that_would_make_a_header_stops_the_whole_run(office):
    office.hire(2)
    evil = Envelope(2, "p002", "digest", "2020-W27", "a\r\nBcc: x@y.example", "", "", ())
    with pytest.raises(ValueError, match="line breaks"):
        put(office, envelope(1, "p001"), evil)
    assert count(office, "message") == 0


def test_the_list_shows_the_newest_first_with_the_last_answer(office):
    office.hire(2)
    office.post(2)
    with office.officer("p001") as officer:
        officer.email = None
    office.deliver()
    with office.database.read() as session:
        second, first = list_messages(session)
        assert (first["person"], first["state"], second["person"], second["state"]) == (
            "p001",
            "unaddressed",
            "p002",
            "sent",
        )
        assert "has no mail address" in first["answer"]
        assert list_messages(session, state=MessageState.SENT) == [second]
        assert progress(session) == dict.fromkeys(MessageState, 0) | {MessageState.SENT: 1, MessageState.UNADDRESSED: 1}
        shown = show_message(session, second["id"])
    assert parsed(shown["body"].encode())["X-Tracker-Key"] == "p002/digest/2020-W27"
    assert [one["outcome"] for one in shown["receipts"]] == ["accepted"]


# --- into a folder ---------------------------------------------------------------------------------------------------


def test_each_letter_becomes_one_file_under_the_name_of_its_day_kind_and_person(office):
    office.hire(2)
    office.post(2)
    assert office.deliver().accepted == 2
    files = sorted((office.folder / "mail").iterdir())
    assert [file.name for file in files] == ["2020-07-03-digest-p001.eml", "2020-07-03-digest-p002.eml"]
    assert parsed(files[0].read_bytes())["To"] == "Chủ tịch UBND xã số 1 <p001@xa.example>"
    assert office.receipts("p001")[0].answer == "2020-07-03-digest-p001.eml"


def test_a_person_with_an_odd_code_cannot_write_outside_the_folder(office):
    office.hire(1)
    with office.officer("p001") as officer:
        officer.code = "../../p 1/x"
    office.post(1)
    office.deliver()
    assert [file.name for file in (office.folder / "mail").iterdir()] == ["2020-07-03-digest-..-..-p-1-x.eml"]


def test_two_letters_of_one_name_do_not_overwrite_each_other(office):
    office.hire(2)
    for code, odd in (("p001", "a/b"), ("p002", "a b")):
        with office.officer(code) as officer:
            officer.code = odd
    office.post(2)
    office.deliver()
    letters = [parsed(file.read_bytes()) for file in (office.folder / "mail").iterdir()]
    assert {one["X-Tracker-Key"] for one in letters} == {"a/b/digest/2020-W27", "a b/digest/2020-W27"}


def test_a_letter_written_again_after_a_crash_is_still_one_file(office):
    office.hire(1)
    office.post(1)
    office.deliver()
    with office.database.write() as session:  # as if the receipt had never been written
        session.connection().execute(text("UPDATE message SET state = 'waiting', attempts = 0"))
    office.deliver()
    assert len(list((office.folder / "mail").iterdir())) == 1


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_folder_that_is_a_file_lets_the_letters_wait(office, below):
    office.hire(2)
    office.post(2)
    blocked = office.folder / "blocked"
    blocked.write_text("I was here first", "utf-8")
    office.mail["folder"] = blocked / below if below else blocked
    with pytest.raises(
        MailError, match=r"letters cannot be written there: .*; correct \[mail\] folder.*0 letters went out before"
    ):
        office.deliver()
    assert office.states() == {MessageState.WAITING: 2}
    assert office.attempts() == {0}
    assert blocked.read_text("utf-8") == "I was here first"


def test_a_full_disk_keeps_what_was_written_and_lets_the_others_wait(office, small_disk: Path):
    office.hire(60)
    office.post(60)
    office.mail["folder"] = small_disk / "mail"
    with pytest.raises(MailError, match="No space left on device"):
        office.deliver()
    written = list((small_disk / "mail").iterdir())
    assert 0 < len(written) < 60
    assert all(file.suffix == ".eml" and parsed(file.read_bytes()).get_body(("html",)) for file in written)
    assert office.states() == {MessageState.SENT: len(written), MessageState.WAITING: 60 - len(written)}
    (small_disk / "ballast").unlink()
    assert office.deliver().accepted == 60 - len(written)
    assert len(list((small_disk / "mail").glob("*.eml"))) == 60


@pytest.mark.sqlite  # the driver of PostgreSQL cannot be loaded without rights to the libraries of this machine
def test_a_folder_without_permission_lets_the_letters_wait(template: Path):
    with tempfile.TemporaryDirectory(prefix="tracker-") as name:  # pytest's own folders are closed to other users
        folder = Path(name)
        folder.chmod(0o777)
        empty_database(template, folder)
        office = Office(folder)
        if office.database.file:
            office.database.file.chmod(0o666)
        office.mail["folder"] = folder / "closed" / "mail"
        office.hire(2)
        office.post(2)
        office.database.close()
        (folder / "closed").mkdir(mode=0o555)
        said = as_nobody(keep_delivering, office.config, office.clock.now)
        assert said is not None
        assert "letters cannot be written there: Permission denied; correct [mail] folder, or make it writable" in said
        assert office.states() == {MessageState.WAITING: 2}
        assert office.attempts() == {0}
        office.database.close()
