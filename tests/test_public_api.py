"""The names that users may rely on."""

import inspect
import subprocess
import sys

import pytest

import tabsynth
from tabsynth import errors

PROMISED = {"Synthesizer", "Report", "Evaluation", "evaluate", "TabsynthError"}
PUBLIC: list[str] = getattr(tabsynth, "__all__", [])


def test_the_promised_names_are_public() -> None:
    assert set(tabsynth.__all__) >= PROMISED


def test_all_is_sorted_and_names_nothing_twice() -> None:
    assert list(tabsynth.__all__) == sorted(set(tabsynth.__all__))


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_exists_and_is_documented(name: str) -> None:
    public = getattr(tabsynth, name)
    if inspect.isclass(public) or inspect.isroutine(public):
        assert inspect.getdoc(public)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_class_has_a_docstring_of_its_own(name: str) -> None:
    public = getattr(tabsynth, name)
    if inspect.isclass(public):
        assert public.__dict__.get("__doc__")


def test_dir_shows_the_public_names() -> None:
    assert set(tabsynth.__all__) <= set(dir(tabsynth))


def test_every_error_is_public() -> None:
    ours = {name for name, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, Exception)}
    assert ours <= set(tabsynth.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Synthesiser"):
        tabsynth.Synthesiser  # noqa: B018  the access is what is tested


def test_a_star_import_gives_exactly_the_public_names() -> None:
    program = "from tabsynth import *; print(*(name for name in dir() if not name.startswith('__')))"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert set(printed.split()) == {name for name in tabsynth.__all__ if not name.startswith("__")}
