"""The grader zip: what is in it, what its two scripts promise, and that it scores known submissions as it must."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.assignment import ROOT
from autograder.build import archive, gradescope, harness, prove
from autograder.build.archive import Entry
from autograder.report import rows
from coursekit import props, settings
from coursekit.props import archive as archives
from coursekit.props import download, real
from tests.assignments import PARTS, PROJECT1

SCRIPTS = ROOT / "autograder" / "gradescope"


@pytest.fixture(scope="module")
def grader_zip() -> bytes:
    return gradescope.build(PROJECT1)


def entries(data: bytes) -> dict[str, Entry]:
    zipped = zipfile.ZipFile(io.BytesIO(data))
    return {e.filename: Entry(zipped.read(e), bool(e.external_attr >> 16 & 0o111)) for e in zipped.infolist()}


# What is in it


def test_it_holds_gradescopes_scripts_at_its_root_and_what_grading_needs(grader_zip):
    held = entries(grader_zip)
    top = {name.split("/")[0] for name in held}
    assert top == {"setup.sh", "run_autograder", "requirements.txt", "autograder", "coursekit", "project1", "solutions"}
    assert {name for name, entry in held.items() if entry.executable} == {"setup.sh", "run_autograder"}
    assert {f"solutions/project1/{part.name}.py" for part in PARTS} <= set(held)
    assert "solutions/project1/known/pairs.json" in held
    assert not [name for name in held if name.startswith("solutions/") and not name.startswith("solutions/project1/")]
    assert not [name for name in held if name.startswith(("autograder/build/", "autograder/bench", "tests/"))]
    assert not [name for name in held if name.endswith("/bench.py")]


def test_unpacked_it_grades_without_the_repository(grader_zip, tmp_path):
    zipfile.ZipFile(io.BytesIO(grader_zip)).extractall(tmp_path)
    command = [sys.executable, "-m", "autograder", "gradescope", "--help"]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--root" in done.stdout


@pytest.fixture
def real_data(monkeypatch, tmp_path) -> Iterator[Path]:
    """A course that uses the real data set, and the folder in which it is looked for."""
    monkeypatch.setattr(settings, "DATASET", "props")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    props._real.cache_clear()
    yield tmp_path / "data"
    props._real.cache_clear()


def test_a_course_on_the_real_data_ships_its_test_scenes(real_data):
    images = np.zeros((10_000, 3, 32, 32), np.uint8)
    images[:2000] = np.random.default_rng(0).integers(0, 256, (2000, 3, 32, 32))
    labels = np.arange(10_000) % 10
    arrays = {"x_train": images, "y_train": labels, "x_test": images, "y_test": labels}
    mean = np.full((3, 32, 32), 7, np.float32)
    real.store(real_data / real.CACHE, archives.Arrays(mean=mean, **arrays))
    held = entries(gradescope.build(PROJECT1))["solutions/project1/test_scenes.npz"]
    with np.load(io.BytesIO(held.data)) as scenes:
        assert scenes["x_test"].shape == (2000, 3, 32, 32) and scenes["x_test"].dtype == np.uint8
        assert scenes["y_test"].dtype == np.int64
        assert np.array_equal(scenes["mean"], mean)


def test_a_course_on_the_real_data_without_the_data_is_told_what_to_do(real_data):
    (real_data / download.ARCHIVE).write_bytes(b"cut short")
    with pytest.raises(gradescope.DataError) as caught:
        gradescope.build(PROJECT1)
    assert "DATASET is 'props', but the images could not be loaded" in str(caught.value)
    assert "set DATASET to 'stand-in'" in str(caught.value)


# run_autograder


def run_autograder(root: Path) -> tuple[dict, str]:
    """Run the real script on a root; the results it leaves, and what it printed."""
    done = subprocess.run(
        ["bash", SCRIPTS / "run_autograder"],
        env={"AUTOGRADER_ROOT": str(root), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, "Gradescope reads the results only after a success"
    return json.loads((root / "results" / "results.json").read_text()), done.stdout + done.stderr


def gradescope_root(folder: Path, grader: str = "") -> Path:
    """Gradescope's layout, with a grader that is a shell script (or none at all)."""
    for name in ("source", "submission", "results", "venv/bin"):
        (folder / name).mkdir(parents=True)
    (folder / "submission_metadata.json").write_text("{}")
    if grader:
        python = folder / "venv" / "bin" / "python"
        python.write_text(
            f'#!/bin/sh\ncase "$*" in *"-m autograder"*) ;; *) exec {sys.executable} "$@";; esac\n{grader}\n'
        )
        python.chmod(0o755)
    return folder


