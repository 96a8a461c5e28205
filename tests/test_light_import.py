"""What `import tabsynth` costs."""

import subprocess
import sys
import time

HEAVY = {"torch", "transformers", "peft", "vllm", "sklearn", "scipy", "pyarrow", "huggingface_hub"}
"""Loaded on use. pandas may be loaded, as whoever imports tabsynth has a table in hand."""
LIMIT_SECONDS = 0.5
RUNS = 5


def run(program: str) -> tuple[str, float]:
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout, time.perf_counter() - started


def test_importing_tabsynth_loads_no_heavy_library() -> None:
    printed, _ = run("import tabsynth, sys; print(*{name.partition('.')[0] for name in sys.modules})")
    assert HEAVY & set(printed.split()) == set()


def test_importing_tabsynth_takes_well_under_a_second() -> None:
    run("import tabsynth")  # writes the bytecode
    bare = min(run("pass")[1] for _ in range(RUNS))
    with_tabsynth = min(run("import tabsynth")[1] for _ in range(RUNS))
    assert with_tabsynth - bare < LIMIT_SECONDS
