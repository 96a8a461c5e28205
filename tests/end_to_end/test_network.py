"""Nothing leaves the machine: no connection is attempted from the table to the report, and nobody counts the use."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

FOLDER = Path(__file__).with_name("guard")
GUARD = runpy.run_path(str(FOLDER / "sitecustomize.py"))
NOWHERE = "192.0.2.1"
"""An address that is nobody's (RFC 5737)."""
SWITCHES = re.compile(r"HF_|HUGGINGFACE|TRANSFORMERS_|VLLM_|DO_NOT_TRACK|DISABLE_TELEMETRY|NETWORK_GUARD|PYTEST")
"""Environment variables that a user need not have set: the package must see to it by itself."""
PIPELINE = """
import sys
import pandas as pd
from tabsynth import Synthesizer
data, engine, out = sys.argv[1:]
settings = dict(max_epochs=2.0, hidden_size=32, num_layers=1, lora_rank=8, random_state=7, progress=False)
synth = Synthesizer(engine=engine, target="member", **settings).fit(data, run_dir=f"{out}/run")
fake = synth.generate(60)
synth.evaluate(fake).save(f"{out}/report.html")
again = Synthesizer.load(f"{out}/run", progress=False)
again.generate(20, to=f"{out}/more.parquet")
print("done", len(fake))
"""


@pytest.fixture(scope="session")
def installed() -> Any:
    guard = GUARD["Guard"]()
    guard.install()
    return guard


@pytest.fixture
def no_network(installed: Any) -> Iterator[list[str]]:
    """Refuses every attempt of this process, loopback included, and fails at the end if there was one."""
    installed.attempts.clear()
    installed.on = True
    try:
        yield installed.attempts
    finally:
        installed.on = False
    assert installed.attempts == []


@pytest.fixture
def attempts(installed: Any) -> Iterator[list[str]]:
    """The same without a failure at the end: for attempts on purpose."""
    installed.attempts.clear()
    installed.on = True
    yield installed.attempts
    installed.on = False


def people(rows: int = 160) -> pd.DataFrame:
    """A table with personal data in columns and in text."""
    rng = np.random.default_rng(5)
    first = rng.choice(["Anna", "James", "Maria", "Peter", "Susan", "David"], rows)
    last = rng.choice(["Miller", "Smith", "Garcia", "Johnson", "Brown"], rows)
    mail = [f"{a}.{b}{k}@example.com".lower() for k, (a, b) in enumerate(zip(first, last, strict=True))]
    return pd.DataFrame(
        {
            "first_name": first,
            "last_name": last,
            "email": mail,
            "phone": [f"+1 202 555 0{k:03d}" for k in range(rows)],
            "website": [f"https://{b.lower()}.example.com" for b in last],
            "age": rng.integers(18, 90, rows),
            "member": rng.random(rows) < 0.4,
        }
    )


ATTEMPTS: dict[str, Callable[[], object]] = {
    "connect": lambda: socket.socket().connect((NOWHERE, 80)),
    "connect_ex": lambda: socket.socket().connect_ex((NOWHERE, 80)),
    "IPv6": lambda: socket.socket(socket.AF_INET6).connect(("2001:db8::1", 80)),
    "create_connection": lambda: socket.create_connection((NOWHERE, 80), timeout=1),
    "UDP connect": lambda: socket.socket(type=socket.SOCK_DGRAM).connect((NOWHERE, 80)),
    "sendto": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", (NOWHERE, 53)),
    "sendmsg": lambda: socket.socket(type=socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, (NOWHERE, 53)),
    "getaddrinfo": lambda: socket.getaddrinfo("example.invalid", 443),
    "gethostbyname": lambda: socket.gethostbyname("example.invalid"),
    "gethostbyaddr": lambda: socket.gethostbyaddr(NOWHERE),
    "loopback": lambda: socket.socket().connect(("127.0.0.1", 9)),
    "urlopen": lambda: urllib.request.urlopen("http://example.invalid", timeout=1),
}


@pytest.mark.parametrize("how", ATTEMPTS)
def test_the_guard_catches_every_way_out(attempts: list[str], how: str) -> None:
    with pytest.raises(OSError):
        ATTEMPTS[how]()
    assert len(attempts) == 1
    assert Path(__file__).name in attempts[0] or how == "urlopen"


