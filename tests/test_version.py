"""One version, wherever it is read."""

import tomllib
from pathlib import Path

import tabsynth
from tabsynth.version import __version__


def test_package_and_project_agree_on_the_version() -> None:
    project = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text())["project"]
    assert project["version"] == __version__ == tabsynth.__version__
