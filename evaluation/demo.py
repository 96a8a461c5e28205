"""The demo's figures: runs examples/demo.py and keeps its scores, its wall time and the cost of the import.

Usage: python evaluation/demo.py. Writes evaluation/results/demo.json; the run itself goes to ./demo.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
IMPORT_RUNS = 5


def fastest_seconds(code: str) -> float:
    """Return the shortest of IMPORT_RUNS runs of `code` in a fresh interpreter."""
    seconds = []
    for _ in range(IMPORT_RUNS):
        started = time.monotonic()
        subprocess.run([sys.executable, "-c", code], check=True)
        seconds.append(time.monotonic() - started)
    return min(seconds)


def main() -> None:
    """Run the demo and write its figures."""
    started = time.monotonic()
    subprocess.run([sys.executable, str(ROOT / "examples" / "demo.py")], check=True, cwd=ROOT)
    wall = time.monotonic() - started
    evaluation: dict[str, Any] = json.loads((ROOT / "demo" / "evaluation.json").read_text(encoding="utf-8"))
    metadata: dict[str, Any] = json.loads((ROOT / "demo" / "training_metadata.json").read_text(encoding="utf-8"))
    found = {
        "wall_seconds": round(wall, 1),
        "train_seconds": metadata["training"]["seconds"],
        "tokens_per_record": metadata["statistics"]["tokens_per_record"]["mean"],
        "import_seconds_over_bare_interpreter": round(fastest_seconds("import tabsynth") - fastest_seconds("pass"), 3),
        "verdict": evaluation["verdict"],
        "scores": evaluation["scores"],
    }
    (ROOT / "evaluation" / "results" / "demo.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
