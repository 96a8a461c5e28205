"""The report in a real browser: accessible, silent on the network, and deaf to what a table's names ask for."""

from __future__ import annotations

import json
import runpy
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tabsynth.evaluator.result import Evaluation
from tabsynth.report.report import Report

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright, of the dev extra, drives the browser")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="the dev extra brings axe")

MADE_UP = runpy.run_path(str(Path(__file__).parents[1] / "report" / "fabricated.py"))
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: .ci/run installs one")

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync")
"""Nothing of the browser's own on the network, and no sandbox, which containers do not allow."""
OPEN_ALL = "document.querySelectorAll('details').forEach(details => details.open = true)"
ELSEWHERE = "http://127.0.0.1:9/"
NARROW = {"width": 400, "height": 800}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens a text as a page from a file; every request is kept in `requested`, every dialog in `said`."""
    contexts = []

    def open_page(text: str, **options: Any) -> Any:
        contexts.append(browser.new_context(**options))
        contexts[-1].set_default_timeout(120_000)  # of a machine that many share
        page = contexts[-1].new_page()
        page.requested, page.said = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
        file = tmp_path / f"{len(contexts)}.html"
        file.write_text(text, encoding="utf-8")
        page.goto(file.as_uri())
        page.address = file.as_uri()
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    found: Evaluation = MADE_UP["fabricated"](4, light="red")
    return found


@pytest.fixture(scope="module")
def hostile() -> Evaluation:
    names = (f"<img src={ELSEWHERE}name onerror=alert(1)>", *MADE_UP["HOSTILE"])
    found: Evaluation = MADE_UP["fabricated"](13, names=names, words=f"</script><script src={ELSEWHERE}></script>" * 3)
    return found


@pytest.mark.parametrize(("scheme", "size"), [("light", {"width": 1280, "height": 900}), ("dark", NARROW)])
def test_axe_finds_no_serious_violation(opened: Any, evaluation: Evaluation, scheme: str, size: dict[str, int]) -> None:
    page = opened(Report(evaluation).html(), color_scheme=scheme, viewport=size)
    page.evaluate(OPEN_ALL)
    results = axe.Axe().run(page, options={"resultTypes": ["violations"]})
    grave = [found for found in results.response["violations"] if found["impact"] in {"serious", "critical"}]
    assert {found["id"]: [node["html"][:200] for node in found["nodes"]][:5] for found in grave} == {}
    assert {"color-contrast", "svg-img-alt", "td-headers-attr"} <= {found["id"] for found in results.response["passes"]}


def test_axe_would_find_a_serious_violation(opened: Any) -> None:
    page = opened("<!doctype html><title>x</title><p style='color:#999;background:#fff'>grey on white</p>")
    found = {violation["id"]: violation["impact"] for violation in axe.Axe().run(page).response["violations"]}
    assert found["color-contrast"] == "serious"


def test_no_request_leaves_the_page_whatever_the_table_is_called(opened: Any, hostile: Evaluation) -> None:
    page = opened(Report(hostile).html())
    page.evaluate(OPEN_ALL)
    page.mouse.wheel(0, 100_000)
    page.wait_for_load_state("networkidle")
    assert page.requested == [page.address]
    watched = opened(f"<img src='{ELSEWHERE}picture'>")
    assert f"{ELSEWHERE}picture" in watched.requested


def test_hostile_names_do_not_run_and_show_as_text(opened: Any, hostile: Evaluation) -> None:
    page = opened(Report(hostile).html())
    page.evaluate(OPEN_ALL)
    assert page.said == []
    assert page.locator("img, iframe, script:not([type='application/json'])").count() == 0
    attributes = set(page.evaluate("[...document.querySelectorAll('*')].flatMap(one => one.getAttributeNames())"))
    assert {name for name in attributes if name.startswith("on")} == set()
    shown = page.inner_text("main")
    assert "onerror=alert(1)>" in shown and "{{ 7 * 7 }}" in shown and "</script>" in shown
    assert json.loads(page.text_content("#evaluation")) == json.loads(hostile.to_json())


def test_an_alert_would_be_noticed(opened: Any) -> None:
    page = opened(f"<img src={ELSEWHERE} onerror=alert(1)>")  # a page is open when its pictures have come or failed
    assert page.said == ["1"]


def test_the_policy_stops_what_slips_through_the_escaping(opened: Any, evaluation: Evaluation) -> None:
    slipped = f"<img src={ELSEWHERE} onerror=alert(1)><script>alert(2)</script><style>main{{display:none}}</style>"
    page = opened(Report(evaluation).html().replace("</main>", f"{slipped}</main>"))
    assert (page.said, page.is_visible("h1")) == ([], True)


def test_neither_long_names_nor_wide_tables_widen_the_page(opened: Any, hostile: Evaluation) -> None:
    page = opened(Report(hostile).html())
    page.evaluate(OPEN_ALL)
    for width in (320, 400, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_an_explanation_is_one_click_away(opened: Any, evaluation: Evaluation) -> None:
    page = opened(Report(evaluation).html(), java_script_enabled=False)
    card = page.locator(".card").first
    assert not card.locator("details p").first.is_visible()
    card.locator("summary").click()
    assert card.locator("details p").first.is_visible()


def test_the_keyboard_skips_to_the_recommendation_and_opens_explanations(opened: Any, evaluation: Evaluation) -> None:
    page = opened(Report(evaluation).html())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the recommendation"
    page.locator(".card summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".card details").first.get_attribute("open") is not None


def test_print_opens_explanations_and_clips_no_table(opened: Any, evaluation: Evaluation) -> None:
    page = opened(Report(evaluation).html(), viewport={"width": 690, "height": 1000}, color_scheme="dark")
    page.emulate_media(media="print")
    insides = "[...document.querySelectorAll('details:not(.bulk, .told)')].map(one => one.lastElementChild)"
    assert page.evaluate(f"{insides}.filter(inside => !inside.checkVisibility()).length") == 0
    wide = "[...document.querySelectorAll('table')].filter(t => t.getBoundingClientRect().right > innerWidth + 1)"
    assert page.evaluate(f"{wide}.map(t => t.caption.textContent)") == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(f"{insides}.length") > 20


def test_in_a_notebook_links_stay_inside_the_frame(opened: Any, evaluation: Evaluation) -> None:
    page = opened(f"<!doctype html><title>notebook</title>{Report(evaluation)._repr_html_()}")
    frame = page.frames[1]
    frame.click("nav a[href='#privacy']")
    frame.wait_for_url("about:srcdoc#privacy")
    assert [one.url for one in page.frames] == [page.address, "about:srcdoc#privacy"]
    assert frame.locator("#privacy").is_visible()