def assert_is_placeholder(results: dict) -> None:
    assert results["score"] == 0
    assert results["tests"] == []
    assert "not about your work" in results["output"] and "staff" in results["output"]
    assert results["visibility"] == "visible" and results["stdout_visibility"] == "hidden"


def test_without_a_python_the_results_still_are_valid_and_say_that_staff_must_rerun(tmp_path):
    results, _ = run_autograder(gradescope_root(tmp_path))
    assert_is_placeholder(results)


@pytest.mark.parametrize(
    "grader",
    [
        "exit 1",
        "kill -9 $$",
        'printf \'{"score": 3, "te\' > ../results/results.json; kill -9 $$',
        "rm ../results/results.json",
        "echo '[1, 2]' > ../results/results.json",
        "rm -rf ../results",
    ],
)
def test_whatever_becomes_of_the_grader_a_valid_results_json_stays(tmp_path, grader):
    results, _ = run_autograder(gradescope_root(tmp_path, grader))
    assert_is_placeholder(results)


def test_what_was_graded_before_the_grader_died_is_kept(tmp_path):
    partial = {"score": 3, "tests": [{"score": 3, "name": "one"}]}
    grader = f"echo '{json.dumps(partial)}' > ../results/results.json; kill -9 $$"
    results, printed = run_autograder(gradescope_root(tmp_path, grader))
    assert results == partial
    assert "the grader ended with status 137" in printed


def test_the_graders_folders_are_closed_to_other_users_before_anything_of_the_student_runs(tmp_path):
    root = gradescope_root(tmp_path, "stat -c %a ../source ../results ../submission_metadata.json")
    _, printed = run_autograder(root)
    assert re.findall(r"^\d+$", printed, re.M) == ["700", "700", "600"]


# setup.sh


