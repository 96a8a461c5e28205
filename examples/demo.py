"""The demo: learns the table Wage, writes a synthetic one and the report on it, all into ./demo.

Wage holds 3,000 men of the Mid-Atlantic region of the USA: age, education, work, health and wage, 11 columns. It ships
with the package ISLP, the labs of "An Introduction to Statistical Learning with Applications in Python".
"""

import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from tabsynth.cli.main import app

OUT = Path("demo")
COMMAND = ["--num-rows", "1000", "--target", "health_ins", "--max-minutes", "1"]


def wage_table() -> Path:
    # Found, not imported: importing ISLP asks for packages that the demo does not need.
    try:
        file = Path(str(distribution("ISLP").locate_file("ISLP/data/Wage.csv")))
    except PackageNotFoundError:
        sys.exit("The demo reads a table of the package ISLP: pip install --no-deps ISLP")
    return file if file.is_file() else sys.exit("This version of ISLP ships no data/Wage.csv")


def main() -> None:
    table = wage_table()
    print(
        "The table Wage: 3,000 rows, 11 columns. On this machine, in about two minutes, tabsynth will\n"
        "  1. keep 500 rows aside, which no training sees,\n"
        "  2. train a small language model on the other 2,500, one minute,\n"
        "  3. write 1,000 rows that nobody filled in,\n"
        "  4. compare them with the real rows.\n\n"
        f"tabsynth run Wage.csv --out {OUT} {' '.join(COMMAND)}\n",
        flush=True,
    )
    app(["run", str(table), "--out", str(OUT), "--overwrite", *COMMAND], standalone_mode=False)
    print(f"\nOpen {(OUT / 'report.html').resolve()} in a browser.")


if __name__ == "__main__":
    main()
