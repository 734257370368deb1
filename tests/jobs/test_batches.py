"""A slot in batches: its letters do not depend on them, a stop goes on where it was, one bad letter stops no other."""

import email
from collections.abc import Iterator
from datetime import date
from email import policy

import pytest
from sqlmodel import select, text

from jobs.batches import close_run, progress, take_batch
from jobs.digests import open_digest, post_batch
from tests import databases
from tests.cast import Office, away, holds
from tests.days import DUE
from tests.jobs.scene import MONDAY, NEXT_MONDAY, TUESDAY, at, config_of, letters, letters_of, said, tick_at
from tracker.db import Database
from tracker.health.unwritten import check_unwritten
from tracker.models import JobRun, MessageBody, RunBatch, Unwritten
from tracker.notify.receivers import load_receivers
from tracker.notify.runs import is_finished

PERIOD = "2020-W27"


def fill(office: Office) -> None:
    """Tasks of every kind for several communes, two contacts in one of them, one absent head."""
    office.register(
        holds("deputy", "an-binh", "contact", "2019-01-01") + away("an-head", "stranger", "2020-06-20", "2020-07-20")
    )
    for days in (-9, -2, 0, 3, 10):
        office.task(due_on=date.fromordinal(MONDAY.toordinal() + days))
    office.task(due_on=None)
    office.task("binh-minh", due_on=DUE)
    office.task("tai-chinh", place=None, due_on=date(2020, 6, 22))


def batch_by_batch(office: Office, size: int, stop_after: int | None = None) -> Iterator[int]:
    config = config_of(office)
    now = at(config, MONDAY, "07:00")
    with office.write() as session:
        open_digest(session, PERIOD, size=size, today=MONDAY, now=now)
    while stop_after is None or stop_after > 0:
        with office.write() as session:
            batch = take_batch(session, "digest", PERIOD)
            if batch is None:
                assert close_run(session, "digest", PERIOD, now=now)
                return
            posted = post_batch(session, batch, config, today=MONDAY, now=now)
        stop_after = None if stop_after is None else stop_after - 1
        yield posted.total()


def bodies(office: Office) -> list[bytes]:
    with office.read() as session:
        return sorted(words(body) for body in session.exec(select(MessageBody.content)))


def words(body: bytes) -> str:
    """A letter as it is read: its head, its text, its HTML."""
    letter = email.message_from_bytes(body, policy=policy.default)
    parts = [part for part in letter.walk() if not part.is_multipart()]
    return "\n".join([str(letter["Message-ID"]), letter["Subject"], *(part.get_content() for part in parts)])


def copied(office: Office, file) -> Office:
    return Office(file, Database(databases.copy(office.file, file)))


def test_the_letters_do_not_depend_on_the_size_of_the_batches(office, tmp_path_factory):
    fill(office)
    other = copied(office, tmp_path_factory.mktemp("other") / "tracker.db")
    whole, single = list(batch_by_batch(office, 200)), list(batch_by_batch(other, 1))
    assert len(whole) == 1
    assert len(single) == len(other.rows(RunBatch)) > 4
    assert bodies(other) == bodies(office)
    assert len(bodies(office)) == whole[0] > 3
    assert said(other) == said(office)
    assert {"an-contact/digest/2020-W27", "deputy/digest/2020-W27"} <= letters(office)
    other.database.close()


def test_everybody_who_owns_a_task_can_be_reached_also_who_stands_in_and_the_heirs_of_a_unit(office):
    office.register(away("binh-contact", "deputy", "2020-06-20"))
    with office.read() as session:
        found = set(load_receivers(session, on=MONDAY))
    named = {code: office.officer(code) for code in ("an-contact", "an-head", "deputy", "binh-contact", "coordinator")}
    assert {named["an-contact"], named["deputy"], named["coordinator"]} <= found
    assert not {named["an-head"], named["binh-contact"]} & found


def test_a_digest_that_stopped_half_way_goes_on_the_next_day_and_says_nothing_twice(office):
    fill(office)
    first = list(batch_by_batch(office, 1, stop_after=3))
    assert len(first) == 3
    before = letters(office)
    assert office.rows(JobRun)[0].finished_at is None, "it is not done"
    tick_at(office, TUESDAY, "07:30")
    assert office.rows(JobRun)[0].finished_at >= at(config_of(office), TUESDAY, "07:30")
    assert all(batch.finished_at is not None for batch in office.rows(RunBatch))
    digests = {key for key in letters(office) if "/digest/" in key}
    assert before < digests
    assert {"an-contact/digest/2020-W27", "binh-contact/digest/2020-W27"} <= digests
    assert letters_of(office, "an-contact").count("digest 2020-W27") == 1


def test_a_digest_that_stopped_half_way_counts_as_not_run_and_says_how_far_it_came(office):
    fill(office)
    list(batch_by_batch(office, 1, stop_after=2))
    with office.read() as session:
        assert not is_finished(session, "digest", PERIOD)
        assert progress(session, "digest", PERIOD) == (2, len(office.rows(RunBatch)))


@pytest.fixture
def poisoned(office: Office) -> Office:
    """One officer whose code no header may hold: the letter cannot be made."""
    fill(office)
    with office.write() as session:
        session.connection().execute(
            text("UPDATE officer SET code = :code WHERE code = 'binh-contact'"), {"code": "binh\r\nBcc: x@y.example"}
        )
    return office


def test_one_letter_that_cannot_be_made_is_named_and_the_others_go(poisoned):
    bad = poisoned.officer("binh\r\nBcc: x@y.example")
    assert tick_at(poisoned, MONDAY, "07:00")["digest"] == 3
    assert [(one.officer_id, one.kind, one.period) for one in poisoned.rows(Unwritten)] == [(bad, "digest", PERIOD)]
    assert "line breaks and NUL do not belong in a header" in poisoned.rows(Unwritten)[0].problem
    assert {"an-contact/digest/2020-W27", "deputy/digest/2020-W27"} <= letters(poisoned)
    assert bad not in {officer for _, officer, _ in said(poisoned)}, "nothing was said to them"


def test_a_sweep_with_a_bad_letter_says_the_rest_and_tries_the_bad_one_again_the_next_day(poisoned):
    tick_at(poisoned, MONDAY, "07:00")
    tick_at(poisoned, TUESDAY, "07:30")
    kinds = [(one.kind, one.period) for one in poisoned.rows(Unwritten)]
    assert ("digest", PERIOD) in kinds
    assert any(period == "2020-06-30" for _, period in kinds), kinds
    with poisoned.write() as session:
        session.connection().execute(text("UPDATE officer SET code = 'binh-contact' WHERE code LIKE 'binh%Bcc%'"))
    tick_at(poisoned, NEXT_MONDAY, "07:00")
    assert "binh-contact/digest/2020-W28" in letters(poisoned)


def test_the_examination_names_the_letter_and_what_it_failed_on(poisoned):
    tick_at(poisoned, MONDAY, "07:00")
    with poisoned.read() as session:
        found = check_unwritten(session, today=MONDAY)
        later = check_unwritten(session, today=date(2020, 8, 1))
    assert not found.is_well
    assert "digest/2020-W27 (ValueError" in found.says
    assert later.is_well
