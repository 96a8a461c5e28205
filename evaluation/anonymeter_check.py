"""What the anonymeter package says of three tables: a second opinion, run as it is, in an environment of its own.

Usage: python evaluation/anonymeter_check.py TRAINING.csv HOLDOUT.csv SYNTHETIC.csv --venv VENV
       [--attacks 500] [--secret COLUMN]

VENV is a virtual environment for the package alone; it is made and filled on first use, since its pins clash with
those of vLLM. Optional: no score of tabsynth depends on it. The package's singling-out and linkability are patent
pending, so they are only ever run from it, never written anew here. Its inference takes any guess of a negative number
as right, which tabsynth's own attribute inference does not. Prints JSON: per attack the risk, its interval, and the
success rates against training and holdout.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

PACKAGE = "anonymeter==1.1.0"
INSIDE = "TABSYNTH_INSIDE_ANONYMETER"


def package_python(venv: Path) -> Path:
    """Return the interpreter of the package's environment, which is made and filled unless it is there."""
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    if subprocess.run([str(python), "-c", "import anonymeter"], capture_output=True).returncode:
        subprocess.run([str(python), "-m", "pip", "install", "-q", PACKAGE], check=True)
    return python


def outcome(made: Callable[[], Any], **how: Any) -> dict[str, Any]:
    """Run one evaluator of the package; what it cannot do is told, not raised."""
    try:
        found = made().evaluate(**how)
        risk, results = found.risk(confidence_level=0.95), found.results()
    except Exception as error:
        return {"error": f"{type(error).__name__}"}
    return {
        "risk": round(float(risk.value), 4),
        "interval": [round(float(end), 4) for end in risk.ci],
        "training": round(float(results.attack_rate.value), 4),
        "holdout": round(float(results.control_rate.value), 4),
    }


def figures(tables: dict[str, pd.DataFrame], num_attacks: int, secret: str | None) -> dict[str, Any]:
    """Return the package's figures on the three tables."""
    from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator

    names = list(tables["ori"])
    most = min(num_attacks, len(tables["ori"]), len(tables["control"]))
    found: dict[str, Any] = {"package": PACKAGE, "attacks": most}
    for mode in ("univariate", "multivariate"):
        found[f"singling out, {mode}"] = outcome(lambda: SinglingOutEvaluator(**tables, n_attacks=most), mode=mode)
    halves = (names[: len(names) // 2], names[len(names) // 2 :])
    found["linkability"] = outcome(lambda: LinkabilityEvaluator(**tables, aux_cols=halves, n_attacks=most))
    for column in [secret] if secret else names:
        others = [name for name in names if name != column]
        numbers = bool(tables["ori"][column].dtype.kind in "if")
        found[f"inference, {column}"] = outcome(
            lambda column=column, others=others, numbers=numbers: InferenceEvaluator(
                **tables, aux_cols=others, secret=column, regression=numbers, n_attacks=most
            )
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("tables", nargs=3, type=Path, metavar="CSV", help="training, holdout, synthetic")
    parser.add_argument("--venv", type=Path, required=True)
    parser.add_argument("--attacks", type=int, default=500)
    parser.add_argument("--secret")
    args = parser.parse_args()
    if INSIDE not in os.environ:
        command = [str(package_python(args.venv)), *sys.argv]
        raise SystemExit(subprocess.run(command, env={**os.environ, INSIDE: "1"}).returncode)
    import pandas as pd

    frames = dict(zip(("ori", "control", "syn"), (pd.read_csv(path) for path in args.tables), strict=True))
    print(json.dumps(figures(frames, args.attacks, args.secret), indent=2))


if __name__ == "__main__":
    main()
