from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.score import Score


def test_an_attack_survives_json() -> None:
    found = Attack(
        name="exact_copies",
        title="Copies",
        story="Someone looks for known rows.",
        unit="share of rows",
        effect=0.1,
        limit=0.01,
        p_value=1e-9,
        parts=(AttackPart(name="all columns", value=0.1, control=0.0),),
        scores={"exact_copy_excess": Score(value=0.1)},
    )
    assert Attack.model_validate_json(found.model_dump_json()) == found
