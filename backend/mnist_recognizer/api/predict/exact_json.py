"""Reading JSON once more, slowly, to say what is wrong with it and where."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mnist_recognizer.api.problems import FieldError, ProblemError, shorten

LISTED_ERRORS = 10


class Form(NamedTuple):
    """What a JSON body must be: an object with one field."""

    field: str
    content: str  # what the field holds: "784 numbers"
    exactly: str  # the same with its limits: "784 numbers from 0 to 1"
    check: Callable[[Any], list[FieldError]]  # lists what is wrong with the field's value


class Object(list[tuple[str, Any]]):
    """A JSON object as its (key, value) pairs, so that a key given twice is seen."""


def refusal(body: bytes, form: Form) -> ProblemError:
    """Return the problem document that says what is wrong with a body."""
    if not body.strip():
        message = f'is empty; send {{"{form.field}": [{form.exactly}]}}'
        return _bad_json("body", message)
    try:
        content = load(body)
    except ProblemError as problem:
        return problem
    errors = _wrong_fields(content, form) or [
        FieldError(field="body", message=f'must be {{"{form.field}": [{form.exactly}]}}')
    ]
    return problem_of(errors)


def load(body: bytes, field: str = "body") -> Any:
    """Parse JSON: objects as :class:`Object`, and every number as a float.

    Raises
    ------
    ProblemError
        400, when `body` is no JSON; `field` says what part of the request it is.
    """
    if body.startswith(b"\xef\xbb\xbf"):
        raise _bad_json(field, "starts with a byte order mark; send UTF-8 without one")
    try:
        text = body.decode()
        # Numbers as floats, because Python refuses to convert integers of thousands of digits.
        return json.loads(text, object_pairs_hook=Object, parse_int=float)
    except UnicodeDecodeError as error:
        raise _bad_json(field, f"is not UTF-8: byte {error.start} is wrong") from None
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(" at")  # some of Python's messages end so
        message = f"is not JSON: {what} at line {error.lineno}, column {error.colno}"
        raise _bad_json(field, message) from None
    except RecursionError:
        raise _bad_json(field, "is nested too deeply") from None


def _bad_json(field: str, message: str) -> ProblemError:
    subject = "The body" if field == "body" else field
    return ProblemError(400, f"{subject} {message}.", [FieldError(field=field, message=message)])


def problem_of(errors: Sequence[FieldError], status: int = 422) -> ProblemError:
    """Put mistakes into a problem document that tells the first, and lists the first ten."""
    detail = f"{errors[0].field} {errors[0].message}."
    if len(errors) > 1:
        detail += f" That is one of {len(errors):,} mistakes."
    return ProblemError(status, detail, errors[:LISTED_ERRORS])


def _wrong_fields(content: Any, form: Form) -> list[FieldError]:
    """List what is wrong with a body that is JSON."""
    if not isinstance(content, Object):
        message = f'must be an object, {{"{form.field}": [{form.content}]}}, but is {kind(content)}'
        return [FieldError(field="body", message=message)]
    errors = []
    keys = Counter(key for key, _ in content)
    if form.field not in keys:
        message = f"is missing; {form.content} are needed"
        errors.append(FieldError(field=form.field, message=message))
    for key, times in keys.items():
        if key != form.field:
            message = f"is not a field of this request; its only field is {form.field}"
            errors.append(FieldError(field=shorten(key), message=message))
        elif times > 1:
            errors.append(FieldError(field=key, message="is given more than once"))
    return errors or form.check(content[0][1])


def number(value: float) -> str:
    """Write a number the short way: 300, 1.0001, 1e+300, NaN, Infinity."""
    return json.dumps(value).removesuffix(".0")


def kind(value: Any) -> str:
    """Name a JSON value, and show it if it is a short one."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return f"the number {number(value)}"
        case str():
            return f'the string "{shorten(value)}"'
        case Object():
            return "an object"
        case _:
            return "an array"
