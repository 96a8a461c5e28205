"""The house rules that a machine can hold."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tabsynth"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_POSITIONAL_ARGUMENTS = 7
NAMELESS = {"utils.py", "util.py", "common.py", "helpers.py", "misc.py"}

WITHOUT_MIRROR: dict[str, str] = {
    "__init__.py": "tests/test_public_api.py",
    "__main__.py": "two lines that call the command line",
}
"""Modules without a test file of their own, and where they are tested or why they need none."""

MACHINE_PATH = re.compile(r"(?<![\w.:/~-])/(?:work|home|root|Users)/[\w.-]")
"""A path that exists on one machine only."""
TEXT_SUFFIXES = {
    "",
    ".cfg",
    ".css",
    ".in",
    ".ipynb",
    ".j2",
    ".json",
    ".lock",
    ".md",
    ".py",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
}


def label(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def positional(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    arguments = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return arguments[1:] if arguments[:1] in (["self"], ["cls"]) else arguments


def tracked_text_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("no git checkout")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.suffix in TEXT_SUFFIXES and file.is_file()]


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_a_module_is_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_MODULE_LINES


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_a_function_is_small(path: Path) -> None:
    lines = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions(parse(path))}
    assert {name: count for name, count in lines.items() if count > MAX_FUNCTION_LINES} == {}


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_a_function_asks_for_few_things(path: Path) -> None:
    counts = {node.name: len(positional(node)) for node in functions(parse(path))}
    assert {name: count for name, count in counts.items() if count > MAX_POSITIONAL_ARGUMENTS} == {}


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_a_module_that_holds_code_says_what_it_is(path: Path) -> None:
    tree = parse(path)
    assert not tree.body or ast.get_docstring(tree)


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_a_module_is_a_noun(path: Path) -> None:
    assert path.name not in NAMELESS


@pytest.mark.parametrize("path", [path for path in MODULES if parse(path).body], ids=label)
def test_a_module_has_tests_where_one_looks_for_them(path: Path) -> None:
    place = path.relative_to(PACKAGE)
    mirror = ROOT / "tests" / place.parent / f"test_{place.name}"
    assert mirror.is_file() or place.as_posix() in WITHOUT_MIRROR or is_bare_package(path)


def is_bare_package(path: Path) -> bool:
    """Return whether a module is an __init__ that defines nothing."""
    kinds = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    return path.name == "__init__.py" and all(isinstance(node, kinds) for node in parse(path).body)


@pytest.mark.parametrize("place", sorted(WITHOUT_MIRROR))
def test_the_list_of_modules_without_tests_is_short_and_needed(place: str) -> None:
    assert len(WITHOUT_MIRROR) <= 10
    assert not (ROOT / "tests" / Path(place).parent / f"test_{Path(place).name}").exists()


def test_no_file_names_a_path_of_one_machine() -> None:
    found = {
        f"{file.relative_to(ROOT)}:{number}"
        for file in tracked_text_files()
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if MACHINE_PATH.search(line)
    }
    assert found == set()
