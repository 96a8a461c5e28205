from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.errors import EvaluationError
from tabsynth.evaluator.emptiness import SCORES
from tabsynth.evaluator.evaluator import evaluate
from tabsynth.evaluator.result import Evaluation, GenerationFacts
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema

People = Callable[[int, int], pd.DataFrame]


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame({name: rng.permutation(table[name].to_numpy()) for name in table.columns})


@pytest.fixture(scope="module")
def fresh(people: People, schema: Schema) -> Evaluation:
    facts = GenerationFacts(num_rows=500, num_valid=90, num_invalid=10)
    return evaluate(people(500, 1), people(400, 2), people(500, 3), schema=schema, target="bought", facts=facts)


def test_real_rows_pass_and_every_score_is_there(fresh: Evaluation) -> None:
    value = {name: score.value for name, score in fresh.scores.items()}
    assert set(value) == set(SCORES)
    assert 0.4 <= (value["c2st_auc"] or 0) <= 0.6
    assert (value["sqs_skill"] or 0) > 0.7
    assert abs(value["exact_copy_excess"] or 0) < 0.01
    assert value["tstr_ratio"] == pytest.approx(1, abs=0.15)
    assert value["valid_record_fraction"] == 0.9
    assert fresh.verdict.light == fresh.privacy_light == "green"
    assert fresh.coverage.known_scores == sum(score is not None for score in value.values())
    assert fresh.coverage.scored == fresh.coverage.columns == 6


def test_a_score_that_cannot_be_computed_says_why(fresh: Evaluation) -> None:
    score = fresh.scores["text_structure"]
    assert score.value is None and score.note == "there is no text column"


def test_a_copy_of_the_training_table_is_red(people: People, schema: Schema) -> None:
    found = evaluate(people(500, 1), people(300, 2), people(500, 1), schema=schema)
    assert (found.scores["exact_copy_excess"].value or 0) >= 0.9
    assert (found.scores["c2st_auc"].value or 1) < 0.2
    assert (found.scores["mia_tpr_at_1fpr"].value or 0) > 0.9
    assert (found.scores["aia_risk"].value or 0) > 0.9
    assert found.verdict.light == found.privacy_light == "red"


def test_shuffled_columns_are_told_apart_and_have_no_skill(people: People, schema: Schema) -> None:
    found = evaluate(people(700, 1), people(500, 2), shuffled(people(700, 3)), schema=schema)
    assert (found.scores["c2st_auc"].value or 0) >= 0.9
    assert (found.scores["sqs_skill"].value or 1) <= 0.1
    assert found.privacy_light == "green" and found.verdict.light == "amber"


@pytest.mark.parametrize("ruin", [lambda n: [f"junk {i}" for i in range(n)], lambda n: [None] * n, lambda n: [1.0] * n])
def test_a_ruined_column_comes_first_and_never_fails(
    people: People, schema: Schema, ruin: Callable[[int], list]
) -> None:
    junk = people(200, 3).assign(income=ruin(200))
    found = evaluate(people(200, 1), people(150, 2), junk, schema=schema, target="bought")
    assert found.columns[0].name == "income"
    assert (found.columns[0].score or 0) <= 1
    assert found.columns[0].note
    assert (found.scores["c2st_auc"].value or 0) > 0.9


def test_the_order_of_rows_does_not_matter(people: People, schema: Schema) -> None:
    tables = [people(200, seed) for seed in (1, 2, 3)]
    turned = [table.iloc[::-1].reset_index(drop=True) for table in tables]
    assert evaluate(*tables, schema=schema) == evaluate(*turned, schema=schema)


def test_the_order_of_columns_does_not_matter_where_nothing_is_drawn(people: People) -> None:
    tables = [people(200, seed) for seed in (1, 2, 3)]
    first = evaluate(*tables, target="bought")
    turned = evaluate(*(table[table.columns[::-1]] for table in tables), target="bought")
    drawn = {"sqs_skill", "tstr_ratio", "mia_auc", "mia_tpr_at_1fpr", "aia_risk", "nndr_ratio"}
    for name, score in first.scores.items():
        other = turned.scores[name].value
        if score.value is None or name in drawn:
            assert (score.value is None) == (other is None)
        else:
            assert other == pytest.approx(score.value, abs=1e-9), name


def test_identifiers_are_skipped_and_text_is_scored_by_its_form() -> None:
    rng = np.random.default_rng(0)
    words = np.array(["red", "green", "blue", "warm", "cold", "soft"])

    def table(start: int) -> pd.DataFrame:
        texts = [" ".join(rng.choice(words, rng.integers(6, 20))) + "." for _ in range(120)]
        return pd.DataFrame({"id": [f"C{i:05d}" for i in range(start, start + 120)], "review": texts, "stars": 3})

    training = table(0)
    found = evaluate(training, table(200), table(400), schema=infer_schema(training))
    assert {column.name for column in found.columns} == {"review", "stars"}
    assert (found.scores["text_structure"].value or 0) > 5
    assert "text only as its length" in found.scores["c2st_auc"].note


def test_a_table_with_none_of_the_columns_is_refused(people: People, schema: Schema) -> None:
    with pytest.raises(EvaluationError, match="the holdout has none of the 6 columns"):
        evaluate(people(50, 1), people(50, 2)[[]].assign(other=1), people(50, 3), schema=schema)


def test_an_unknown_target_is_refused(people: People, schema: Schema) -> None:
    with pytest.raises(EvaluationError, match="Did you mean 'bought'"):
        evaluate(people(50, 1), people(50, 2), people(50, 3), schema=schema, target="brought")


def test_a_handful_of_rows_gives_reasons_instead_of_scores(people: People, schema: Schema) -> None:
    found = evaluate(people(40, 1), people(3, 2), people(2, 3), schema=schema, target="bought")
    assert found.scores["c2st_auc"].value is None
    assert found.verdict.light == "amber"
