"""What opens the gate, and what it says when it stays shut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tabsynth import ConfigError
from tabsynth.evaluator.attacks.attack import Attack
from tabsynth.evaluator.emptiness import nothing_to_compare
from tabsynth.evaluator.privacy import NEEDED
from tabsynth.evaluator.result import Evaluation, RowCounts
from tabsynth.release.gate import check_coverage, open_gate, unmeasured
from tabsynth.release.refusal import ReleaseError
from tabsynth.schema.infer import infer_schema


def shut(evaluation: Evaluation, allow: Any = "amber") -> ReleaseError:
    with pytest.raises(ReleaseError) as caught:
        open_gate(evaluation, allow)
    return caught.value


def changed(evaluation: Evaluation, name: str, **changes: Any) -> Evaluation:
    """The evaluation with another outcome of one attack."""
    attacks = tuple(
        attack.model_copy(update=changes) if attack.name == name else attack for attack in evaluation.attacks
    )
    return evaluation.model_copy(update={"attacks": attacks})


@pytest.mark.parametrize(
    ("light", "allow", "opens"),
    [
        ("green", "amber", True),
        ("green", "green", True),
        ("amber", "amber", True),
        ("amber", "green", False),
        ("red", "amber", False),
        ("red", "green", False),
    ],
)
def test_the_light_and_what_is_allowed_settle_the_gate(
    fabricated: Callable[..., Evaluation], light: str, allow: Any, opens: bool
) -> None:
    evaluation = fabricated(light=light)
    if opens:
        assert open_gate(evaluation, allow).light == light
    else:
        assert shut(evaluation, allow).privacy == evaluation.privacy


def test_a_shut_gate_names_the_attack_its_p_value_and_what_to_do(fabricated: Callable[..., Evaluation]) -> None:
    said = str(shut(fabricated(light="red")))
    assert "the privacy light is red" in said
    assert "Exact copies decided, p = 3e-21: Exact copies of training rows occur" in said
    assert "Look at the privacy section of the report" in said
    assert "epsilon" in said and "protect=True" in said
    assert ".." not in said and ". ." not in said


def test_an_attack_that_the_reason_names_is_not_named_twice(fabricated: Callable[..., Evaluation]) -> None:
    evaluation = fabricated(light="red")
    assert evaluation.privacy is not None
    reason = "Exact copies: 5.1% (share of synthetic rows) beyond chance, p = 3e-21 corrected for 7 attacks."
    privacy = evaluation.privacy.model_copy(update={"reason": reason})
    said = str(shut(evaluation.model_copy(update={"privacy": privacy})))
    assert said.count("Exact copies") == said.count("3e-21") == 1


def test_amber_says_how_it_may_still_be_released(fabricated: Callable[..., Evaluation]) -> None:
    said = str(shut(fabricated(light="amber"), "green"))
    assert "Membership inference decided, p = 0.03" in said
    assert "allow='amber'" in said


@pytest.mark.parametrize("allow", ["red", "", "GREEN", None, True])
def test_no_other_light_can_be_allowed(fabricated: Callable[..., Evaluation], allow: Any) -> None:
    for light in ("green", "red"):
        with pytest.raises(ConfigError, match="allow="):
            open_gate(fabricated(light=light), allow)


def test_an_evaluation_without_attacks_keeps_it_shut(fabricated: Callable[..., Evaluation]) -> None:
    first_format = fabricated().model_copy(update={"privacy": None, "attacks": (), "format_version": 1})
    error = shut(first_format)
    assert "holds no attacks" in str(error)
    assert error.privacy is None


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("allow", ["amber", "green"])
def test_an_attack_that_every_table_is_put_to_must_have_run(
    fabricated: Callable[..., Evaluation], name: str, allow: Any
) -> None:
    whole = fabricated()
    title = next(attack.title for attack in whole.attacks if attack.name == name)
    for gone in (changed(whole, name, p_value=None, effect=None), changed(whole, name, decides=False)):
        assert f"“{title}”" in str(shut(gone, allow))
    left_out = whole.model_copy(update={"attacks": tuple(a for a in whole.attacks if a.name != name)})
    assert name in str(shut(left_out, allow))


def test_an_attack_that_needs_what_most_tables_lack_may_be_left_out(fabricated: Callable[..., Evaluation]) -> None:
    whole = fabricated()
    canaries = next(attack for attack in whole.attacks if attack.name == "canaries")
    assert canaries.p_value is None
    assert open_gate(whole).light == "green"


@pytest.mark.parametrize("side", ["training", "holdout", "synthetic"])
def test_with_fewer_than_ten_rows_a_side_a_copy_could_go_unseen(
    fabricated: Callable[..., Evaluation], side: str
) -> None:
    evaluation = fabricated().model_copy(update={"sequences": None})
    for count, opens in ((10, True), (9, False), (0, False)):
        rows = RowCounts(**(evaluation.rows.model_dump() | {side: count}))
        few = evaluation.model_copy(update={"rows": rows})
        assert (unmeasured(few) is None) is opens
        if not opens:
            assert f"the {side} table has {count} rows" in str(shut(few))


def test_groups_count_where_there_are_groups(fabricated: Callable[..., Evaluation]) -> None:
    evaluation = fabricated()
    assert evaluation.sequences is not None
    for groups, opens in (((812, 203, 10), True), ((812, 9, 812), False)):
        sequences = evaluation.sequences.model_copy(update={"groups": groups})
        assert (unmeasured(evaluation.model_copy(update={"sequences": sequences})) is None) is opens
    assert "9 groups" in str(shut(evaluation.model_copy(update={"sequences": sequences})))


def test_a_table_without_rows_stays(table: Any) -> None:
    empty = nothing_to_compare(RowCounts(training=200, holdout=40, synthetic=0), infer_schema(table, {}), None, 0, None)
    assert empty.privacy_light == "amber"
    assert "could not be run" in str(shut(empty))


def test_red_is_told_before_what_was_not_measured(fabricated: Callable[..., Evaluation]) -> None:
    red = changed(fabricated(light="red"), "membership", p_value=None, effect=None)
    assert "the privacy light is red" in str(shut(red))


def test_no_attack_is_without_a_name_for_people(fabricated: Callable[..., Evaluation]) -> None:
    attacks: tuple[Attack, ...] = fabricated().attacks
    assert set(NEEDED) <= {attack.name for attack in attacks}


def test_a_column_that_was_left_out_keeps_it_shut(fabricated: Callable[..., Evaluation]) -> None:
    evaluation = fabricated(15)
    check_coverage(evaluation, 16)
    with pytest.raises(ReleaseError, match="2 of 18 columns were left out"):
        check_coverage(evaluation, 18)
