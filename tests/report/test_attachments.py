import base64
import csv
import io
import json
from collections.abc import Callable

import pytest

from tabsynth.evaluator.result import Evaluation
from tabsynth.report import attachments as module
from tabsynth.report.attachments import attachments, embedded_json

Fabricated = Callable[..., Evaluation]


def rows_of(address: str) -> list[list[str]]:
    head, content = address.split(",", 1)
    assert head == "data:text/csv;charset=utf-8;base64"
    return list(csv.reader(io.StringIO(base64.b64decode(content).decode("utf-8-sig"))))


def test_the_json_is_the_evaluation_and_cannot_leave_its_element(
    fabricated: Fabricated, hostile: tuple[str, ...]
) -> None:
    found = fabricated(12, names=hostile, words="\u2028</script><!--")
    text = embedded_json(found)
    assert text is not None
    assert not set("<>&\u2028\u2029") & set(text)
    assert Evaluation.from_json(text) == found


def test_a_json_that_is_too_large_to_mail_is_left_out(fabricated: Fabricated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_JSON", 1000)
    assert embedded_json(fabricated(5)) is None


def test_tables_hold_every_score_column_and_way_of_an_attack(fabricated: Fabricated) -> None:
    found = fabricated(5)
    scores, columns, attacks = (rows_of(one.address) for one in attachments(found))
    assert [row[0] for row in scores[1:]] == list(found.scores)
    assert [(row[0], float(row[3])) for row in columns[1:]] == [(column.name, column.score) for column in found.columns]
    assert len(attacks) - 1 == sum(max(1, len(attack.parts)) for attack in found.attacks)
    assert [one.rows for one in attachments(found)] == [len(scores) - 1, len(columns) - 1, len(attacks) - 1]


def test_no_cell_begins_like_a_formula(fabricated: Fabricated, hostile: tuple[str, ...]) -> None:
    found = fabricated(6, names=("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "plain"))
    columns = rows_of(attachments(found)[1].address)
    assert sorted(row[0] for row in columns[1:]) == sorted(["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "plain"])


def test_an_empty_table_and_a_large_one_are_no_attachments(
    fabricated: Fabricated, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [one.title for one in attachments(fabricated(5).model_copy(update={"attacks": ()}))] == [
        "All scores",
        "Columns",
    ]
    monkeypatch.setattr(module, "MAX_CSV", 10)
    assert attachments(fabricated(5)) == ()


def test_the_json_has_the_layout_of_evaluation_json(fabricated: Fabricated) -> None:
    found = fabricated(5)
    text = embedded_json(found)
    assert text is not None
    assert json.loads(text) == json.loads(found.to_json())
