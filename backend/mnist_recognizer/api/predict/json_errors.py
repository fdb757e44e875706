"""Saying what is wrong with a JSON body, and where.

A good body is decoded straight into its type. Only a bad one comes here: msgspec decodes it again,
into plain Python objects, which are then looked at one by one.
"""

import re
from collections.abc import Callable, Sequence
from math import inf
from typing import Any, NamedTuple

import msgspec

from mnist_recognizer.api.problems import FieldError, ProblemError, shorten

LISTED_ERRORS = 10
# A number such as 1e999 is JSON, and no float holds it: as infinity its place can be told.
_decoder = msgspec.json.Decoder(float_hook=float)
# The first half of a pair before a character that is not a backslash.
_UNPAIRED_SURROGATE = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}[^\\]")


class Form(NamedTuple):
    """What a JSON body must be: an object with one field."""

    field: str
    content: str  # what the field holds: "784 numbers"
    exactly: str  # the same with its limits: "784 numbers from 0 to 1"
    check: Callable[[Any], list[FieldError]]  # lists what is wrong with the field's value


def refusal(body: bytes, form: Form) -> ProblemError:
    """Return the problem document that says what is wrong with a body."""
    if not body.strip():
        return _bad_json("body", f'is empty; send {{"{form.field}": [{form.exactly}]}}')
    try:
        content = load(body)
    except ProblemError as problem:
        return problem
    errors = _wrong_fields(content, form) or [
        FieldError(field=form.field, message="is given more than once")
    ]
    return problem_of(errors)


def load(body: bytes, field: str = "body") -> Any:
    """Decode JSON.

    Raises
    ------
    ProblemError
        400, when `body` cannot be read as JSON; `field` says which part of the request it is.
    """
    try:
        return _decoder.decode(body)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise not_json(body, error, field) from None


def not_json(body: bytes, error: Exception, field: str = "body") -> ProblemError:
    """Return the problem document for text in which msgspec met this error."""
    if body.startswith(b"\xef\xbb\xbf"):
        return _bad_json(field, "starts with a byte order mark; send UTF-8 without one")
    if isinstance(error, RecursionError):
        return _bad_json(field, "is nested too deeply")
    if isinstance(error, UnicodeDecodeError):
        return _bad_json(field, "is not UTF-8")
    reason = str(error).removeprefix("JSON is malformed: ")
    if "out of range" in reason:  # Python reads 4,300 digits
        return _bad_json(field, "holds an integer with too many digits")
    if "surrogate" in reason or ("truncated" in reason and _has_unpaired_surrogate(body)):
        message = "contains half of a surrogate pair, such as \\ud800, which is not a character"
        return _bad_json(field, message)
    if "truncated" in reason:
        reason = "it is cut off"
    elif b"NaN" in body or b"Infinity" in body:
        reason += "; NaN and Infinity are not JSON numbers"
    return _bad_json(field, f"is not JSON: {reason}")


def _has_unpaired_surrogate(body: bytes) -> bool:
    return bool(_UNPAIRED_SURROGATE.search(body.replace(rb"\\", b"")))


def _bad_json(field: str, message: str) -> ProblemError:
    subject = "The body" if field == "body" else field
    return ProblemError(400, f"{subject} {message}.", [FieldError(field=field, message=message)])


def problem_of(errors: Sequence[FieldError], status: int = 422) -> ProblemError:
    """Put errors into a problem document that tells the first, and lists the first ten."""
    detail = f"{errors[0].field} {errors[0].message}."
    if len(errors) > 1:
        detail += f" That is the first of {len(errors):,} errors."
    return ProblemError(status, detail, errors[:LISTED_ERRORS])


def _wrong_fields(content: Any, form: Form) -> list[FieldError]:
    """List what is wrong with a body that is JSON."""
    if not isinstance(content, dict):
        message = f'must be an object, {{"{form.field}": [{form.content}]}}, but is {kind(content)}'
        return [FieldError(field="body", message=message)]
    errors = []
    if form.field not in content:
        message = f"is missing; {form.content} are needed"
        errors.append(FieldError(field=form.field, message=message))
    message = f"is not a field of this request; its only field is {form.field}"
    unknown = (shorten(key) for key in content if key != form.field)
    errors += [FieldError(field=name, message=message) for name in unknown]
    return errors or form.check(content[form.field])


def is_number(value: Any) -> bool:
    """Tell whether a JSON value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: float) -> str:
    """Write a number the short way: 300, 1.0001, 1e+300, inf."""
    if value in {inf, -inf}:
        return str(value)
    return shorten(msgspec.json.encode(value).decode().removesuffix(".0"))


def kind(value: Any) -> str:
    """Name a JSON value, and show it if it is a short one."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {number(value)}"
        case str():
            return f'the string "{shorten(value)}"'
        case dict():
            return "an object"
        case _:
            return "an array"
