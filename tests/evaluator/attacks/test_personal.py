import numpy as np
import pytest

from tabsynth.evaluator.attacks.personal import personal_cells, personal_strings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to Ann.Lee+x@mail.example.org, please.", ("ann.lee+x@mail.example.org",)),
        ("Call 447.335.7143 or (447) 335-7143.", ("4473357143",)),
        ("SSN 405-49-3754", ("405493754",)),
        ("Room 12, 345 pages, in 2019", ()),
        ("user@ host", ()),
        ("", ()),
    ],
)
def test_addresses_and_long_numbers_are_found(text: str, found: tuple[str, ...]) -> None:
    assert personal_strings(text) == found


def test_short_strings_need_more_digits_than_sentences() -> None:
    labels = np.array(["1234567", None, "123456789"], dtype=object)
    assert personal_cells(labels, prose=False) == [(), (), ("123456789",)]
    assert personal_cells(labels, prose=True) == [("1234567",), (), ("123456789",)]


@pytest.mark.parametrize("piece", ["a", "1", "1 ", "a.", "a@", "@"])
def test_long_cells_are_read_in_linear_time(piece: str) -> None:
    assert len(personal_strings("@" + piece * 100_000)) < 2_000
