from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

import tabsynth.report
from tabsynth.evaluator.result import Evaluation
from tabsynth.evaluator.score import Score
from tabsynth.report.page import page

Fabricated = Callable[..., Evaluation]
MEGABYTE = 1_000_000
STYLE = (Path(tabsynth.report.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
VOID = {"meta", "base", "br", "hr", "img", "input", "link", "path", "rect", "circle"}


class Outline(HTMLParser):
    """What a page is made of: its elements with attributes, and the text of some."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def plain(fabricated: Fabricated) -> str:
    return page(fabricated(15))


def test_the_first_thing_after_the_contents_is_the_recommendation_with_its_reasons(fabricated: Fabricated) -> None:
    found = fabricated(15, light="red")
    text = page(found)
    order = [
        text.index(part)
        for part in (
            "Red: do not release",
            found.verdict.headline,
            "Privacy: red",
            ">Why<",
            "What to look at",
            "At a glance",
            'id="run"',
        )
    ]
    assert order == sorted(order)
    assert "Decided by “Exact copies”, p = 3 × 10⁻²¹ after correction for all attacks" in text
    assert all(reason in text for reason in found.verdict.reasons)


@pytest.mark.parametrize(
    "part",
    [
        "summary",
        "run",
        "columns",
        "distributions",
        "pairs",
        "map",
        "prediction",
        "tells",
        "texts",
        "sequences",
        "privacy",
        "limits",
        "data",
    ],
)
def test_the_page_has_its_thirteen_parts_and_a_link_to_each(plain: str, part: str) -> None:
    assert f'href="#{part}"' in plain and f'id="{part}"' in plain


def test_links_lead_to_places_that_exist_and_no_place_exists_twice(plain: str) -> None:
    outline = Outline(plain)
    places = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(places) == len(set(places))
    links = [attributes["href"] or "" for attributes in outline.all("a")]
    assert {link[1:] for link in links if link.startswith("#")} <= set(places)
    assert {link.partition(":")[0] for link in links if not link.startswith("#")} == {"data"}
    labels = [attributes["aria-labelledby"] for _, attributes in outline.elements if "aria-labelledby" in attributes]
    assert set(labels) <= set(places)


def test_headings_begin_with_one_and_skip_no_level(plain: str) -> None:
    levels = [int(tag[1]) for tag, _ in Outline(plain).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_every_header_a_scope(plain: str) -> None:
    outline = Outline(plain)
    assert len(outline.all("table")) == len(outline.all("caption"))
    assert [attributes for attributes in outline.all("th") if "scope" not in attributes] == []


def test_every_figure_is_named_or_hidden_from_screen_readers(plain: str) -> None:
    for attributes in Outline(plain).all("svg"):
        assert attributes.get("aria-hidden") == "true" or (attributes.get("role") == "img" and attributes["aria-label"])


def test_every_card_says_what_it_is_to_be_read_against_and_what_it_means(fabricated: Fabricated) -> None:
    found = fabricated(5)
    cards = re.findall(r'<article class="card">.*?</article>', page(found), re.S)
    assert len(cards) >= 25
    for card in cards:
        assert "What does this mean" in card
        assert "Not computed: " in card or "Valid records" in card or 'class="tick ceiling-key"' in card
    assert "<b>9.7</b>" in cards[0] and "<b>6.8</b>" in cards[0] and "9.0 to 9.2" in cards[0]


def test_every_number_of_the_fabricated_scores_is_on_the_page(fabricated: Fabricated) -> None:
    table = page(fabricated(5)).split('class="scores"')[1]
    for part in ("9.1", "0.79", "−2.5% to 1.7%", "c2st_coarse_auc", "no embedder is installed", "Score of tomorrow"):
        assert part.lower() in table.lower()


def test_columns_are_on_a_scale_to_ten_and_to_one_in_the_first_format(fabricated: Fabricated) -> None:
    found = fabricated(5)
    assert "10 means that a synthetic column" in page(found)
    assert "1 means that a synthetic column" in page(found.model_copy(update={"format_version": 1}))


def test_attacks_tell_story_value_control_interval_p_and_result(fabricated: Fabricated) -> None:
    found = fabricated(5, light="red")
    table = page(found).split('class="attacks"')[1].split("</table>\n</div>")[0]
    for attack in found.attacks:
        assert attack.title in table
    for part in (
        "Succeeds",
        "Not beyond chance",
        "Not run",
        "Diagnostic",
        "5.3%",
        "4.9% to 5.7%",
        "0.2%",
        "3 × 10⁻²²",
        "limit",
    ):
        assert part.lower() in table.lower()


def test_a_protection_that_is_missing_is_said_first_and_in_red(fabricated: Fabricated) -> None:
    without, with_it = page(fabricated(5, light="red")), page(fabricated(5, light="green"))
    assert "Not protected:</strong> <bdi>Rare and extreme values</bdi>." in without
    assert 'class="wide missing"' in without
    assert "Not protected" not in with_it and 'class="wide missing"' not in with_it


def test_the_account_of_differential_privacy_says_what_it_cost_in_quality(fabricated: Fabricated) -> None:
    with_it, without = page(fabricated(5, light="green")), page(fabricated(5, light="red"))
    assert "ε = 7.9943 of 8 allowed" in with_it
    assert "the Synthetic Quality Score of this table is 9.1" in with_it
    assert "tested below, not proved" in without and "tested below, not proved" not in with_it


def test_what_value_protection_did_is_listed_by_column(fabricated: Fabricated) -> None:
    found = fabricated(5)
    table = page(found).split("Value protection, by column")[1].split("</table>")[0]
    assert found.protection is not None
    assert all(f"<bdi>{column.name}</bdi></th>" in table for column in found.protection.columns)
    assert table.count("<tr>") == 6


@pytest.mark.parametrize("light", ["green", "amber", "red"])
def test_a_light_is_said_in_words(fabricated: Fabricated, light: str) -> None:
    text = page(fabricated(5, light=light))
    assert f"{light.capitalize()}: " in text and f"Privacy: {light}" in text
    assert f"<title>{light.capitalize()}: synthetic table report</title>" in text


def test_nothing_in_the_page_can_run_or_load(plain: str) -> None:
    outline = Outline(plain)
    assert not {"img", "link", "iframe", "object", "embed", "form", "audio", "video", "base"} & {
        tag for tag, _ in outline.elements
    }
    assert [script.get("type") for script in outline.all("script")] == ["application/json"]
    names = {name for _, attributes in outline.elements for name in attributes}
    assert not {name for name in names if name.startswith("on")} | (names & {"style", "src", "srcset", "xlink:href"})
    assert not re.search(r"https?:|url\(|@import|@font-face", plain.split('id="evaluation"')[0])


def test_the_policy_allows_this_style_and_nothing_else(plain: str) -> None:
    outline = Outline(plain)
    (policy,) = [
        meta["content"] or "" for meta in outline.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    ]
    (style,) = re.findall(r"<style>(.*?)</style>", plain, re.S)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert plain.index("Content-Security-Policy") < plain.index("<style>")


def test_links_of_a_framed_page_stay_in_the_frame(fabricated: Fabricated) -> None:
    text = page(fabricated(5), framed=True)
    assert '<base href="about:srcdoc">' in text and "base-uri about:" in text


@pytest.mark.parametrize("place", ["names", "words"])
def test_hostile_names_and_texts_stay_texts(fabricated: Fabricated, hostile: tuple[str, ...], place: str) -> None:
    safe = {tag for tag, _ in Outline(page(fabricated(12))).elements}
    for evil in hostile if place == "words" else ("",):
        text = page(fabricated(4, words=evil) if evil else fabricated(12, names=hostile))
        assert {tag for tag, _ in Outline(text).elements} <= safe
        assert text.count("<script") == text.count("</script") == text.count("<style>") == 1


def test_a_name_of_ten_thousand_characters_leaves_the_page_small(fabricated: Fabricated) -> None:
    found = fabricated(12, names=["x" * 10_000])
    shown = page(found).split('id="evaluation"')[0]
    assert max(len(run) for run in re.findall("x+", shown)) <= 400


def test_a_hundred_columns_stay_well_under_two_megabytes_with_their_data(fabricated: Fabricated) -> None:
    found = fabricated(100)
    text = page(found)
    assert len(text.encode()) < 1.6 * MEGABYTE
    assert 'id="evaluation"' in text
    assert all(column.name in text for column in found.columns)
    assert "75 more columns" in text


def test_two_thousand_columns_have_a_page_of_bounded_size(fabricated: Fabricated) -> None:
    column = fabricated(1).columns[0]
    columns = tuple(column.model_copy(update={"name": f"column {k}"}) for k in range(2_000))
    text = page(fabricated(200).model_copy(update={"columns": columns}))
    assert len(text.encode()) < 4 * MEGABYTE
    assert "further columns are in the evaluation" in text


def test_scores_of_groups_are_no_cards_where_rows_have_no_groups(fabricated: Fabricated) -> None:
    found = fabricated(5)
    absent = {name: Score(value=None, note="no group_by was named") for name in ("sequence_length", "transition")}
    lean = found.model_copy(update={"sequences": None, "scores": found.scores | absent})
    part = page(lean).split('id="sequences"')[1].split("</section>")[0]
    assert "Memory within groups" in part and "Rows per group" not in part


def test_an_evaluation_of_the_first_format_has_a_page(fabricated: Fabricated) -> None:
    absent = {"privacy": None, "attacks": (), "texts": (), "sequences": None, "map": None, "distances": (), "notes": ()}
    lean = {"correlations": None, "facts": None, "importances": (), "target": None, "columns": (), "format_version": 1}
    found = fabricated(5)
    kept = {name: score for name, score in found.scores.items() if name in {"sqs", "c2st_auc"}}
    text = page(Evaluation.model_validate({**found.model_dump(), **absent, **lean, "scores": kept}))
    for words in (
        "Privacy: no light",
        "No attack was run",
        "fewer than two columns",
        "not known to this report",
        "no target was named",
    ):
        assert words in text


def test_the_page_is_the_same_when_drawn_again_from_its_json(fabricated: Fabricated) -> None:
    found = fabricated(15)
    assert page(Evaluation.from_json(found.to_json())) == page(found)


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


LIGHT, DARK, PRINT = (colours(block) for block in re.findall(r":root \{(.*?)\n *\}", STYLE, re.S))
TEXTS = [
    *((name, "page") for name in ("ink", "muted", "link", "green", "amber", "red")),
    *((name, f"{light}-soft") for light in ("green", "amber", "red", "none") for name in ("ink", "link")),
    *((light, f"{light}-soft") for light in ("green", "amber", "red")),
    *(("ink", f"{kind}{step}") for kind in ("more", "plus", "minus") for step in range(1, 5)),
    *(("on-strong", f"{kind}{step}") for kind in ("more", "plus", "minus") for step in (5, 6)),
]


@pytest.mark.parametrize("scheme", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])
def test_text_stands_out_from_its_ground_by_the_ratio_that_wcag_asks_for(scheme: dict[str, str]) -> None:
    weak = {(text, ground): round(contrast(scheme[text], scheme[ground]), 2) for text, ground in TEXTS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])
def test_bars_lines_and_steps_stand_out_from_the_page(scheme: dict[str, str]) -> None:
    assert min(contrast(scheme[name], scheme["page"]) for name in ("real", "fake", "ink")) >= 3
    for kind in ("more", "plus", "minus"):
        ratios = [contrast(scheme[f"{kind}{step}"], scheme["page"]) for step in range(1, 7)]
        assert ratios == sorted(ratios)
