"""The README says what the result files say."""

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]


def readme_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readme_script", ROOT / "evaluation" / "readme.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_table_of_the_readme_is_made_from_its_result_file() -> None:
    script, text = readme_script(), (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(script.MARKED.findall(text)) == 10
    assert script.filled(text) == text


def test_a_marked_place_is_filled_whatever_it_held() -> None:
    script = readme_script()
    name = "evaluation/results/quality.md"
    held = f"a\n<!-- table: {name} -->\nold\n<!-- end -->\nb\n"
    table = (ROOT / name).read_text(encoding="utf-8")
    assert script.filled(held) == f"a\n<!-- table: {name} -->\n{table}<!-- end -->\nb\n"
