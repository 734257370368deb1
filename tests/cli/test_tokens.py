"""Tokens of programs from the command line: shown once, listed without themselves, ended for good."""

import re

import pytest

from tests.cli.house import COORDINATOR, House

ADD = ("token", "add", "Cổng tỉnh", "--right", "tasks:read", "--right", "reports:write")


def test_a_token_is_made_listed_and_revoked(house: House):
    made = house.run(*ADD, "--unit", "ubnd-xa-hop-thang", "--until", "2020-12-31", "--by", COORDINATOR)
    assert made.code == 0 and "2020-12-31" in made.err
    token = made.out.strip()
    assert re.fullmatch(r"dd_[\w-]{43}", token)
    (row,) = house.done("token", "list", "--json").json
    assert row == {
        "id": 1, "name": "Cổng tỉnh", "rights": ["tasks:read", "reports:write"], "unit": "ubnd-xa-hop-thang",
        "made_by": COORDINATOR, "good_until": "2020-12-31", "is_good": True, "used_at": None,
    }  # fmt: skip
    assert token not in "".join(house.dump())
    assert "Cổng tỉnh" in house.done("token", "revoke", 1, "--by", COORDINATOR).out
    assert "ended" in house.done("token", "list").out
    before = house.dump()
    house.done("token", "revoke", 1, "--by", COORDINATOR)
    assert house.dump() == before, "a second time changes nothing"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*ADD, "--by", "ct-xa-hop-thang"), "only the standing office and the administrator"),
        ((*ADD, "--by", "nobody"), "no officer has the code"),
        ((*ADD, "--until", "2020-03-01", "--by", COORDINATOR), "cannot be its last day"),
        ((*ADD, "--until", "2030-01-01", "--by", COORDINATOR), "cannot be its last day"),
        ((*ADD, "--unit", "nowhere-at-all", "--by", COORDINATOR), "no unit has the code"),
        (("token", "add", " ", "--right", "tasks:read", "--by", COORDINATOR), "name the program"),
        (("token", "add", "x\x00y", "--right", "tasks:read", "--by", COORDINATOR), "name the program"),
        (("token", "revoke", 9, "--by", COORDINATOR), "'tracker token list'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_is_refused_in_one_line(house: House, words: tuple[str, ...], said: str):
    before = house.dump()
    refused = house.run(*words)
    assert refused.code == 1 and said in refused.err and len(refused.err.splitlines()) == 1
    assert house.dump() == before
