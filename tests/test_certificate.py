"""The certificate of a grader zip: it says what was proven, and without a proof there is neither it nor a zip."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.audit import stamp
from autograder.audit.stamp import Stamp
from autograder.build import archive, certificate, gradescope, prove, ship
from autograder.build.archive import Entry
from autograder.build.certificate import Proof
from autograder.build.prove import Row, Scored
from tests.assignments import PARTS, PROJECT1

WRONG = [function.name for function in PARTS[0].functions[:2]]
NAMES = [part.name for part in PARTS]


def scored(row: Row, changed: Callable[[dict], dict] = dict, seconds: float = 9.0, peak: int = 300 << 20) -> Scored:
    """What the zip gave for a row that scores as it must, unless something is changed in its results."""
    tests = []
    for about, *_ in PROJECT1.checks:
        earned = about.points if row.points[about.part] else 0.0
        status = "passed" if earned or about.extra else "failed"
        tests.append(
            {
                "name": about.title,
                "score": earned,
                "max_score": about.points if earned or not about.extra else 0.0,
                "status": status,
                "tags": [about.part, about.function],
            }
        )
    results = {"score": sum(test["score"] for test in tests), "tests": tests}
    return prove.judge(PROJECT1, row, changed(results), seconds, peak, cached=False)


def rows() -> list[Row]:
    full = {part.name: part.points for part in PARTS}
    none = dict.fromkeys(full, 0.0)
    alone = [Row(f"{part.name} only", {}, {**none, part.name: part.points}, part.extra) for part in PARTS]
    return [
        Row("finished reference", {}, full, PROJECT1.extra),
        Row("untouched starter", {}, none, 0.0),
        *alone,
        Row("a mistake in each", {}, none, 0.0, wrong=dict.fromkeys(WRONG, "its mistake")),
    ]


@pytest.fixture
def proof() -> Proof:
    entries = {
        "setup.sh": Entry(b"#!/bin/bash\n", executable=True),
        "requirements.txt": Entry(b"# what it needs\ntorch==2.0\nnumpy==2.1\n"),
    }
    return Proof(PROJECT1, entries, [scored(row) for row in rows()], Stamp(30, 12, 99), b"student zip", True)


def test_the_certificate_is_one_page_that_says_what_was_proven(proof: Proof) -> None:
    said = certificate.text(proof)
    assert len(said.splitlines()) < 60 and max(map(len, said.splitlines())) <= 120
    for words in (
        "CERTIFICATE of project1-autograder.zip",
        "the finished reference scores full marks",
        "the untouched starter scores 0",
        "each part done alone scores its own points",
        "with a known mistake in 2 of 32 functions, handed in together, each loses",
        "by the audit of this very grader: each of 12 known mistakes scores below full marks",
        "no line of a solution stands in what students get",
        "every results.json is valid against the JSON Schema",
        "every run ended within 480 s and 768 MB of memory",
        "built twice, the zip has the same bytes",
        "torch==2.0",
        f"2 files besides this one, {sum(len(entry.data) for entry in proof.entries.values())} bytes",
    ):
        assert words in said
    totals = re.findall(r"(\d+) / 100\b", said)
    assert totals == ["100", "0", *(f"{part.points:g}" for part in PARTS), "0"]


def test_no_time_stands_in_it_so_that_a_second_proof_gives_the_same_bytes(proof: Proof) -> None:
    later = replace(proof, scored=[replace(one, seconds=77.0, peak=1, cached=True) for one in proof.scored])
    assert certificate.text(later) == certificate.text(proof)
    assert not re.search(r"\b20\d\d-\d\d|\d\d:\d\d", certificate.text(proof))


def test_without_an_audit_of_this_grader_it_says_that_the_mistakes_are_not_shown_and_why(
    proof: Proof, tmp_path: Path
) -> None:
    never = stamp.read("project1", tmp_path)
    stamp.write("project1", Stamp(30, 12, 99), tmp_path)
    assert stamp.read("project1", tmp_path) == Stamp(30, 12, 99)
    assert stamp.read("project2", tmp_path) == never == "no audit has passed here"
    file = tmp_path / "project1.json"
    file.write_text(file.read_text().replace('"grader": "', '"grader": "0'))
    stale = stamp.read("project1", tmp_path)
    assert stale == "the grader has changed since the last audit"
    for why in (never, stale):
        without = replace(proof, audited=why)
        said = " ".join(certificate.text(without).split())
        assert f"NOT SHOWN: that each known mistake by itself scores below full marks ({why}); -" in said
        assert "run `make audit`, then `make zip` again" in said
        another = replace(without, assignment=replace(PROJECT1, name="project2"))
        assert "run `make audit PROJECT=project2`, then `make zip PROJECT=project2` again" in another.warning
        assert "by the audit" not in said and why in without.warning
        assert max(map(len, certificate.text(without).splitlines())) <= 120
    assert proof.warning == ""
    for damaged in ("{", "[]", '{"grader": 1, "right": 2}'):
        file.write_text(damaged)
        assert "cannot be read" in str(stamp.read("project1", tmp_path))


def test_its_hash_follows_every_byte_and_mode_but_not_the_certificate_itself(proof: Proof) -> None:
    entries = dict(proof.entries)
    same = {**entries, gradescope.CERTIFICATE: Entry(b"said")}
    others = [
        {**entries, "setup.sh": Entry(b"#!/bin/bash\n\n", executable=True)},
        {**entries, "setup.sh": Entry(b"#!/bin/bash\n")},
        {**entries, "more": Entry(b"")},
        {"setup": entries["setup.sh"], "requirements.txt": entries["requirements.txt"]},
    ]
    hashes = {certificate.fingerprint(other) for other in others}
    assert certificate.fingerprint(same) == certificate.fingerprint(entries) and len(hashes) == 4
    assert certificate.fingerprint(entries) not in hashes


def test_a_proven_zip_is_put_in_place_with_its_certificate_in_it_and_beside_it(proof: Proof, tmp_path: Path) -> None:
    target = tmp_path / "dist" / "project1-autograder.zip"
    assert ship.put(proof, target)
    with zipfile.ZipFile(io.BytesIO(target.read_bytes())) as zipped:
        assert set(zipped.namelist()) == {*proof.entries, "certificate.txt"}
        assert zipped.read("certificate.txt").decode() == certificate.text(proof)
    assert (target.parent / "project1-certificate.txt").read_text() == certificate.text(proof)
    assert archive.unpack(target.read_bytes())["setup.sh"] == proof.entries["setup.sh"]
    assert not ship.put(proof, target), "a second time nothing is written"


def half(results: dict) -> dict:
    tests = [dict(test) for test in results["tests"]]
    tests[0] |= {"score": tests[0]["score"] / 2, "status": "failed"}
    return {"score": results["score"], "tests": tests}


def gift(results: dict) -> dict:
    return {**results, "tests": [{**test, "score": 1.0} for test in results["tests"]]}


def full(results: dict) -> dict:
    tests = [{**test, "score": test["max_score"]} for test in results["tests"]]
    return {"score": sum(test["score"] for test in tests), "tests": tests}


def invalid(results: dict) -> dict:
    return {**results, "scores": 1}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda of: {"scored": [scored(rows()[0], half), *of.scored[1:]]}, "finished reference: lost: "),
        (lambda of: {"scored": [*of.scored[:1], scored(rows()[1], gift)]}, "untouched starter: earned without work: "),
        (lambda of: {"scored": [scored(rows()[0], invalid)]}, "results.json is not of Gradescope's format: .*'scores'"),
        (lambda of: {"scored": [scored(rows()[0], seconds=500.0)]}, "it took 500 s; 480 are allowed"),
        (lambda of: {"scored": [scored(rows()[0], peak=800 << 20)]}, "it took 800 MB of memory; .* has 768"),
        (
            lambda of: {"scored": [scored(rows()[-1], full)]},
            f"{WRONG[0]} has full marks with",
        ),
        (lambda of: {"scored": []}, "no submission was graded"),
        (lambda of: {"same_twice": False}, "two builds of the same sources gave different bytes"),
    ],
)
def test_without_a_proof_no_zip_is_left_and_what_stood_there_stands(
    proof: Proof, tmp_path: Path, wrong: Callable[[Proof], dict], said: str
) -> None:
    target = tmp_path / "project1-autograder.zip"
    broken = replace(proof, **wrong(proof))
    assert re.search(said, "; ".join(broken.problems))
    with pytest.raises(ValueError, match="the zip is not proven"):
        ship.put(broken, target)
    assert list(tmp_path.iterdir()) == []
    ship.put(proof, target)
    before = target.read_bytes()
    with pytest.raises(ValueError, match="the zip is not proven"):
        ship.put(broken, target)
    assert target.read_bytes() == before
