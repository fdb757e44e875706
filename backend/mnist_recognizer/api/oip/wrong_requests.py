"""Saying in a sentence what msgspec has against a request."""

import re

import msgspec

from mnist_recognizer.api.problems import shorten

_KINDS = {
    "object": "an object",
    "array": "an array",
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
}
_PLACE = r"(?: - at `\$\.?(?P<place>.*)`)?"
_TYPE = re.compile(rf"Expected `(?P<wanted>[^`]+)`, got `(?P<found>[^`]+)`{_PLACE}")
_LENGTH = re.compile(
    rf"Expected `(?P<kind>array|str)` of length (?P<at_most><= )?(?P<n>\d+){_PLACE}"
)
_MISSING = re.compile(rf"Object missing required field `(?P<field>[^`]+)`{_PLACE}")


def describe(error: msgspec.ValidationError) -> str:
    """Return a sentence such as "inputs must be an array, but is a string."."""
    said = str(error)
    if match := _TYPE.fullmatch(said):
        place = match["place"] or "The request"
        wanted = " or ".join(map(_name, match["wanted"].split(" | ")))
        found = "a number with decimals" if match["found"] == "float" else _name(match["found"])
        return f"{place} must be {wanted}, but is {found}."
    if match := _LENGTH.fullmatch(said):
        place = match["place"] or "The request"
        thing = "item" if match["kind"] == "array" else "character"
        plural = "" if match["n"] == "1" else "s"
        limit = " at most" if match["at_most"] else ""
        return f"{place} must have {match['n']} {thing}{plural}{limit}."
    if match := _MISSING.fullmatch(said):
        place = f"{match['place']}.{match['field']}" if match["place"] else match["field"]
        return f"{place} is missing."
    return f"The request cannot be read: {shorten(said)}."


def _name(kind: str) -> str:
    return _KINDS.get(kind, f"`{kind}`")
