"""The year of the demo on PostgreSQL and on SQLite: the same letters and briefings, byte for byte."""

from pathlib import Path

import pytest

from jobs.demo import demo

pytestmark = pytest.mark.postgres


def written(folder: Path) -> dict[str, bytes]:
    found = [*folder.glob("mail/*.eml"), *folder.glob("briefing/*.html")]
    return {str(file.relative_to(folder)): file.read_bytes() for file in found}


def test_both_databases_give_the_same_letters_and_briefings(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_WEB_SECRET", (folder / "web.secret").read_text("utf-8").strip())
    demo(tmp_path / "demo", show=lambda _line: None)
    assert (tmp_path / "demo" / "tracker.db").exists() and not (folder / "tracker.db").exists()
    ours, others = written(folder), written(tmp_path / "demo")
    assert len(ours) > 300
    assert [name for name in ours.keys() | others.keys() if ours.get(name) != others.get(name)] == []
