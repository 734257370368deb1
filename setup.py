"""The wheel carries templates, samples and config.toml inside the package, as tracker/_data; in git they stay on top."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
DATA = ("templates", "samples", "config.toml")


class BuildWithData(build_py):
    """Copies what tracker.config.data_folder looks for beside the modules that were built."""

    def run(self) -> None:
        """Build the modules, then the data; an editable install finds the data where it lies in git."""
        super().run()
        if self.editable_mode:
            return
        inside = Path(self.build_lib) / "tracker" / "_data"
        shutil.rmtree(inside, ignore_errors=True)
        inside.mkdir(parents=True)
        for name in DATA:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
            copy(ROOT / name, inside / name)


setup(cmdclass={"build_py": BuildWithData})
