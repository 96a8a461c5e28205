import json

import pytest

from tabsynth.errors import PrivacyError
from tabsynth.privacy.pii.entities import Action, Entity
from tabsynth.privacy.pii.report import Finding, Finds, PiiReport


def finding(column: str, entity: Entity | None, action: Action, **more: object) -> Finding:
    return Finding(column=column, entity=entity, confidence=0.5, share=0.25, source="name", action=action, **more)  # type: ignore[arg-type]


@pytest.fixture
def report() -> PiiReport:
    inside = (Finds(entity=Entity.EMAIL, count=3, texts=2),)
    findings = (
        finding("who", Entity.NAME, Action.REPLACE),
        finding("pin", Entity.PASSPORT, Action.ASK),
        finding("note", None, Action.REPLACE_INSIDE, inside=inside),
    )
    return PiiReport(findings=findings, texts=("note",), columns=("who", "pin", "note", "<b>"), rows=9)


def test_findings_are_looked_up_by_column_and_by_kind(report: PiiReport) -> None:
    assert report["who"] is report.findings[0]
    assert report["<b>"] is None
    assert report.of(Entity.NAME, Entity.EMAIL) == ["who"]
    assert [question.column for question in report.questions] == ["pin"]


def test_findings_read_as_a_table(report: PiiReport) -> None:
    frame = report.to_frame()
    assert frame["column"].tolist() == ["who", "pin", "note"]
    assert frame["holds"].tolist() == ["name", "passport", "text: 3 email"]
    assert frame["action"].tolist() == ["replace", "ask", "replace inside"]
    assert PiiReport(findings=(), texts=(), columns=("a",), rows=1).to_frame().empty


def test_a_notebook_shows_them_and_runs_no_name_of_a_column(report: PiiReport) -> None:
    page = report.corrected({"<b>": "email"})._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "Personal data in 4 of 4 columns" in page


@pytest.mark.parametrize(("word", "entity", "action"), [
    ("username", Entity.USERNAME, Action.REPLACE), ("keep", Entity.PASSPORT, Action.KEEP), ("text", None,
    Action.REPLACE_INSIDE),
    ("identifier", Entity.IDENTIFIER, Action.GENERATE),
])  # fmt: skip
def test_the_user_has_the_last_word(report: PiiReport, word: str, entity: Entity | None, action: Action) -> None:
    told = report.corrected({"pin": word})["pin"]
    assert told is not None
    assert (told.entity, told.action, told.source, told.confidence) == (entity, action, "you", 1.0)
    assert not report.corrected({"pin": word}).questions


def test_what_is_not_personal_is_dropped_and_no_longer_searched(report: PiiReport) -> None:
    told = report.corrected({"pin": "none", "note": "none"})
    assert [found.column for found in told.findings] == ["who"]
    assert told.texts == ()


def test_a_column_called_text_is_searched_inside(report: PiiReport) -> None:
    assert report.corrected({"<b>": "text"}).texts == ("note", "<b>")
    assert report.corrected({"note": "email"}).texts == ()


def test_findings_stay_in_the_order_of_the_table(report: PiiReport) -> None:
    told = report.corrected({"<b>": "url", "who": "name"})
    assert [found.column for found in told.findings] == ["who", "pin", "note", "<b>"]


@pytest.mark.parametrize(
    ("overrides", "hint"), [({"whoo": "name"}, "Did you mean 'who'"), ({"who": "nmae"}, "Did you mean 'name'")]
)
def test_a_slip_is_an_error_with_a_hint(report: PiiReport, overrides: dict[str, str], hint: str) -> None:
    with pytest.raises(PrivacyError, match=hint):
        report.corrected(overrides)


def test_a_report_survives_json(report: PiiReport) -> None:
    assert PiiReport.model_validate(json.loads(report.model_dump_json())) == report