def setup(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "setup.sh").write_bytes((SCRIPTS / "setup.sh").read_bytes())
    (folder / "requirements.txt").write_bytes((ROOT / "requirements.txt").read_bytes())
    return subprocess.run(
        ["bash", folder / "setup.sh"],
        env={"AUTOGRADER_ROOT": str(folder), "PATH": os.environ["PATH"], "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_setup_without_python_fails_with_one_line(tmp_path):
    done = setup(tmp_path, PYTHON="/nowhere/python3")
    assert done.returncode == 1
    assert done.stderr == "setup.sh: there is no /nowhere/python3; this needs Python 3.10 or newer\n"


def test_setup_on_an_old_python_fails_with_one_line(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\n[ $1 = --version ] && echo Python 3.8.20 && exit 0\nexit 1\n")
    old.chmod(0o755)
    done = setup(tmp_path, PYTHON=str(old))
    assert (done.returncode, done.stderr) == (1, "setup.sh: Python 3.8.20 is too old; this needs 3.10\n")


def test_setup_that_cannot_get_its_packages_fails_and_is_not_taken_for_done(tmp_path):
    nothing = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "TORCH_INDEX": ""}
    for _ in range(2):
        done = setup(tmp_path, PYTHON=harness.system_python(), **nothing)
        assert done.returncode != 0
        assert "No matching distribution found" in done.stderr
        assert "ready" not in done.stdout


# The stand-in for Gradescope

isolated = pytest.mark.skipif(
    harness.best_isolation() == "none", reason="neither root nor user namespaces here: the root cannot be closed off"
)

PROBE = """\
#!/bin/bash
see() { if [ -e "$1" ]; then echo yes; else echo no; fi; }
cat > /autograder/results/results.json <<JSON
{"tests": [], "pwd": "$PWD", "root": "$(ls / | xargs)", "repository": "$(see '%(repository)s')",
 "environment": "$(see '%(environment)s')",
 "python": "$(/autograder/venv/bin/python -c 'import sys; print(sys.prefix)')",
 "written": "$(touch /usr/x /etc/x 2>/dev/null && echo yes || echo no)", "variables": "$(env | cut -d= -f1 | xargs)",
 "processes": "$(ls /proc | grep -c '^[0-9]')", "submission": "$(ls /autograder/submission | xargs)"}
JSON
"""


@isolated
def test_in_the_harness_the_repository_and_its_environment_are_out_of_reach(grader_zip, tmp_path):
    probe = PROBE % {"repository": ROOT, "environment": sys.prefix}
    target = tmp_path / "probe.zip"
    target.write_bytes(archive.pack({**entries(grader_zip), "run_autograder": Entry(probe.encode(), True)}))
    with harness.set_up(target) as ready:
        seen = ready.grade({"knn.ipynb": b"{}"})
    assert (seen["repository"], seen["environment"]) == ("no", "no")
    assert seen["python"] == "/autograder/venv"
    assert seen["pwd"] == "/autograder" and seen["submission"] == "knn.ipynb"
    assert seen["written"] == "no"
    assert int(seen["processes"]) < 12, "processes of this machine are seen inside"
    assert not {"VIRTUAL_ENV", "PYTHONPATH", "AUTOGRADER_ROOT"} & set(seen["variables"].split())


@isolated
def test_the_harness_leaves_no_mount_behind(grader_zip, tmp_path):
    target = tmp_path / "grader.zip"
    target.write_bytes(grader_zip)
    with harness.set_up(target) as ready:
        assert str(ready.root) not in Path("/proc/mounts").read_text()


def test_a_setup_that_fails_in_the_harness_shows_the_end_of_its_output(grader_zip, tmp_path):
    broken = b"#!/bin/bash\necho no such package >&2\nexit 7\n"
    target = tmp_path / "broken.zip"
    target.write_bytes(archive.pack({**entries(grader_zip), "setup.sh": Entry(broken, True)}))
    message = r"setup\.sh ended with status 7:\nno such package"
    with pytest.raises(harness.HarnessError, match=message), harness.set_up(target, tmp_path / "cache"):
        raise AssertionError("it was set up")


# The proof


@pytest.fixture(scope="module")
def proof(grader_zip, tmp_path_factory) -> list[prove.Scored]:
    target = tmp_path_factory.mktemp("proof") / "grader.zip"
    target.write_bytes(grader_zip)
    return prove.prove(PROJECT1, target)


def test_run_as_gradescope_would_the_zip_scores_the_known_submissions_as_it_must(proof):
    assert [found.row.name for found in proof if found.problems] == [], prove.table(PROJECT1, proof)


def test_the_proof_is_one_table_with_a_line_for_each_submission(proof):
    lines = prove.table(PROJECT1, proof).splitlines()
    totals = [re.findall(r"(\d+) / 100\b", line) for line in lines[1:]]
    assert totals[:-1] == [["100"], ["0"], *([f"{part.points:g}"] for part in PARTS)]
    assert lines[-1].startswith("a mistake in each") and 0 < int(totals[-1][0]) < 50


def test_every_function_loses_by_its_known_mistake_and_one_that_does_not_is_named(proof):
    *_, wrong = proof
    assert set(wrong.row.wrong) == {function.name for function in PROJECT1.functions}
    assert wrong.problems == ()
    finished = proof[0].results
    full = prove.judge(PROJECT1, wrong.row, finished, 1.0, 0, cached=False)
    assert len(full.problems) == len(PROJECT1.functions)
    assert all("has full marks with the known mistake" in problem for problem in full.problems)


def test_a_row_that_is_not_as_it_must_be_is_named_with_the_titles_of_its_checks(proof):
    finished, starter, *_ = proof
    wrong = prove.judge(PROJECT1, finished.row, starter.results, 1.0, 0, cached=False)
    titles = [check["name"] for check in rows.checks(starter.results) if "extra credit" not in check["tags"]]
    assert len(titles) > 60
    assert [title for title in titles if not any(title in problem for problem in wrong.problems)] == []
    assert f"extra credit: 0 points, must be {PROJECT1.extra:g}" in wrong.problems
    assert "NOT as it must be" in prove.table(PROJECT1, [wrong])
    gift = prove.judge(PROJECT1, starter.row, finished.results, 1.0, 0, cached=False)
    assert any("earned without work" in problem for problem in gift.problems)


def test_what_a_run_took_is_measured_and_within_its_limits(proof):
    assert all(found.seconds > 0 and found.peak > 50 << 20 for found in proof)


def test_the_zip_is_put_in_place_with_its_certificate_and_a_second_time_is_up_to_date(grader_zip, proof, tmp_path):
    target = tmp_path / "project1-autograder.zip"
    command = [sys.executable, "-m", "autograder", "zip", "--project", "project1", "--target", target]
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    assert first.stdout.splitlines()[-1] == f"wrote {target}"
    certificate = (tmp_path / "project1-certificate.txt").read_text()
    assert certificate in first.stdout
    held = entries(target.read_bytes())
    assert held.pop("certificate.txt").data.decode() == certificate
    assert held == entries(grader_zip), "the same sources give the same bytes in another process"
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert again.stdout.splitlines()[-1] == f"up to date: {target}"
    shown = subprocess.run(
        [sys.executable, "-m", "autograder", "prove", "--project", "project1", "--zip", target],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.count("(cached)") == len(proof), "the certificate in it changes nothing of the proof"
