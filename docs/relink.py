"""Point the links from the docs into the code at the right lines again.

    python docs/relink.py

A link such as [`MLP.backward`](../backend/mnist_recognizer/nn/model.py#L240-L290) names what it
points at: a function, a class or a constant, or else a piece of code that stands in the file once.
So its line numbers follow from its text; this script writes them anew wherever they have moved.
"""

import ast
import re
from pathlib import Path

DOCS = Path(__file__).resolve().parent
LINK = re.compile(r"\[`(?P<code>[^`]+)`\]\((?P<file>[^)#\s]+\.py)#L[-L0-9]*\)")


def lines_of(code: str, source: str) -> str:
    """Return where some code stands in a source text, as GitHub writes it: ``L3`` or ``L3-L7``.

    Raises
    ------
    LookupError
        When it is nowhere, or a piece of code in more than one line.
    """
    if re.fullmatch(r"[A-Za-z_][\w.]*", code):
        scope: list[ast.stmt] = ast.parse(source).body
        for name in code.split("."):
            statement = _definition(name, scope)
            scope = getattr(statement, "body", [])
        first, last = statement.lineno, statement.end_lineno
        return f"L{first}" if first == last else f"L{first}-L{last}"
    found = [number for number, line in enumerate(source.splitlines(), 1) if code in line]
    if len(found) != 1:
        raise LookupError(f"{code!r} stands in {len(found)} lines; a link needs exactly one")
    return f"L{found[0]}"


def _definition(name: str, scope: list[ast.stmt]) -> ast.stmt:
    for statement in scope:
        match statement:
            case ast.FunctionDef(name=defined) | ast.ClassDef(name=defined) if defined == name:
                return statement
            case ast.Assign(targets=[ast.Name(id=defined)]) if defined == name:
                return statement
            case ast.AnnAssign(target=ast.Name(id=defined)) if defined == name:
                return statement
    raise LookupError(f"nothing is called {name!r}")


def relinked(page: Path) -> str:
    """Return a page's text with the line numbers that its links should have."""

    def link(match: re.Match[str]) -> str:
        code, file = match["code"], match["file"]
        source = (page.parent / file).read_text(encoding="utf-8")
        try:
            return f"[`{code}`]({file}#{lines_of(code, source)})"
        except LookupError as error:
            raise LookupError(f"{page.name} links to {file}: {error}") from None

    return LINK.sub(link, page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for path in sorted(DOCS.glob("*.md")):
        path.write_text(relinked(path), encoding="utf-8")
