"""The public checks of Project 2, one module for each part."""

from pathlib import Path

from coursekit.checks import Checks

_FOLDER = Path(__file__).parents[1]
_CHECKS = Checks(_FOLDER / "known.json", _FOLDER / "tasks.json")
public_check, names, run, check = _CHECKS.public_check, _CHECKS.names, _CHECKS.run, _CHECKS.check
check_all, sketches = _CHECKS.check_all, _CHECKS.sketches

from project2.checks import two_layer_net  # noqa: E402, F401 - registers the checks, in notebook order
