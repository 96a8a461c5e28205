import subprocess
import sys

from tabsynth.cores import num_cores


def test_there_is_a_core() -> None:
    assert num_cores() >= 1


def test_a_process_that_is_bound_to_one_core_counts_one() -> None:
    if not sys.platform.startswith("linux"):
        return
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); from tabsynth.cores import num_cores; "
    done = subprocess.run([sys.executable, "-c", code + "print(num_cores())"], capture_output=True, text=True)
    assert done.stdout.strip() == "1"
