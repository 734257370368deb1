"""`tracker signin reset`: the way back in from the machine itself."""

import sqlalchemy as sa

from tests.cli.house import COORDINATOR, FIRST_DAY, House
from tracker.clock import parse_instant
from tracker.config import load_config
from tracker.db import Database
from tracker.people.accounts import list_deeds
from tracker.people.officers import get_officer
from tracker.people.signins import begin, set_password


def test_everything_that_an_officer_has_set_up_is_taken_back_and_the_history_says_by_which_door(house: House):
    config = load_config(house.config)
    now, database = parse_instant(FIRST_DAY, config.timezone), Database(config.database.url)
    with database.write() as session:
        officer = get_officer(session, COORDINATOR).id or 0
        set_password(session, officer, "Mật khẩu dài của văn phòng", now=now)
        begin(session, officer, address="", hours=12, now=now)
    said = house.done("signin", "reset", COORDINATOR, now=FIRST_DAY).out
    assert said == (
        f"{COORDINATOR}: password, second factor and sessions are gone; "
        "a mailed link to chuyen-vien@vpdp.trieuson.invalid opens the way\n"
    )
    with database.read() as session:
        assert [session.scalar(sa.text(f"SELECT count(*) FROM {table}")) for table in ("password", "signin")] == [0, 0]
        (deed,) = list_deeds(session, COORDINATOR)
    assert (deed.kind, deed.author_id, deed.channel) == ("signin-reset", None, "command")
    database.close()


def test_an_officer_that_the_register_does_not_know_is_named_with_the_nearest(house: House):
    outcome = house.run("signin", "reset", "dieu-phoi-vie", now=FIRST_DAY)
    assert outcome.code == 1
    assert "did you mean 'dieu-phoi-vien'" in outcome.err
