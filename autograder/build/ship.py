"""The grader zip, put in place only once it has proven itself: `python -m autograder zip`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from autograder.assignment import Assignment, load, named
from autograder.audit import stamp
from autograder.build import archive, certificate, gradescope, harness, leaks, prove, reference, release
from autograder.build.archive import Entry
from autograder.build.certificate import Proof
from autograder.build.gradescope import DataError
from autograder.build.master import MasterError


def proven(assignment: Assignment) -> Proof:
    """Build the zip of an assignment and find out everything that its certificate says.

    Raises:
        MasterError, DataError: it cannot be built.
        leaks.LeakError: a solution stands in what students get.
        harness.HarnessError, reference.NotebookError, ValueError, OSError: the proof could not be carried out.
    """
    data = gradescope.build(assignment)
    same_twice = data == gradescope.build(assignment)
    student_zip = release.build(assignment)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder) / gradescope.target(assignment).name
        scratch.write_bytes(data)
        scored = prove.prove(assignment, scratch)
    return Proof(assignment, archive.unpack(data), scored, stamp.read(assignment.name), student_zip, same_twice)


def put(proof: Proof, target: Path) -> bool:
    """Put a proven zip in place with its certificate in it and beside it; whether either has changed.

    Raises:
        ValueError: the zip is not proven; what stands at the target stays as it is.
    """
    said = certificate.text(proof).encode()
    data = archive.pack({**proof.entries, gradescope.CERTIFICATE: Entry(said)})
    beside = archive.write_if_changed(beside_of(target), said)
    return archive.write_if_changed(target, data) or beside


def beside_of(target: Path) -> Path:
    """Where the certificate of a zip goes: NAME-certificate.txt beside NAME-autograder.zip."""
    return target.with_name(f"{target.stem.removesuffix('-autograder')}-certificate.txt")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit code is 1 when the zip could not be built or did not prove itself."""
    parser = argparse.ArgumentParser(
        prog="autograder zip", description="Build the zip for Gradescope, prove it, and put it in place."
    )
    parser.add_argument("--project", help="which assignment (default: the first)")
    parser.add_argument("--target", type=Path, help="where it goes (default: dist/PROJECT-autograder.zip)")
    options = parser.parse_args(arguments)
    assignment = load(named(options.project))
    path = options.target or gradescope.target(assignment)
    print(f"building {path.name} and proving it: minutes where it or the reference is new, else seconds", flush=True)
    try:
        proof = proven(assignment)
    except (MasterError, DataError, leaks.LeakError) as error:
        print(f"zip: {error}", file=sys.stderr)
        return 1
    except (harness.HarnessError, reference.NotebookError, ValueError, OSError) as error:
        print(f"zip: it could not be proven, so it was not written: {error}", file=sys.stderr)
        return 1
    if proof.problems:
        print(prove.table(assignment, proof.scored))
        print(f"zip: not written, for it is not as it must be: {'; '.join(proof.problems[:5])}", file=sys.stderr)
        return 1
    written = put(proof, path)
    print(f"\n{certificate.text(proof)}")
    if proof.warning:
        print(f"zip: {proof.warning}", file=sys.stderr)
    print(f"{'wrote' if written else 'up to date:'} {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
