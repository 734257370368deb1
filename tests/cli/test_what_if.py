"""What if: two ladders on the same days, side by side, and the office untouched."""

from pathlib import Path

import pytest

from tests.cli.house import House

SLOW = """
[[ladder]]
rung = "remind"
to = ["contact"]
working_days_before = [1]

[[ladder]]
rung = "overseer"
to = ["overseer"]
working_days_after = 30
"""


@pytest.mark.sqlite
def test_two_ladders_are_compared_on_the_same_days(house: House, tmp_path: Path):
    ladder, held = house.write("slow.toml", SLOW), house.dump()
    out = house.done(
        "replay", "--from", "2020-06-15", "--to", "2020-07-10", "--ladder", ladder, "--out", tmp_path / "out"
    ).out
    assert house.dump() == held
    rows = {line[:38].strip(): line[38:].split() for line in out.splitlines() if not line.startswith("letters:")}
    assert rows["late tasks"] == ["9", "9"]
    assert int(rows["overseer"][0]) > 0 and int(rows["overseer"][1]) == 0
    assert int(rows["letters"][0]) > int(rows["letters"][1])
    assert rows["late and never escalated"][0] == "0"
    assert rows["late and never escalated"][1] == "9"
    heard = rows["working days until an overseer heard"]
    assert int(heard[0]) < 0, "nobody has ever reported, so they hear before the date"
    assert heard[1] == "never"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"ours", "other"}


def test_the_preview_of_another_ladder_counts_both(house: House):
    ladder = house.write("slow.toml", SLOW)
    out = house.done("preview", "--days", 5, "--ladder", ladder, now="2020-06-29T00:00").out.splitlines()
    assert out[-2].startswith("with this ladder: ")
    assert out[-1].startswith("with the office's: ")
    assert "overseer" in out[-1] and "overseer" not in out[-2]
