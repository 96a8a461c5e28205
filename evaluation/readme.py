"""Puts the result tables into README.md, between their markers. Usage: python evaluation/readme.py"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
MARKED = re.compile(r"(<!-- table: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(text: str) -> str:
    """Return `text` with every marked place holding the table that its marker names."""
    return MARKED.sub(lambda match: f"{match[1]}{(ROOT / match[2]).read_text(encoding='utf-8')}{match[3]}", text)


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(filled(readme.read_text(encoding="utf-8")), encoding="utf-8")