def test_the_guard_notes_what_a_library_hides(attempts: list[str]) -> None:
    from contextlib import suppress

    with suppress(Exception):
        urllib.request.urlopen("http://example.invalid", timeout=1)
    assert "example.invalid" in attempts[0]


def test_the_guard_lets_a_process_talk_to_itself(no_network: list[str], tmp_path: Path) -> None:
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "s"))
    server.listen()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "s"))
    server.close()
    first, second = socket.socketpair()
    first.sendall(b"x")
    assert second.recv(1) == b"x"
    first.close()
    second.close()


def unprepared() -> dict[str, str]:
    """The environment, with nothing set that would keep libraries quiet."""
    return {name: value for name, value in os.environ.items() if not SWITCHES.match(name)}


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=900)


def guarded(command: list[str], log: Path) -> subprocess.CompletedProcess[str]:
    """Run Python under the guard."""
    path = os.pathsep.join([str(FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])])
    return run(command, unprepared() | {"PYTHONPATH": path, GUARD["LOG"]: str(log)})


def test_the_guard_follows_into_processes_of_processes(tmp_path: Path) -> None:
    inner = f"import socket; socket.socket().connect_ex(('{NOWHERE}', 80))"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    guarded([sys.executable, "-c", outer], tmp_path / "log")
    assert (tmp_path / "log").read_text().startswith(f"socket.connect to {NOWHERE} from")


def test_no_connection_is_attempted_from_the_table_to_the_report(
    no_network: list[str], tiny: dict[str, Any], tmp_path: Path
) -> None:
    from tabsynth import Synthesizer

    table = people()
    synthesizer = Synthesizer(progress=False, target="member", **tiny).fit(table, run_dir=tmp_path / "run")
    assert synthesizer.pii is not None and synthesizer.pii.findings
    fake = synthesizer.generate(60)
    synthesizer.evaluate(fake).save(tmp_path / "report.html")
    assert len(Synthesizer.load(tmp_path / "run", progress=False).generate(10)) == 10


def test_only_a_model_that_the_user_names_is_asked_for(attempts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from tabsynth import ModelError
    from tabsynth.models.reference import resolve
    from tabsynth.progress import Silent

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    with pytest.raises(ModelError, match="could not be fetched"):
        resolve("org/no-such-model", Silent())
    assert attempts and all("huggingface.co" in attempt for attempt in attempts)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["transformers", "vllm"])
def test_nor_by_a_fresh_process_and_its_children(engine: str, tmp_path: Path) -> None:
    if engine == "vllm":
        pytest.importorskip("vllm")
    people().to_csv(tmp_path / "t.csv", index=False)
    command = [sys.executable, "-c", PIPELINE, str(tmp_path / "t.csv"), engine, str(tmp_path)]
    done = guarded(command, tmp_path / "log")
    assert not (tmp_path / "log").exists(), (tmp_path / "log").read_text()
    assert done.returncode == 0 and "done 60" in done.stdout, done.stderr


OUTSIDE = re.compile(r"(?:connect|sendto|sendmsg|sendmmsg)\(.*sa_family=AF_INET6?, (?!.*(?:\"127\.|\"::1\"))")
"""A system call to an address that is not this machine's, as strace writes it."""


def can_trace() -> bool:
    command = ["strace", "--seccomp-bpf", "-f", "-o", os.devnull, "true"]
    return shutil.which("strace") is not None and subprocess.run(command, capture_output=True).returncode == 0


def traced(command: list[str], log: Path) -> list[str]:
    """Run a command without the guard and return the system calls that were meant for other machines."""
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    done = run(["strace", "--seccomp-bpf", "-f", "-e", calls, "-o", str(log), *command], unprepared())
    assert done.returncode == 0, done.stderr
    return [line for line in log.read_text(errors="replace").splitlines() if OUTSIDE.search(line)]


@pytest.mark.slow
@pytest.mark.skipif(not can_trace(), reason="there is no strace, or it may not trace")
def test_nor_by_compiled_code(tmp_path: Path) -> None:
    pytest.importorskip("vllm")
    people().to_csv(tmp_path / "t.csv", index=False)
    attempt = f"import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.connect_ex(('{NOWHERE}', 9))"
    assert len(traced([sys.executable, "-c", attempt], tmp_path / "control")) == 1
    pipeline = [sys.executable, "-c", PIPELINE, str(tmp_path / "t.csv"), "vllm", str(tmp_path)]
    assert traced(pipeline, tmp_path / "calls") == []
