"""The bench runs at a tiny size: no figure is judged, but every figure is there and every letter reached the sink."""

import json
import subprocess
import sys
from pathlib import Path

from bench.workload import build_digest

ROOT = Path(__file__).resolve().parents[2]
FIGURES = {
    "digest.messages_per_s", "digest.cpu_s_per_1000", "digest.ratio_to_raw_smtp", "digest.peak_mb", "raw_smtp.messages_per_s",
    "sweep.seconds", "sweep.ratio_to_sql", "sweep.peak_mb", "read.seconds", "web.page_cpu_ms", "web.p95_ms", "web.empty_p95_ms",
}  # fmt: skip
TINY = ("--officials", "5", "--tasks", "6", "--milestones", "40", "--runs", "1", "--visits", "1", "--seconds", "0.6")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_figure_is_printed_on_a_line_and_written_as_one_flat_object(tmp_path: Path) -> None:
    done = run("bench", *TINY, "--out", tmp_path / "var" / "bench.json")
    assert (done.returncode, done.stderr) == (0, "")
    figures = json.loads((tmp_path / "var" / "bench.json").read_text("utf-8"))
    assert figures.keys() >= FIGURES
    assert all(figures[name] > 0 for name in FIGURES)
    assert {name: figures[f"n.{name}"] for name in ("officials", "tasks_each", "milestones")} == {
        "officials": 5,
        "tasks_each": 6,
        "milestones": 40,
    }
    assert {"machine.cores", "machine.python", "machine.sqlite"} <= figures.keys()
    printed = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert printed.keys() == figures.keys()
    assert all(printed[name].split()[0] == str(value) for name, value in figures.items())


def test_the_sink_took_exactly_the_letters_of_the_digest(tmp_path: Path) -> None:
    build_digest(tmp_path / "office.db", officials=5, tasks_each=6)
    with subprocess.Popen(
        [sys.executable, "-m", "bench.sink"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as sink:
        assert sink.stdout is not None
        digest = run("bench.digest", tmp_path / "office.db", sink.stdout.readline().strip())
        taken = sink.communicate()[0]
    assert (digest.returncode, digest.stderr) == (0, "")
    assert json.loads(digest.stdout)["letters"] == 5
    assert taken.strip() == "5"


def test_the_bench_stops_when_the_sink_took_another_number(tmp_path: Path) -> None:
    """Officials without a task: nothing is posted, and a rate of nothing would look good."""
    build_digest(tmp_path / "office.db", officials=2, tasks_each=0)
    done = run("bench.digest", tmp_path / "office.db", "1")
    assert done.returncode == 1
    assert "was not the digest alone" in done.stderr
