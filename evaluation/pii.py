"""Personal data: what is found and what is left, on tables of which it is known what they hold.

Usage: python evaluation/pii.py FOLDER [--results DIR]

FOLDER holds manifest.json (a list `datasets` with name and file) and the tables, among them ballplayers_pii and
pii_reviews_planted, with pii_reviews_planted.truth.json beside it (a list of rows with spans of type and value). Every
line of the bar is measured: recall and precision in columns and in texts, what is left after replacement, false alarms
on the other tables, speed. Times are CPU seconds of one process. Writes evaluation/results/pii.json and pii.md. No cell
of a table is written, only counts and names of columns.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from tabsynth.data.read import read_table
from tabsynth.privacy.pii import Entity, PiiReport, Replacer, find_pii
from tabsynth.privacy.pii.entities import Action
from tabsynth.privacy.pii.text import TextScanner

RESULTS = Path(__file__).parent / "results"
PLANTED, PLAYERS = "pii_reviews_planted", "ballplayers_pii"
TEXT = "message"
COLUMNS = {
    "full_name": Entity.NAME,
    "email": Entity.EMAIL,
    "phone": Entity.PHONE,
    "birth_date": Entity.DATE_OF_BIRTH,
    "address": Entity.STREET_ADDRESS,
    "ssn": Entity.SSN,
    "ip_address": Entity.IP_ADDRESS,
}
"""What the planted table's columns hold."""
TYPES = {
    "name": Entity.NAME,
    "email": Entity.EMAIL,
    "phone": Entity.PHONE,
    "dob": Entity.DATE_OF_BIRTH,
    "addr": Entity.STREET_ADDRESS,
    "ssn": Entity.SSN,
    "card": Entity.CREDIT_CARD,
}
"""What the truth file calls what is planted in texts."""
PLAYER_COLUMNS = {
    "nameFirst": {Entity.FIRST_NAME},
    "nameLast": {Entity.LAST_NAME},
    "nameGiven": {Entity.FIRST_NAME, Entity.NAME},
    "birthDate": {Entity.DATE_OF_BIRTH},
    "deathDate": {Entity.DATE},
    "debut": {Entity.DATE},
    "finalGame": {Entity.DATE},
    "birthCity": {Entity.CITY},
    "deathCity": {Entity.CITY},
    "birthState": {Entity.STATE},
    "deathState": {Entity.STATE},
    "birthCountry": {Entity.COUNTRY},
}
FRAMES = (
    "{text} -- {name}",
    "My name is {name}. {text}",
    "{text} I went with {name} and we both liked it.",
    "{text} Please ask {name} about it.",
)
"""Sentences into which names of real players are put: names that no list was made from."""
KEY = b"a key for measuring only, not secret"


def read_truth(folder: Path) -> dict[int, list[tuple[Entity, str]]]:
    listed = json.loads((folder / "open" / f"{PLANTED}.truth.json").read_text())
    return {entry["row"]: [(TYPES[span["type"]], span["value"]) for span in entry["spans"]] for entry in listed}


def in_columns(frame: pd.DataFrame, report: PiiReport) -> dict[str, Any]:
    """Recall and precision by entity, counted in cells: planted ones that are dealt with as what they are."""
    told = {finding.column: finding.entity for finding in report.findings if finding.action is Action.REPLACE}
    found: dict[str, Any] = {}
    for entity in COLUMNS.values():
        planted = [name for name, kind in COLUMNS.items() if kind is entity]
        taken = [name for name, kind in told.items() if kind is entity]
        right = sum(frame[name].notna().sum() for name in planted if name in taken)
        found[entity.value] = {
            "recall": float(right / sum(frame[name].notna().sum() for name in planted)),
            "precision": float(right / max(1, sum(frame[name].notna().sum() for name in taken))),
            "confidence": max((f.confidence for f in report.findings if f.column in planted), default=0.0),
        }
    return found


def in_texts(frame: pd.DataFrame, truth: dict[int, list[tuple[Entity, str]]]) -> dict[str, Any]:
    """Recall and precision by entity of the text scanner alone: it sees no other column."""
    texts = frame[TEXT].tolist()
    hit, all_planted, all_found, right = Counter[Entity](), Counter[Entity](), Counter[Entity](), Counter[Entity]()
    started = time.process_time()
    scanned = list(TextScanner.of(texts).find_all(texts))
    seconds = time.process_time() - started
    for row, spans in enumerate(scanned):
        seen = [(span.entity, texts[row][span.start : span.end]) for span in spans]
        planted = truth.get(row, [])
        for entity, value in planted:
            all_planted[entity] += 1
            hit[entity] += any(value in text for _, text in seen)
        for entity, text in seen:
            all_found[entity] += 1
            right[entity] += any(entity is kind and (text in value or value in text) for kind, value in planted)
    kinds = sorted(all_planted)
    return {
        "by_entity": {
            kind.value: {
                "planted": all_planted[kind],
                "recall": hit[kind] / all_planted[kind],
                "precision": right[kind] / max(1, all_found[kind]),
            }
            for kind in kinds
        },
        "other finds": {kind.value: count for kind, count in all_found.items() if kind not in kinds},
        "texts a CPU second": round(len(texts) / seconds),
    }


