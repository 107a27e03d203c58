"""Gradescope's format of results.json: whether a document is of it, and if not, which field and what was expected."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from autograder.report.plain import line

SCHEMA = Path(__file__).with_name("results.schema.json")
MOST_BYTES = 64 << 20
NO_SCORE = "there is no score: give the document one, or each of its tests"


class FormatError(Exception):
    """A document is no results.json; `str()` is one line: which field, what stands there, what was expected."""


def read(path: Path) -> dict[str, Any]:
    """A results.json.

    Raises:
        OSError: it cannot be read.
        FormatError: it is not strict JSON, or not of the format.
    """
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise FormatError(f"it is larger than {MOST_BYTES >> 20} MB; no results of one submission are")
    return parse(data)


def parse(data: bytes | str) -> dict[str, Any]:
    """The bytes of a results.json; see `read`."""
    try:
        told = json.loads(data, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"it is not JSON: {line(error)}") from None
    if wrong := problem(told):
        raise FormatError(wrong)
    found: dict[str, Any] = told
    return found


def problem(told: Any) -> str:
    """What is wrong with a document, in one line: the field, what stands there and what was expected; "" if nothing."""
    found = sorted(_validator().iter_errors(told), key=_rank)
    return line(_said(found[0]), 400) if found else ""


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def _rank(error: ValidationError) -> tuple[bool, int]:
    """Which of several errors is told: one of a field rather than that there is no score, and the outermost."""
    return (error.validator == "anyOf", len(error.absolute_path))


def _said(error: ValidationError) -> str:
    where = error.json_path.removeprefix("$").removeprefix(".") or "the document"
    expected = error.validator_value
    match error.validator:
        case "anyOf":
            return NO_SCORE
        case "enum":
            return f"{where} is {_value(error)}; one of {', '.join(expected)} was expected"
        case "type":
            return f"{where} is {_value(error)}; {_words(expected)} was expected"
        case "minimum":
            return f"{where} is {_value(error)}; {expected} or more was expected"
    return f"{where}: {error.message}"


def _value(error: ValidationError) -> str:
    return line(json.dumps(error.instance, ensure_ascii=False, default=repr), 80)


def _words(kinds: str | list[str]) -> str:
    words = {"object": "an object", "array": "a list", "string": "a text", "number": "a number"}
    return " or ".join(words[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")
