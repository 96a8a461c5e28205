"""Libraries underneath do not report home, whoever loads them first."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tabsynth.telemetry import SWITCHES, switch_off

HUB = "from huggingface_hub import constants"


def run(program: str, **more: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in SWITCHES} | more
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    return done.stdout.strip()


def test_every_switch_is_set_for_this_process_and_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SWITCHES:
        monkeypatch.delenv(name, raising=False)
    switch_off()
    assert {name: os.environ[name] for name in SWITCHES} == SWITCHES


def test_what_the_user_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLLM_NO_USAGE_STATS", "0")
    switch_off()
    assert os.environ["VLLM_NO_USAGE_STATS"] == "0"


@pytest.mark.parametrize("program", [f"import tabsynth; {HUB}", f"{HUB}; import tabsynth"])
def test_importing_the_package_quiets_the_hub_s_client_before_and_after(program: str) -> None:
    assert run(f"{HUB}; print(constants.HF_HUB_DISABLE_TELEMETRY)") == "False"
    assert run(f"{program}; print(constants.HF_HUB_DISABLE_TELEMETRY)") == "True"


def test_downloads_are_not_switched_off() -> None:
    asked = (
        f"import os; os.environ.pop('HF_HUB_OFFLINE', None); import tabsynth; {HUB}; print(constants.HF_HUB_OFFLINE)"
    )
    assert run(asked) == "False"


@pytest.mark.slow
def test_vllm_counts_nothing() -> None:
    pytest.importorskip("vllm")
    told = "from vllm.usage.usage_lib import is_usage_stats_enabled; print(is_usage_stats_enabled())"
    assert run(told, HOME=os.devnull).endswith("True")
    assert run(f"import tabsynth; {told}", HOME=os.devnull).endswith("False")