def left_over(frame: pd.DataFrame, truth: dict[int, list[tuple[Entity, str]]]) -> dict[str, Any]:
    """Planted values that any cell holds after replacement, whole or as a part, whatever their case."""
    report = find_pii(frame)
    started = time.process_time()
    fresh = Replacer(report, KEY).apply(frame)
    seconds = time.process_time() - started
    planted = {value for name in COLUMNS for value in frame[name]} | {v for spans in truth.values() for _, v in spans}
    cells = "\n".join("\n".join(fresh[name].astype(str)) for name in fresh).lower()
    left = sum(value.lower() in cells for value in planted)
    again = Replacer(report, KEY).apply(frame)
    names = fresh["full_name"].tolist()
    signed = [(row, spans[0][1]) for row, spans in truth.items() if spans[0][0] is Entity.NAME]
    return {
        "planted values": len(planted),
        "left": left,
        "same names in texts as in columns": sum(names[row] in fresh[TEXT][row] for row, _ in signed) / len(signed),
        "same with the same key": bool(fresh.equals(again)),
        "dtypes kept": bool((fresh.dtypes == frame.dtypes).all()),
        "CPU seconds": round(seconds, 1),
    }


def players(folder: Path, tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Columns of the players' table, what is left in it, and real players' names inside reviews."""
    frame = tables[PLAYERS]
    report = find_pii(frame)
    found = {name: finding.entity for name in PLAYER_COLUMNS if (finding := report[name]) is not None}
    right = [name for name, kinds in PLAYER_COLUMNS.items() if found.get(name) in kinds]
    fresh = Replacer(report, KEY).apply(frame)
    replaced = [f.column for f in report.findings if f.action is Action.REPLACE]
    left = sum(len(set(frame[name].dropna()) & set(fresh[name].dropna())) for name in replaced)
    reviews = [text for text in tables["clothing_reviews"]["Review Text"].dropna() if len(text) < 400][:500]
    every = len(frame) // 500
    people = [f"{one} {other}" for one, other in zip(frame["nameFirst"], frame["nameLast"], strict=True)][::every]
    named = list(zip(reviews, people, strict=False))
    pairs = [(FRAMES[at % 4].format(text=text, name=name), name) for at, (text, name) in enumerate(named)]
    texts = [text for text, _ in pairs]
    spans = TextScanner.of(texts).find_all(texts)
    hit = [any(name in text[s.start : s.end] for s in found) for (text, name), found in zip(pairs, spans, strict=True)]
    return {
        "columns": len(PLAYER_COLUMNS),
        "found": len(right),
        "missed": sorted(set(PLAYER_COLUMNS) - set(right)),
        "other columns found": sorted(f.column for f in report.findings if f.column not in PLAYER_COLUMNS),
        "values left in their column": left,
        "names in reviews": {frame: sum(hit[at::4]) / len(hit[at::4]) for at, frame in enumerate(FRAMES)},
    }


def alarms(tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Findings on the tables without planted data; identifiers are mentioned, not counted."""
    listed, columns = [], 0
    for name, frame in tables.items():
        if name in (PLANTED, PLAYERS):
            continue
        columns += frame.shape[1]
        for finding in find_pii(frame).findings:
            if finding.action is not Action.GENERATE:
                inside = {find.entity.value: find.count for find in finding.inside}
                held = finding.entity.value if finding.entity else inside
                listed.append(
                    {
                        "table": name,
                        "column": finding.column,
                        "holds": held,
                        "share": round(finding.share, 4),
                        "action": finding.action.value,
                    }
                )
    return {"columns": columns, "alarms": len(listed), "one in": columns / max(1, len(listed)), "findings": listed}


def speed(tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """A table of 10,000 rows and 20 columns, every text another, found and replaced."""
    planted, adult = tables[PLANTED], tables["adult"].head(10_000)
    times = -(-len(adult) // len(planted))
    big = pd.concat([planted] * times, ignore_index=True).head(len(adult))
    big[TEXT] = [f"{text} ({row})" for row, text in enumerate(big[TEXT])]
    wide = pd.concat([big, adult.reset_index(drop=True).iloc[:, : 20 - big.shape[1]]], axis=1)
    started = time.process_time()
    report = find_pii(wide)
    found = time.process_time() - started
    started = time.process_time()
    Replacer(report, KEY).apply(wide)
    return {
        "rows": len(wide),
        "columns": wide.shape[1],
        "CPU seconds to find": round(found, 1),
        "CPU seconds to replace": round(time.process_time() - started, 1),
    }


def without_headings(frame: pd.DataFrame) -> dict[str, bool]:
    """What of the planted columns is told from values alone: a day of birth without a heading is any day."""
    bare = frame.set_axis([f"column {number}" for number in range(frame.shape[1])], axis=1)
    report = find_pii(bare)
    found = {}
    for name, entity in COLUMNS.items():
        finding = report[f"column {list(frame.columns).index(name)}"]
        wanted = {entity, Entity.DATE} if entity is Entity.DATE_OF_BIRTH else {entity}
        found[name] = finding is not None and finding.entity in wanted
    return found


def holds(result: dict[str, Any]) -> dict[str, bool]:
    """Each line of the bar, and whether it is met."""
    columns, texts = result["columns"], result["texts"]["by_entity"]
    return {
        "recall in columns ≥ .95, each type": all(found["recall"] >= 0.95 for found in columns.values()),
        "precision in columns ≥ .9, each type": all(found["precision"] >= 0.9 for found in columns.values()),
        "recall in texts ≥ .9, each type": all(found["recall"] >= 0.9 for found in texts.values()),
        "no planted value left": result["replaced"]["left"] == 0,
        "every name, date and place column of the players": not result["players"]["missed"],
        "at most one column in fifty a false alarm": result["alarms"]["one in"] >= 50,
        "10,000 rows of 20 columns in < 20 s": result["speed"]["CPU seconds to find"] < 20,
        "over 2,000 texts a second": result["texts"]["texts a CPU second"] > 2_000,
    }


def page(result: dict[str, Any]) -> Iterator[str]:
    replaced, found, quick, noisy = (result[part] for part in ("replaced", "players", "speed", "alarms"))
    yield "# Personal data: what is found, what is left\n"
    yield "| line of the bar | met |\n|---|---|"
    yield "\n".join(f"| {line} | {'yes' if met else '**no**'} |" for line, met in result["bar"].items())
    yield "\n## In columns\n\n| entity | recall | precision | confidence | by values alone |\n|---|---|---|---|---|"
    for name, entity in COLUMNS.items():
        seen, bare = result["columns"][entity.value], "found" if result["without headings"][name] else "not found"
        yield f"| {entity} | {seen['recall']:.2f} | {seen['precision']:.2f} | {seen['confidence']:.2f} | {bare} |"
    yield "\n## Inside texts, from the texts alone\n\n| entity | planted | recall | precision |\n|---|---|---|---|"
    for entity, seen in result["texts"]["by_entity"].items():
        yield f"| {entity} | {seen['planted']} | {seen['recall']:.3f} | {seen['precision']:.3f} |"
    yield f"\n{result['texts']['texts a CPU second']:,} texts a CPU second."
    yield "\nReal players' names put into reviews, which no list was made from:\n\n| sentence | recall |\n|---|---|"
    for frame, recall in found["names in reviews"].items():
        yield f"| {frame} | {recall:.3f} |"
    yield (
        f"\n## After replacement\n\n{replaced['left']} of {replaced['planted values']:,} planted values are left in "
        f"any cell. In {replaced['same names in texts as in columns']:.0%} of the texts that name their row's person "
        "the stand-in is that of the column. "
        f"Players: {found['values left in their column']} values left in their column."
    )
    yield f"\n## Players\n\n{found['found']} of {found['columns']} columns with names, dates and places found."
    yield f"\n## False alarms\n\n{noisy['alarms']} findings in {noisy['columns']} columns of the other tables:\n"
    yield "| table | column | holds | action |\n|---|---|---|---|"
    for alarm in noisy["findings"]:
        yield f"| {alarm['table']} | {alarm['column']} | {alarm['holds']} | {alarm['action']} |"
    yield (
        f"\n## Time\n\n{quick['rows']:,} rows of {quick['columns']} columns: {quick['CPU seconds to find']} CPU "
        f"seconds to find, {quick['CPU seconds to replace']} to replace, one process."
    )


def measure(folder: Path) -> dict[str, Any]:
    listed: Sequence[dict[str, Any]] = json.loads((folder / "manifest.json").read_text())["datasets"]
    tables = {entry["name"]: read_table(folder / entry["file"]) for entry in listed}
    truth, frame = read_truth(folder), tables[PLANTED]
    result: dict[str, Any] = {
        "columns": in_columns(frame, find_pii(frame)),
        "without headings": without_headings(frame),
        "texts": in_texts(frame, truth),
        "replaced": left_over(frame, truth),
        "players": players(folder, tables),
        "alarms": alarms(tables),
        "speed": speed(tables),
    }
    return {"bar": holds(result), **result}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    result = measure(options.folder)
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / "pii.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = "\n".join(page(result)) + "\n"
    (options.results / "pii.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
