"""What monitoring is told: whether all is well, and figures that are the same whichever process is asked."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from jobs.runner import post_due
from tests.health.test_red import delivered, forget
from tests.web.api.program import Program, program, token_for
from tests.web.office import ADDRESS, CONTACT, Office
from tracker.clock import Uptime
from tracker.health.jumps import note_clock
from tracker.models import MessageState
from tracker.outbox.listing import progress
from tracker.people.clients import Right
from tracker.web.app import create_app

LOOPBACK = "127.0.0.1"


@pytest.fixture
def morning(office: Office) -> Office:
    """Friday 3 July 2020, 9:00: the jobs have run, the letters are delivered."""
    office.at = "2020-07-03T09:00"
    post_due(office.database, office.config, now=office.now)
    delivered(office)
    return office


def pulse(office: Office) -> tuple[int, str]:
    answer = office.visitor().get("/healthz")
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.status_code, answer.text


def test_a_healthy_office_says_ok_to_everybody_and_nothing_else(morning: Office) -> None:
    assert pulse(morning) == (200, "ok\n")


def test_what_is_red_is_named_and_nobody_in_it(morning: Office) -> None:
    morning.at = "2020-07-06T09:00"
    assert pulse(morning) == (503, "jobs\n")
    morning.at = "2020-07-03T09:30"
    forget(morning, "overseer")
    assert pulse(morning) == (503, "rungs\n")
    morning.at = "2020-07-03T08:00"
    assert pulse(morning) == (503, "clock rungs\n")


def test_a_clock_that_jumps_while_the_pages_are_served_is_seen(morning: Office) -> None:
    uptime = Uptime("this start", 1000.0)
    with morning.database.write() as session:
        note_clock(session, uptime, now=morning.now)
    app = create_app(morning.database, morning.config, clock=lambda: morning.now, uptime=lambda: uptime)
    visitor = morning.visitor()
    visitor.client.app = app
    visitor.client._transport.app = app
    assert visitor.get("/healthz").text == "ok\n"
    morning.at = "2020-07-03T09:20"
    assert visitor.get("/healthz").text == "clock\n"


def test_a_database_that_is_gone_is_said_and_not_made_anew(morning: Office) -> None:
    visitor = morning.visitor()
    with morning.database.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.text) == (503, "database\n")


def test_who_asks_often_is_answered_from_memory_for_a_few_seconds(morning: Office) -> None:
    visitor = morning.visitor()
    assert visitor.get("/healthz").text == "ok\n"
    forget(morning, "overseer")
    morning.at = "2020-07-03T09:04:00"
    assert visitor.get("/healthz").text == "ok\n", "rungs are looked at every ten minutes"
    morning.at = "2020-07-03T09:10:00"
    assert visitor.get("/healthz").text == "rungs\n"


# --- figures ---------------------------------------------------------------------------------------------------------


def figures(office: Office, address: str = LOOPBACK) -> dict[tuple[str, ...], float]:
    answer = office.visitor(address).get("/metrics")
    assert answer.status_code == 200, answer.text
    return {
        (sample.name.removeprefix("dondoc_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_database(morning: Office) -> None:
    morning.at = "2020-07-03T09:05"
    found = figures(morning)
    with morning.database.read() as session:
        letters = progress(session)
    assert sum(value for key, value in found.items() if key[0] == "letters") == letters[MessageState.SENT] > 40
    assert found["letters", "overseer", "sent"] == len(morning.letters("overseer"))
    assert sum(value for key, value in found.items() if key[0] == "attempts") == letters[MessageState.SENT]
    assert found["outbox_letters", "waiting"] == found["outbox_letters", "refused"] == 0
    assert found["tasks", "open_overdue"] == 9
    assert 0 <= morning.now.timestamp() - found["slot_done_timestamp_seconds", "sweep"] <= 300
    assert found["slot_late_seconds", "sweep"] == 0
    assert found["database_bytes",] > 100_000
    assert 0 < found["sweep_seconds",] < 600
    for name in ("oldest_waiting_seconds", "stale_leases", "rungs_unsaid", "clock_ahead_seconds", "clock_jump_seconds"):
        assert found[name,] == 0, name


def test_figures_grow_with_what_they_count(morning: Office) -> None:
    forget(morning, "overseer")
    morning.at = "2020-07-06T09:00"
    found = figures(morning)
    assert found["slot_late_seconds", "digest"] == timedelta(hours=2).total_seconds()
    assert found["slot_late_seconds", "sweep"] == timedelta(hours=1.5).total_seconds()
    post_due(morning.database, morning.config, now=morning.now)
    morning.at = "2020-07-06T10:00"
    found = figures(morning)
    assert found["oldest_waiting_seconds",] == 3600
    assert found["outbox_letters", "waiting"] > 5
    morning.at = "2020-07-06T08:30"
    assert figures(morning)["clock_ahead_seconds",] == 1800


def test_every_process_gives_the_same_figures(morning: Office) -> None:
    assert figures(morning) == figures(morning)
    assert figures(morning, "::1") == figures(morning)


def test_figures_are_for_the_addresses_that_the_office_names_and_for_their_tokens(morning: Office) -> None:
    assert morning.visitor(ADDRESS).get("/metrics").status_code == 401
    assert morning.visitor("testclient").get("/metrics").status_code == 401
    web = morning.config.web.model_copy(update={"metrics_from": ("203.0.113.0/24",)})
    config, morning.config = morning.config, morning.config.model_copy(update={"web": web})
    assert morning.visitor(ADDRESS).get("/metrics").status_code == 200
    assert morning.visitor(LOOPBACK).get("/metrics").status_code == 401
    morning.config = config
    reader, other = program(morning, Right.METRICS_READ), Program(morning, token_for(morning, Right.TASKS_READ))
    assert reader.client.get("/metrics", headers=reader.headers).status_code == 200
    refused = other.client.get("/metrics", headers=other.headers)
    assert refused.status_code == 401 and 'scope="metrics:read"' in refused.headers["www-authenticate"]


def test_nobody_is_named_in_the_figures(morning: Office) -> None:
    text = morning.visitor(LOOPBACK).get("/metrics").text
    assert CONTACT not in text and "@" not in text and "Hợp" not in text
