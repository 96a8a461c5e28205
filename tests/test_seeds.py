"""Named streams from one root seed."""

import subprocess
import sys

import numpy as np
import pytest

from tabsynth.seeds import Seeds


def test_the_same_name_gives_the_same_numbers_whatever_ran_before() -> None:
    first = Seeds(0).stream("split").random(5)
    seeds = Seeds(0)
    seeds.stream("weights").random(100)
    seeds.stream("split").random(3)
    assert np.array_equal(seeds.stream("split").random(5), first)


def test_names_and_roots_give_streams_of_their_own() -> None:
    numbers = {Seeds(root).number(name) for root in range(50) for name in ("split", "weights", "sampling", "")}
    assert len(numbers) == 200


def test_a_root_and_a_name_do_not_run_into_each_other() -> None:
    assert Seeds(1).number("1/split") != Seeds(11).number("split")


def test_a_number_is_that_of_the_hash_on_every_machine() -> None:
    # printf '0/split' | sha256sum, first four bytes, little end first
    assert Seeds(0).number("split") == 2_668_274_536


def test_a_number_fits_in_32_bits() -> None:
    assert all(0 <= Seeds(root).number("x") < 2**32 for root in (0, 1, 2**40))


@pytest.mark.parametrize("salt", ["0", "1"])
def test_numbers_do_not_depend_on_the_hash_salt_of_a_process(salt: str) -> None:
    program = "from tabsynth.seeds import Seeds; print(Seeds(3).number('curator'))"
    printed = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONHASHSEED": salt}, capture_output=True, text=True, check=True
    )
    assert int(printed.stdout) == Seeds(3).number("curator")
