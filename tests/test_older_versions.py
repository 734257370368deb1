"""A database of an older version: `tracker init` keeps it in a file and migrates it whole, whatever happens meanwhile."""

import random
import re
import shutil
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep

import pytest

from tests import databases
from tests.cli.house import Outcome, tracker
from tests.disks import leave, mounted
from tests.jobs.crew import runs
from tests.older import TABLES, make_older, rows_of, version_of
from tests.outbox.processes import finish, start
from tests.postgres import find_programs
from tracker.db import MIGRATIONS, Database
from tracker.errors import DatabaseError
from tracker.keeping import keep_older

NEWEST = max(MIGRATIONS.glob("versions/0*.py")).name.partition("_")[0]
NOW = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)
INIT_KILLS = runs("TRACKER_TEST_INIT_KILLS", 5)
WHOLE = dict.fromkeys(TABLES, 1)


def init(folder: Path, url: str, *more: str) -> Outcome:
    config = folder / "config.toml"
    config.write_text(f'[database]\nurl = "{url}"\n', "utf-8")
    return tracker("init", *more, "--config", config, "--now", NOW.isoformat())


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.version-*") if path.is_file())


def migrate(url: str, folder: Path) -> None:
    with closing(Database(url)) as database:
        database.migrate(keep=keep_older(database, folder, lambda file: None, now=NOW))


@pytest.mark.parametrize("version", ["0001", "0004", "0008", "0012", "0015", "0017"])
def test_init_migrates_a_database_of_an_older_version_with_its_data_and_keeps_it_first(tmp_path, version):
    url = make_older(tmp_path / "tracker.db", version)
    before = databases.dump(url)
    done = init(tmp_path, url)
    assert (done.code, done.err) == (0, "")
    assert version_of(url) == NEWEST
    assert rows_of(url) == WHOLE, "no row was lost"
    [file] = kept(tmp_path)
    assert f"kept as it was: {file}" in done.out
    assert file.name.endswith(f".version-{version}-20261125T043000")
    assert file.stat().st_mode & 0o077 == 0, "it holds what only the office may read"
    assert databases.dump(brought_back(file, tmp_path / "back.db")) == before
    looked = tracker("task", "list", "--config", tmp_path / "config.toml", "--now", "2020-03-03T09:00")
    assert (looked.code, looked.err) == (0, "")
    assert "Rà soát hồ sơ" in looked.out


def brought_back(file: Path, place: Path) -> str:
    """The URL of what a kept file holds."""
    if databases.SERVER is None:
        shutil.copyfile(file, place)
        return databases.url_of(place)
    url = databases.create(place)
    plain = url.replace("postgresql+psycopg", "postgresql")
    subprocess.run([find_programs() / "pg_restore", f"--dbname={plain}", file], check=True, capture_output=True)
    return url


def test_a_new_database_and_one_of_this_version_have_nothing_to_keep(tmp_path):
    url = databases.create(tmp_path / "tracker.db")
    for _ in range(2):
        assert init(tmp_path, url).code == 0
    assert kept(tmp_path) == []


def test_who_has_a_backup_may_do_without_another(tmp_path):
    url = make_older(tmp_path / "tracker.db", "0012")
    assert init(tmp_path, url, "--no-backup").code == 0
    assert (version_of(url), kept(tmp_path)) == (NEWEST, [])


def test_commands_on_an_older_database_say_that_init_keeps_a_copy_first(tmp_path):
    url = make_older(tmp_path / "tracker.db", "0012")
    with (
        closing(Database(url)) as database,
        pytest.raises(DatabaseError, match="run 'tracker init', which keeps a copy"),
    ):
        database.check()


def test_of_two_hosts_that_migrate_at_once_one_keeps_and_migrates(tmp_path):
    url = make_older(tmp_path / "tracker.db", "0004")
    hosts = [start(migrate, url, tmp_path / "var") for _ in range(2)]
    for host in hosts:
        finish(host)
    assert version_of(url) == NEWEST
    assert rows_of(url) == WHOLE
    assert len(kept(tmp_path)) == 1


def test_an_init_that_is_killed_at_any_moment_leaves_the_older_version_or_the_newer_one(tmp_path):
    chance, found, begun = random.Random(253), set(), perf_counter()
    finish(start(migrate, make_older(tmp_path / "whole" / "tracker.db", "0004"), tmp_path / "whole" / "var"))
    took = perf_counter() - begun  # on this machine, with the making of the older one
    for kill in range(INIT_KILLS):
        folder = tmp_path / str(kill)
        url = make_older(folder / "tracker.db", "0004")
        victim = start(migrate, url, folder / "var")
        sleep(chance.uniform(0, took) * kill / INIT_KILLS)  # the first at once
        victim.kill()
        victim.join()
        found.add(version_of(url))
        assert rows_of(url) == WHOLE
        shutil.rmtree(folder / "var", ignore_errors=True)
        for file in kept(folder):
            file.unlink()  # the next one is of the same second
        migrate(url, folder / "var")
        assert version_of(url) == NEWEST
        assert rows_of(url) == WHOLE
        assert not list(folder.rglob("*.part"))
    assert found <= {"0004", NEWEST}
    assert "0004" in found, "some were in time"


@pytest.mark.parametrize("room", [100_000, 300_000])
def test_a_disk_without_room_for_the_copy_leaves_the_older_version(tmp_path, room):
    with mounted(tmp_path / "disk", megabytes=4) as disk:
        url = make_older(place_on(disk, tmp_path), "0012")
        before = databases.dump(url)
        leave(disk, room if databases.SERVER is None else 4096)
        with closing(Database(url)) as database, pytest.raises(DatabaseError) as problem:
            database.migrate(keep=keep_older(database, disk / "var", lambda file: None, now=NOW))
        assert "\n" not in str(problem.value)
        assert "full" in str(problem.value) or "No space left" in str(problem.value)
        assert databases.dump(url) == before
        assert list(disk.rglob("*.version-*")) == []


def place_on(disk: Path, folder: Path) -> Path:
    """The file of SQLite lies on the small disk; what the server of PostgreSQL has does not matter here."""
    return (disk if databases.SERVER is None else folder) / "tracker.db"


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("program", "words"),
    [
        (None, "pg_dump is not here.*nothing was migrated. Install the client of PostgreSQL"),
        (
            "echo 'pg_dump: error: server version: 17; pg_dump version: 15' >&2; exit 1",
            "server version: 17.*nothing was mig",
        ),
    ],
)
def test_without_a_dump_nothing_is_migrated(tmp_path, monkeypatch, program, words):
    url = make_older(tmp_path / "tracker.db", "0012")
    folder = tmp_path / "bin"
    folder.mkdir()
    if program:
        (folder / "pg_dump").write_text(f"#!/bin/sh\n{program}\n")
        (folder / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    refused = init(tmp_path, url)
    assert refused.code == 1
    assert re.search(words, refused.err)
    assert "tracker init --no-backup" in refused.err
    assert version_of(url) == "0012"
    assert kept(tmp_path) == []
