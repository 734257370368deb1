"""`make bench`: every figure in one go, one line each, and the same as one flat JSON object in var/bench.json.

Each measurement is a process of its own, so that CPU and peak memory are its own; the sink is another one.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

Figures = dict[str, float | int | str]

UNITS = {
    "messages_per_s": "messages/s",
    "cpu_s_per_1000": "CPU-s",
    "ratio_to_raw_smtp": "of raw_smtp",
    "ratio_to_sql": "times the plain SQL",
    "peak_mb": "MB",
    "seconds": "s",
    "first_seconds": "s",
    "messages_per_s_1_worker": "messages/s",
    "messages_per_s_2_workers": "messages/s",
    "speedup_2_workers": "times one",
    "letter_kb": "kB",
    "page_cpu_ms": "CPU-ms",
    "slowest_page_cpu_ms": "CPU-ms",
    "empty_cpu_ms": "CPU-ms",
    "p95_ms": "ms",
    "empty_p95_ms": "ms",
    "freeze_seconds": "s",
    "page_kb": "kB",
    "sent_kb": "kB",
}


def main() -> None:
    """Measure, print and write."""
    asked = _arguments()
    figures: Figures = {"n.officials": asked.officials, "n.tasks_each": asked.tasks}
    figures |= {"n.milestones": asked.milestones, "n.runs": asked.runs}
    with TemporaryDirectory(prefix="bench-") as folder:
        figures |= _digests(Path(folder), asked)
        figures |= _sweeps(Path(folder), asked)
        figures |= _pages(Path(folder), asked)
        figures |= _briefings(Path(folder))
    figures |= _readings(asked)
    figures |= _clusters(asked) if asked.cluster else {}
    figures = _machine() | figures  # last: a child begins with the peak memory of its parent, which must stay small
    for name, value in figures.items():
        print(f"{name}: {value} {UNITS.get(name.rpartition('.')[2], '')}".rstrip())
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--officials", type=int, default=1_000, help="who get a digest")
    parser.add_argument("--tasks", type=int, default=20, help="open tasks of each")
    parser.add_argument("--milestones", type=int, default=190_000, help="what the sweep goes over")
    parser.add_argument("--runs", type=int, default=3, help="of each measurement; the median counts")
    parser.add_argument("--cluster", action="store_true", help="also one and two workers on a PostgreSQL of its own")
    parser.add_argument("--visits", type=int, default=20, help="of each page whose CPU is taken")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long 20 visits a second come")
    parser.add_argument("--out", type=Path, default=Path("var/bench.json"))
    return parser.parse_args()


def _machine() -> Figures:
    from tracker.db import sqlite_library

    return {
        "machine.cores": os.cpu_count() or 0,
        "machine.python": platform.python_version(),
        "machine.sqlite": sqlite_library()[0].sqlite_version,
    }


def _digests(folder: Path, asked: argparse.Namespace) -> Figures:
    runs = [_digest(folder / f"digest-{n}.db", asked) for n in range(asked.runs)]
    return {
        "digest.messages_per_s": round(median(run["rate"] for run in runs), 1),
        "digest.cpu_s_per_1000": round(median(run["cpu_s"] for run in runs), 3),
        "digest.ratio_to_raw_smtp": round(median(run["rate"] / run["raw_rate"] for run in runs), 3),
        "digest.peak_mb": round(median(run["peak_mb"] for run in runs), 1),
        "digest.letter_kb": round(runs[0]["letter_bytes"] / 1000, 1),
        "raw_smtp.messages_per_s": round(median(run["raw_rate"] for run in runs), 1),
    }


def _digest(file: Path, asked: argparse.Namespace) -> dict[str, float]:
    """One digest and at once the raw rate for its letters, over a fresh database and two fresh sinks."""
    _child("workload", "digest", file, "--officials", asked.officials, "--tasks", asked.tasks)
    digest, raw = _with_sink("digest", file, asked.officials), _with_sink("raw_smtp", file, asked.officials)
    file.unlink()
    return {
        "rate": digest["letters"] / digest["seconds"],
        "cpu_s": digest["cpu_s"] / digest["letters"] * 1000,
        "peak_mb": digest["peak_mb"],
        "raw_rate": raw["letters"] / raw["seconds"],
        "letter_bytes": raw["letter_bytes"],
    }


def _with_sink(which: str, file: Path, expected: int) -> dict[str, float]:
    """The figures of a child that sends to a sink. Stops the bench when the sink did not take exactly `expected`."""
    command = [sys.executable, "-m", "bench.sink"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sink:
        assert sink.stdout is not None
        figures = _child(which, file, sink.stdout.readline().strip())
        taken = int(sink.communicate()[0])
    if taken != expected:
        raise SystemExit(f"bench: the sink took {taken} letters of {which}, not {expected}")
    return figures


def _briefings(folder: Path) -> Figures:
    """34 units and 2,074 tasks, milestones among them, in all formats."""
    file = folder / "briefing.db"
    _child("workload", "pages", file, "--officials", 34, "--tasks", 42)
    found = _child("briefing", file)
    return {
        "briefing.seconds": round(found["seconds"], 2),
        "briefing.freeze_seconds": round(found["freeze"], 2),
        "briefing.peak_mb": round(found["peak_mb"], 1),
    }


def _sweeps(folder: Path, asked: argparse.Namespace) -> Figures:
    file = folder / "sweep.db"
    _child("workload", "sweep", file, "--milestones", asked.milestones)
    runs = [(_child("sweep", file), _child("sweep", file, "--plain")) for _ in range(asked.runs)]
    return {
        "sweep.seconds": round(median(ours["seconds"] for ours, _ in runs), 4),
        "sweep.first_seconds": round(median(ours["first"] for ours, _ in runs), 4),
        "sweep.ratio_to_sql": round(median(ours["seconds"] / plain["seconds"] for ours, plain in runs), 2),
        "sweep.peak_mb": round(median(ours["peak_mb"] for ours, _ in runs), 1),
        "sql.seconds": round(median(plain["seconds"] for _, plain in runs), 4),
    }


def _pages(folder: Path, asked: argparse.Namespace) -> Figures:
    """32 communes with 19 milestones and 62 tasks each: 2,592 tasks."""
    file = folder / "pages.db"
    _child("workload", "pages", file, "--officials", 32, "--tasks", 62)
    measured = _child("web", file, "--times", asked.visits, "--seconds", asked.seconds)
    return {f"web.{name}": round(figure, 1) for name, figure in measured.items()}


def _readings(asked: argparse.Namespace) -> Figures:
    """The whole command with its start, as a person waits for it."""
    command = [sys.executable, "-m", "tracker", "notice", "read", "samples/253-tb-ubnd.txt", "--json"]
    seconds = []
    for _ in range(asked.runs):
        start = perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(perf_counter() - start)
    return {"read.seconds": round(median(seconds), 3)}


def _clusters(asked: argparse.Namespace) -> Figures:
    """One digest by one worker and by two. Without PostgreSQL on this machine the figures are left out."""
    sizes = ["--officials", str(asked.officials), "--tasks", str(asked.tasks)]
    command = [sys.executable, "-m", "tests.postgres", "--", sys.executable, "-m", "bench.cluster", *sizes]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        return {"cluster.left_out": "no PostgreSQL"}
    run = json.loads(done.stdout)
    return {
        "cluster.messages_per_s_1_worker": round(run["one_per_s"], 1),
        "cluster.messages_per_s_2_workers": round(run["two_per_s"], 1),
        "cluster.speedup_2_workers": round(run["speedup"], 2),
    }


def _child(module: str, *arguments: object) -> dict[str, float]:
    """Run a module of the bench to its end; the figures that it said, if any."""
    command = [sys.executable, "-m", f"bench.{module}", *map(str, arguments)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(said) if said else {}


if __name__ == "__main__":
    main()
