"""The public checks of NAME, one module for each part."""

from pathlib import Path

from coursekit.checks import Checks

_CHECKS = Checks(Path(__file__).parents[1] / "known.json")
public_check, names, run, check = _CHECKS.public_check, _CHECKS.names, _CHECKS.run, _CHECKS.check
sketches = _CHECKS.sketches

from NAME.checks import first_steps  # noqa: E402, F401 - registers the checks, in notebook order
