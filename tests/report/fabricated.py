"""A made-up evaluation with numbers as a real one has them, as wide and as hostile as a test wants it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from tabsynth.artifact.protection import ColumnProtection, Protection
from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.drawing import DensityMap, DistanceCurve, Measure, Overlay, SequenceResult, TextResult
from tabsynth.evaluator.result import (
    ColumnResult,
    Correlations,
    Coverage,
    Evaluation,
    GenerationFacts,
    Importance,
    PairDifference,
    PrivacyVerdict,
    RowCounts,
    RunFact,
    Safeguard,
    Verdict,
)
from tabsynth.evaluator.score import Score
from tabsynth.schema.column import Kind

Light = Literal["green", "amber", "red"]

NAMES = (
    "capital_gain", "occupation", "hours_per_week", "native_country", "age", "education", "signed_up", "review",
    "marital_status", "workclass", "education_num", "relationship", "income", "race", "sex",
)  # fmt: skip
KINDS = ("decimal", "category", "integer", "category", "integer", "category", "datetime", "text")
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "\"'`><svg/onload=alert(1)>",
    '=HYPERLINK("http://evil.invalid")',
    "long " * 2000,
    "x" * 10_000,
    "👩‍👩‍👧‍👦 naïve café 🚀",
    "شهر الميلاد \u202e reversed",
    "",
    "{{ 7 * 7 }}{% raw %}",
    "<!--",
    "]]></style><style>*{display:none}</style>",
)


def fabricated(
    width: int = 15, *, names: Sequence[str] | None = None, light: Light = "green", words: str = "", seed: int = 0
) -> Evaluation:
    """Make up an evaluation.

    Args:
        width: Number of columns.
        names: Their names, repeated as needed.
        light: What it recommends.
        words: A text to be put wherever a text of the user's can be: notes, categories, facts.
        seed: Of the numbers.
    """
    rng = np.random.default_rng(seed)
    pool = names or NAMES
    labels = tuple(pool[k] if k < len(pool) else f"{pool[k % len(pool)]}_{k // len(pool) + 1}" for k in range(width))
    columns = [_column(name, KINDS[k % len(KINDS)], rng, words) for k, name in enumerate(labels)]
    columns.sort(key=lambda column: 11.0 if column.score is None else column.score)
    texts = tuple(column.name for column in columns if column.kind == "text")
    return Evaluation(
        scores=_scores(light),
        columns=tuple(columns),
        correlations=_correlations(tuple(sorted(labels)), rng),
        importances=tuple(Importance(feature=c.name, drop=0.06 / 2**k) for k, c in enumerate(columns[:5])),
        target=labels[-1],
        utility_metric="area under the ROC curve",
        rows=RowCounts(training=26_048, holdout=6_513, synthetic=26_048),
        coverage=Coverage(scored=width, columns=width + 1, known_scores=32, scores=33),
        random_state=0,
        facts=_facts(words),
        verdict=_verdict(light, columns, words),
        privacy=_privacy(light),
        attacks=_attacks(light, labels, words),
        texts=tuple(_text(name, rng, words) for name in texts[:2]),
        sequences=_sequences(rng, words),
        map=_map(rng),
        distances=_distances(rng, copied=light == "red"),
        safeguards=_safeguards(light, words),
        guarantee=_guarantee(words) if light == "green" else (),
        protection=_protection(labels),
        notes=(
            words or "quality is measured on 5,000 random rows of each table, detection on 4,000 of each",
            "intervals of the quality score come from 200 bootstrap samples",
        ),
    )


def _safeguards(light: Light, words: str) -> tuple[Safeguard, ...]:
    return (
        Safeguard(label="Personal data", value=words or "3 columns replaced by stand-ins."),
        Safeguard(
            label="Rare and extreme values",
            value=words or "categories of too few rows replaced and extremes clipped before training.",
            in_place=light != "red",
        ),
    )


def _guarantee(words: str) -> tuple[RunFact, ...]:
    return (
        RunFact(label="promise", value="ε = 7.9943 of 8 allowed, δ = 5.56e-06"),
        RunFact(label="its mechanism", value=words or "Poisson-subsampled Gaussian noise on clipped gradients"),
    )


def _protection(labels: tuple[str, ...]) -> Protection:
    columns = tuple(
        ColumnProtection(
            name=name,
            kind=Kind.INTEGER,
            threshold=5 + at % 3,
            rare=at,
            replaced=2 * at,
            low="17",
            high="90",
            clipped=at,
        )
        for at, name in enumerate(labels)
    )
    return Protection(unit="row", subjects=26_048, rows=26_048, columns=columns)


def _score(value: float | None, spread: float = 0.0, **more: Any) -> Score:
    if value is None:
        return Score(value=None, **more)
    ends = {"low": value - spread, "high": value + spread} if spread else {}
    return Score(value=value, **{**ends, **more})


def _scores(light: Light) -> dict[str, Score]:
    bad = light == "red"
    return {
        "sqs": _score(
            9.12, 0.08, reference=9.71, floor=6.84, n=5000, note="0 to 10, strict; reference: 5,000 holdout rows"
        ),
        "sqs_nss": _score(9.3, reference=9.8, floor=8.1, n=5000, note="arithmetic of NeMo Safe Synthesizer 0.1.16"),
        "sqs_skill": _score(0.79, 0.03, reference=1.0, floor=0.0, n=5000, note="(SQS - floor) / (ceiling - floor)"),
        "distribution": _score(9.31, 0.05, reference=9.81, floor=9.79, n=5000),
        "correlation": _score(8.84, 0.12, reference=9.62, floor=3.1, n=5000),
        "deep_structure": _score(9.2, 0.1, reference=9.7, floor=6.2, n=5000),
        "missingness": _score(0.982, 0.004, reference=0.995, floor=0.999, n=5000),
        "column_shapes": _score(0.953, reference=0.985, floor=0.984, n=5000),
        "query_error": _score(0.118, 0.01, reference=0.061, floor=0.412, n=5000),
        "alpha_precision": _score(0.951, 0.01, reference=0.972, floor=0.512, n=2000),
        "beta_recall": _score(0.441, 0.012, reference=0.482, floor=0.121, n=2000),
        "tstr": _score(0.894, 0.008, reference=0.921, floor=0.503, n=6513, note="HistGradientBoostingClassifier"),
        "trtr": _score(0.921, 0.007, floor=0.503, n=6513),
        "tstr_ratio": _score(0.935, 0.022, reference=1.0, floor=0.0, n=6513, note="(TSTR - floor) / (TRTR - floor)"),
        "c2st_auc": _score(0.643, 0.012, reference=0.502, floor=0.981, n=8000, note="out of five folds"),
        "c2st_coarse_auc": _score(0.581, 0.012, reference=0.498, floor=0.974, n=8000),
        "c2st_text_auc": _score(0.842, 0.015, reference=0.497, floor=0.512, n=4000),
        "text_semantic": _score(None, note="no embedder is installed"),
        "text_structure": _score(8.4, 0.2, reference=9.6, floor=9.6, n=5000),
        "sequence_length": _score(0.91, 0.02, reference=0.97, floor=0.96, n=812),
        "transition": _score(0.88, 0.03, reference=0.96, floor=0.41, n=812),
        "autocorrelation": _score(0.83, 0.04, reference=0.94, floor=0.12, n=812),
        "exact_copy_excess": _score(0.0512 if bad else 0.0001, 0.004 if bad else 0.0004, reference=0.0, n=26_048),
        "mia_auc": _score(0.53 if bad else 0.504, 0.012, reference=0.5, n=4000),
        "mia_tpr_at_1fpr": _score(0.061 if bad else 0.011, 0.006, reference=0.01, n=4000),
        "aia_risk": _score(0.071 if bad else -0.004, 0.021, reference=0.0, n=2000),
        "replay_excess": _score(0.043 if bad else 0.002, 0.005, reference=0.0, n=1204),
        "ngram_excess": _score(0.0, 0.001, reference=0.0, n=5000),
        "dcr_share": _score(0.531 if bad else 0.503, 0.022, reference=0.5, n=2000),
        "nndr_ratio": _score(0.97, 0.04, reference=1.0, n=2000),
        "valid_record_fraction": _score(0.9712, 0.002, n=26_820, note="Wilson interval"),
        "constraint_validity": _score(0.997, 0.001, reference=1.0, floor=0.31, n=5000),
        "score_of_tomorrow": _score(0.5, n=10, note="a name that the wording does not know"),
    }


def _column(name: str, kind: str, rng: np.random.Generator, words: str) -> ColumnResult:
    score = float(np.clip(10 - rng.exponential(0.8), 0.4, 9.9))
    measure = {"category": "1 - TV", "text": "1 - JS of text form"}.get(kind, "1 - KS")
    missing = float(rng.choice([0.0, 0.0, 0.056, 0.31]))
    return ColumnResult(
        name=name,
        kind=kind,
        measure=measure,
        score=round(score, 2),
        score_training=round(min(10.0, score + 0.1), 2),
        reference=round(float(rng.uniform(9.6, 9.9)), 2),
        missing_training=missing,
        missing_synthetic=missing and missing + 0.012,
        unreadable_synthetic=float(rng.choice([0.0, 0.0, 0.0, 0.004])),
        overlay=_overlay(kind, rng, words),
        note=words or ("missing values occur at another rate" if score < 8.5 else ""),
    )


def _overlay(kind: str, rng: np.random.Generator, words: str) -> Overlay:
    if kind == "category":
        number = int(rng.integers(2, 12))
        shares = np.sort(rng.dirichlet(np.full(number, 0.9)))[::-1]
        other = np.clip(shares + rng.normal(0, 0.015, number), 0, 1)
        made = (
            "Prof-specialty",
            "Craft-repair",
            "Exec-managerial",
            "Adm-clerical",
            "Sales",
            "Other-service",
            "Machine-op",
        )
        labels = [words or (made[k] if k < len(made) else f"Group {k}") for k in range(number - 1)] + ["(rare)"]
        return _drawn("categories", labels, shares, other)
    place = np.linspace(-2, 2.6, 20)
    middle = rng.uniform(-1, 1)
    shares = np.exp(-((place - middle) ** 2) / rng.uniform(0.5, 2)) + 0.3 * np.exp(-((place - middle - 1.4) ** 2) / 0.1)
    other = shares * np.exp(rng.normal(0, 0.1, 20))
    first = 2014 if kind == "datetime" else 18
    labels = [
        f"{first + k}-01-01 to {first + k + 1}-01-01"
        if kind == "datetime"
        else f"{first + 4 * k} to {first + 4 * k + 4}"
        for k in range(20)
    ]
    labels[0], labels[-1] = f"below {labels[1].split(' to ')[0]}", f"above {labels[-2].split(' to ')[1]}"
    of = {"datetime": "dates", "text": "words"}.get(kind, "numbers")
    return _drawn(of, labels, shares / shares.sum(), other / other.sum())


def _drawn(of: Any, labels: Sequence[str], real: Any, fake: Any) -> Overlay:
    return Overlay(
        of=of,
        labels=tuple(labels),
        training=tuple(round(float(share), 4) for share in real),
        synthetic=tuple(round(float(share), 4) for share in fake),
    )


def _correlations(names: tuple[str, ...], rng: np.random.Generator) -> Correlations:
    loads = rng.normal(0, 0.6, (len(names), 3)) * (rng.random((len(names), 3)) < 0.6)
    real = np.tanh(loads @ loads.T)
    fake = np.tanh(loads @ loads.T * 0.9 + rng.normal(0, 0.06, real.shape))
    fake = (fake + fake.T) / 2
    np.fill_diagonal(real, 1)
    np.fill_diagonal(fake, 1)
    gap = np.abs(real - fake)
    pairs = sorted(itertools.combinations(range(len(names)), 2), key=lambda pair: -gap[pair])[:10]
    worst = [
        PairDifference(
            first=names[i], second=names[j], training=round(real[i, j], 3), synthetic=round(fake[i, j], 3),
            difference=round(gap[i, j], 3),
        )
        for i, j in pairs
    ]  # fmt: skip
    return Correlations(
        names=names,
        training=tuple(tuple(round(float(value), 3) for value in row) for row in real),
        synthetic=tuple(tuple(round(float(value), 3) for value in row) for row in fake),
        difference=tuple(tuple(round(float(value), 3) for value in row) for row in gap),
        worst=tuple(worst),
    )


def _facts(words: str) -> GenerationFacts:
    facts = {
        "Training rows": "26,048 learned, 6,513 kept aside",
        "Training": "6 epochs in 512 s, ended by the holdout loss",
        "Record format": words or "table tokens",
        "Tokens per record": "17.2",
        "Constraint": "in the weights: only legal tokens are written",
        "Engine": "vllm",
        "Decoded tokens per row": "17.9",
        "Privacy spend": "none: trained without differential privacy",
        "Random state": "0",
        "Versions": "tabsynth 0.1.0, torch 2.13.0, transformers 5.14.0, vllm 0.32.0, pandas 2.3.3, scikit-learn 1.8.0",
    }
    return GenerationFacts(
        num_rows=26_048,
        num_valid=26_048,
        num_invalid=772,
        rejects={words or "a text is cut off": 512, "a rule is broken": 201, "a text is too long": 59},
        prompt_tokens=31_204,
        decode_tokens=467_118,
        seconds=212.4,
        model="smollm2-135m (embedded)",
        run_facts=tuple(RunFact(label=label, value=value) for label, value in facts.items()),
    )


def _verdict(light: Light, columns: Sequence[ColumnResult], words: str) -> Verdict:
    named = ", ".join(f"“{column.name}”" for column in columns[:3])
    reasons: dict[Light, tuple[str, ...]] = {
        "green": (
            "No attack finds training rows beyond chance (strongest: members found, p = 0.21).",
            "The table goes 79% of the way from shuffled columns to real rows.",
            "A model learns 94% of what it learns from real rows.",
        ),
        "amber": ("The membership attack finds 2.1% of training rows at 1% false alarms (p = 0.03): doubtful.",),
        "red": (
            "5.1% of synthetic rows are exact copies of training rows beyond chance (p = 3 × 10⁻²¹).",
            "The membership attack finds 6.1% of training rows at 1% false alarms.",
        ),
    }
    headlines = {
        "green": "The checks that were run found nothing against release.",
        "amber": "Look again before release: one attack is in doubt.",
        "red": "Do not release: training rows were copied.",
    }
    return Verdict(
        light=light,
        headline=headlines[light],
        reasons=(*reasons[light], *((words,) if words else ())),
        look_at=(f"The weakest columns: {named}.", f"What gives synthetic rows away most: {named}."),
        not_checked=("Canaries: none were planted before training.", "The meaning of texts: no embedder is installed."),
    )


def _privacy(light: Light) -> PrivacyVerdict:
    reasons = {
        "green": "No attack gains more from training rows than from rows that were never learned.",
        "amber": "Membership inference gains a little more than chance allows, within what its limit holds back.",
        "red": "Exact copies of training rows occur far more often than copies of holdout rows.",
    }
    p_values = {"green": 0.62, "amber": 0.031, "red": 3.4e-21}
    name = "exact_copies" if light == "red" else "membership"
    return PrivacyVerdict(light=light, decided_by=name, p_value=p_values[light], reason=reasons[light])


def _attacks(light: Light, names: Sequence[str], words: str) -> tuple[Attack, ...]:
    bad, doubt = light == "red", light == "amber"
    ways = ("distance to the closest row", "calibrated distance", "density ratio", "edit distance of row strings")
    return (
        _attack("exact_copies", "Exact copies", "Whoever knows the training table looks for its rows in the release.",
                "share of synthetic rows", 0.0512 if bad else 0.0001, 0.01, 3e-22 if bad else 0.31,
                [("all columns", 0.053 if bad else 0.0019, 0.0018)], words),
        _attack("near_copies", "Near copies", "The same with one cell changed or numbers slightly moved.",
                "share of synthetic rows", 0.006 if bad else 0.0, 0.01, 0.04 if bad else 0.55,
                [("one cell differs", 0.021, 0.021), ("numbers within 1%", 0.013, 0.012)], words),
        _attack("membership", "Membership inference",
                "An insurer holds a person's row and wants to know whether it was in the training table. It looks how "
                "close synthetic rows come to it.", "share of members found at 1% false alarms",
                0.051 if bad else 0.011 if doubt else 0.001, 0.01, 1e-9 if bad else 0.008 if doubt else 0.21,
                [(way, 0.011 + 0.001 * k + (0.05 if bad else 0.0), 0.01) for k, way in enumerate(ways)], words),
        _attack("attribute", "Attribute inference",
                "A colleague knows all of a person's row but one cell and takes that cell from the most similar "
                "synthetic row.", "share of secrets guessed", 0.071 if bad else -0.004, 0.05, 0.0004 if bad else 0.71,
                [(name, 0.52 - 0.01 * k, 0.51 - 0.01 * k) for k, name in enumerate(names[:8])], words),
        _attack("rare_values", "Rare values replayed",
                "A journalist searches the release for values that only one person can have.",
                "share of values", 0.043 if bad else 0.002, 0.01, 0.0001 if bad else 0.4,
                [("rare categories", 0.004, 0.002), ("long numbers", 0.002, 0.002)], words),
        _attack("ngrams", "Memorised passages", "The same with passages of text.", "share of texts", 0.0, 0.01, 1.0,
                [("8 words in a row", 0.012, 0.012)], words),
        _attack("canaries", "Planted canaries", "Made-up secrets are planted in training and searched in the release.",
                "canaries", None, 0.0, None, [], words or "none were planted; Synthesizer(canaries=16) does"),
        _attack("closest_record", "Closest record",
                "Whether synthetic rows lie nearer to training rows than to holdout rows.", "share of synthetic rows",
                0.003, 0.05, 0.38, [("all columns", 0.503, 0.5)], words, decides=False),
    )  # fmt: skip


def _attack(
    name: str, title: str, story: str, unit: str, effect: float | None, limit: float, p_value: float | None,
    parts: Sequence[tuple[str, float, float]], words: str, decides: bool = True,
) -> Attack:  # fmt: skip
    return Attack(
        name=name,
        title=title,
        story=story,
        unit=unit,
        effect=effect,
        limit=limit,
        p_value=p_value,
        decides=decides,
        parts=tuple(
            AttackPart(
                name=part, value=value, control=control, low=max(0.0, value - 0.004), high=value + 0.004,
                p_value=p_value, n=2000, note=words or "2,000 targets on each side",
            )
            for part, value, control in parts
        ),
        note=words,
    )  # fmt: skip


def _text(name: str, rng: np.random.Generator, words: str) -> TextResult:
    measures = (
        Measure(name="words per text", training=41.2, holdout=40.8, synthetic=37.9, note=words),
        Measure(
            name="share of distinct words",
            training=0.182,
            holdout=0.185,
            synthetic=0.141,
            note="lower is more repetitive",
        ),
        Measure(name="share of texts that occur twice", training=0.001, holdout=0.0, synthetic=0.004),
        Measure(name="share of texts cut off", training=None, holdout=None, synthetic=0.012),
    )
    return TextResult(name=name, lengths=_overlay("text", rng, words), measures=measures)


def _sequences(rng: np.random.Generator, words: str) -> SequenceResult:
    lengths = _overlay("text", rng, words).model_copy(update={"of": "rows"})
    measures = (
        Measure(name="rows per group", training=6.2, holdout=6.1, synthetic=5.8),
        Measure(name="share of groups in order", training=1.0, holdout=1.0, synthetic=0.981, note=words),
        Measure(name="share of groups with constant columns", training=1.0, holdout=1.0, synthetic=0.994),
    )
    return SequenceResult(groups=(812, 203, 812), lengths=lengths, measures=measures)


def _map(rng: np.random.Generator, size: int = 32) -> DensityMap:
    def counted(rows: int, shift: float) -> tuple[float, ...]:
        first = np.concatenate([rng.normal(-0.8, 0.7, rows // 2), rng.normal(1.2 + shift, 0.4, rows // 2)])
        second = 0.4 * first + rng.normal(0, 0.55, len(first))
        cells = np.histogram2d(second, first, bins=size, range=[[-3, 3], [-3, 3]])[0] / rows
        cells[cells < 5 / rows] = 0
        return tuple(round(float(share), 5) for share in cells.ravel())

    return DensityMap(
        size=size, training=counted(5000, 0), holdout=counted(5000, 0), synthetic=counted(5000, 0.15),
        explained=(0.218, 0.143), outside=0.004,
    )  # fmt: skip


def _distances(rng: np.random.Generator, copied: bool) -> tuple[DistanceCurve, ...]:
    found = []
    for of, scale in (("closest", 0.06), ("ratio", 0.9)):
        for pair in ("synthetic to training", "synthetic to holdout", "training to holdout"):
            draws = rng.beta(2.4, 4, 4000) * 0.2 if of == "closest" else rng.beta(6, 1.6, 4000)
            if copied and pair == "synthetic to training":
                draws[:200] = draws[:200] * 0.02 * scale
            points = np.quantile(draws, np.linspace(0.01, 0.99, 99))
            found.append(DistanceCurve(of=of, pair=pair, distances=tuple(round(float(x), 5) for x in points)))  # type: ignore[arg-type]
    return tuple(found)
