import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.attacks.attack import Attack
from tabsynth.evaluator.attacks.ngrams import attack
from tabsynth.evaluator.kinds import read_kinds, with_keys
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.seeds import Seeds

PHRASES = [f"a{k % 12} b{k // 12 % 12} c{k // 144}" for k in range(12**3)]


def reviews(rows: int, seed: int) -> list[str]:
    """Texts of 30 words made of phrases, so that short passages are shared by chance."""
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(PHRASES, 10)) for _ in range(rows)]


def run(training: list[str], holdout: list[str], synthetic: list[str], keys: list[int] | None = None) -> Attack:
    frames = [pd.DataFrame({"review": side}) for side in (training, holdout, synthetic)]
    group_by = None
    if keys is not None:
        frames, group_by = [frame.assign(key=keys) for frame in frames], "key"
    schema, seeds = with_keys(read_kinds(frames[0]), group_by, None, None), Seeds(0)
    sides = [read_side(frame, schema, seeds, what="it", group_by=group_by) for frame in frames]
    return attack(Sides(*sides, schema, None, seeds))


def test_a_copy_shares_a_passage_in_every_text() -> None:
    found = run(reviews(200, 1), reviews(200, 2), reviews(200, 1))
    (part,) = found.parts
    assert part.value == 1.0 and part.control is not None and part.control < 0.3
    assert "longest passage in common has 30 words" in part.note and "100.0% are near copies" in part.note
    assert found.p_value is not None and found.p_value < 1e-9


def test_two_percent_of_half_copied_texts_are_seen() -> None:
    training, synthetic = reviews(1_500, 1), reviews(1_500, 3)
    for k in range(30):
        synthetic[k] = " ".join(training[k].split()[:15] + synthetic[k].split()[15:])
    found = run(training, reviews(1_500, 2), synthetic)
    assert found.p_value is not None and found.p_value < 1e-3
    assert found.effect is not None and found.effect > found.limit


def test_p_values_of_fresh_texts_are_not_too_small() -> None:
    found = [run(reviews(60, 3 * k), reviews(60, 3 * k + 1), reviews(60, 3 * k + 2)).p_value for k in range(1, 26)]
    below = np.mean([p is not None and p < 0.2 for p in found])
    assert below < 0.2 + 3 * np.sqrt(0.2 * 0.8 / 25)


def test_a_text_that_comes_back_many_times_is_one_finding() -> None:
    training = reviews(100, 1)
    found = run(training, reviews(100, 2), [training[0]] * 50 + ["one two three four five six seven eight nine"] * 50)
    assert found.p_value is not None and found.p_value > 0.2
    (part,) = found.parts
    assert part.value == 0.5
    low = found.scores["ngram_excess"].low
    assert low is not None and low < 0


def test_documents_are_searched_for_longer_passages() -> None:
    documents = [[" ".join(reviews(4, seed * 100 + k)) for k in range(40)] for seed in (1, 2, 3)]
    assert "13 words" in run(*documents).parts[0].name


@pytest.mark.parametrize("texts", [["a few words"] * 50, ["漢字" * 30, "שלום עולם"] * 25])
def test_short_texts_and_other_scripts_are_no_error(texts: list[str]) -> None:
    varied = [f"{text} {k}" for k, text in enumerate(texts)]
    score = run(varied, varied, varied).scores["ngram_excess"]
    assert score.value is not None or score.note


def test_texts_of_one_group_are_one_unit() -> None:
    training = reviews(100, 1)
    found = run(training, reviews(100, 2), training[:5] + reviews(95, 3), keys=[k // 5 for k in range(100)])
    assert found.p_value is not None and found.p_value > 0.2


def test_a_table_without_texts_has_no_score() -> None:
    schema, seeds = read_kinds(pd.DataFrame({"x": [1, 2, 4]})), Seeds(0)
    side = read_side(pd.DataFrame({"x": [1, 2, 4]}), schema, seeds, what="it")
    found = attack(Sides(side, side, side, schema, None, seeds))
    assert found.effect is None and "no text column" in found.note


def test_no_word_is_told() -> None:
    training = [f"unforgettable{k} " + text for k, text in enumerate(reviews(50, 1))]
    assert "unforgettable" not in run(training, reviews(50, 2), training).model_dump_json()
