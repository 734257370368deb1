"""The wheel: built from this source, installed into an environment of its own, it works in an empty folder."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = (
    "tracker",
    "jobs",
    "templates",
    "samples",
    "config.toml",
    "pyproject.toml",
    "setup.py",
    "MANIFEST.in",
    "README.md",
)


def run(*command: object, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run([str(one) for one in command], capture_output=True, text=True, cwd=cwd, env=env, timeout=300)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel and nothing else; libraries come over PYTHONPATH."""
    place = tmp_path_factory.mktemp("wheel")
    source = place / "source"
    source.mkdir()
    for name in SOURCE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, source / name)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", place / "dist", source, cwd=place)
    (wheel,) = (place / "dist").glob("*.whl")
    venv.create(place / "env", with_pip=False)
    python = place / "env" / "bin" / "python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
        "--quiet",
        wheel,
        cwd=place,
    )
    return python


@pytest.fixture
def tracker(installed: Path, tmp_path: Path):
    libraries = os.pathsep.join({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": libraries, "PYTHONSAFEPATH": "1"}

    def call(*args: object, program: str = "tracker") -> str:
        return run(installed.parent / program, *args, cwd=tmp_path, env=env)

    return call


def test_the_wheel_makes_letters_in_an_empty_folder(tracker, installed: Path, tmp_path: Path):
    told = tracker(
        "-c",
        "import jobs, tracker; from tracker.config import data_folder as f\n"
        "print(tracker.__file__, jobs.__file__, f('samples'), f('templates'), sep='\\n')",
        program="python",
    ).splitlines()
    env = installed.parent.parent
    assert all(Path(line).is_relative_to(env) for line in told), "what runs is the installed copy"
    samples = Path(told[2])
    now = ("--now", "2020-02-14T09:00")
    assert "config.toml written" in tracker("init", *now)
    assert "[[ladder]]" in (tmp_path / "config.toml").read_text("utf-8")
    tracker("register", "import", samples / "register.toml", *now)
    assert "imported 253/TB-UBND" in tracker("notice", "import", samples / "253-tb-ubnd.txt", *now)
    tracker("notice", "confirm", "253/TB-UBND", "--all", "--by", "dieu-phoi-vien", *now)
    assert "digest" in tracker("tick", "--now", "2020-06-29T07:30")
    assert list((tmp_path / "var" / "mail").glob("2020-06-29-digest-*.eml"))
    assert "ok    database" in run_doctor(tracker)


def run_doctor(tracker) -> str:
    """Four drafts wait for an owner, so the doctor has something to say; it says it of the installed database."""
    try:
        return tracker("doctor", "--now", "2020-06-29T07:40")
    except AssertionError as found:
        return str(found)
