"""The reader against the gold annotations of real notices, where these lie beside the repository."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.notices import SHARED

RUNNER = """
import json, pathlib, sys
from tracker.notices.reading import as_json, read_notice
from tracker.people.directory import Directory
from tracker.rules.calendar import WorkingCalendar
path = pathlib.Path(sys.argv[1])
print(json.dumps(as_json(read_notice(path.read_bytes(), name=path.name, directory=Directory.of([]), calendar=WorkingCalendar.of()))))
"""

pytestmark = pytest.mark.skipif(
    not (SHARED / "score.py").exists(),
    reason="the annotated notices are not beside this repository (../shared/notices)",
)


def score(tmp_path, golds, *limits):
    runner = tmp_path / "run.py"
    runner.write_text(RUNNER, "utf-8")
    command = [
        sys.executable,
        str(SHARED / "score.py"),
        "--run",
        f"{sys.executable} {runner} {{file}}",
        *limits,
        *map(str, golds),
    ]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        env={"PYTHONPATH": ".", "PATH": "/usr/bin:/bin"},
    )


def test_the_sample_notice(tmp_path):
    run = score(
        tmp_path,
        [SHARED / "253.gold.json"],
        "--min-f1",
        "0.95",
        "--min-lead",
        "0.95",
        "--min-due",
        "0.95",
        "--max-wrong-dates",
        "0",
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_all_annotated_notices(tmp_path):
    golds = sorted(SHARED.glob("*.gold.json"))
    run = score(tmp_path, golds, "--min-f1", "0.9", "--min-lead", "0.95", "--min-due", "0.97", "--max-wrong-dates", "0")
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("gold", sorted(SHARED.glob("*.gold.json")), ids=lambda path: path.name.split(".")[0])
def test_the_head_is_right_or_open(gold):
    from tests.notices import read

    wanted = json.loads(gold.read_text("utf-8"))["document"]
    head = read((SHARED / wanted["file"]).read_bytes()).document
    for name in ("kind", "number", "concluded_by", "signed_by", "meeting_on", "issued_on"):
        found = getattr(head, name)
        found = found.isoformat() if hasattr(found, "isoformat") else found
        accepted = {wanted.get(name), wanted.get(f"{name}_as_written"), None}
        assert found in accepted, f"{name}: {found}"
