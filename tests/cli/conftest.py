"""An office for each test, copied from one that is built once by commands."""

from pathlib import Path

import pytest

from tests.cli.house import SAMPLES, House, build


@pytest.fixture(scope="session")
def confirmed(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The sample office with its tasks; only to be read."""
    return build(tmp_path_factory.mktemp("confirmed") / "office")


@pytest.fixture
def house(confirmed: House, tmp_path: Path) -> House:
    """The sample office with its tasks."""
    return confirmed.copied_to(tmp_path / "office")


@pytest.fixture(scope="session")
def registered(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("registered"))
    house.settle()
    house.done("init", "--register", SAMPLES / "register.toml")
    return house


@pytest.fixture
def before(registered: House, tmp_path: Path) -> House:
    """The sample office with its register and no notice yet."""
    return registered.copied_to(tmp_path / "office")
