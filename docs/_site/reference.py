"""References that are written from the code: commands, HTTP routes, and Python packages."""

import io
import json
import os
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from importlib.resources import files as files_of
from pathlib import Path

import fastapi_offline
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File

from mnist_recognizer.api.app import create_app
from mnist_recognizer.cli import COMMANDS, main

PACKAGE = Path(__file__).resolve().parents[2] / "backend" / "mnist_recognizer"
LIBRARY = ("nn", "data", "vision", "synthesis", "training", "evaluation")  # what a program imports
MODULES = ("client", "sklearn", "onnx_export")
SWAGGER = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The HTTP API - MNIST Recognizer</title>
<link rel="icon" href="../../assets/favicon.svg">
<link rel="stylesheet" href="swagger-ui.css">
<p><a href="../../index.html">MNIST Recognizer</a></p>
<div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="openapi.js"></script>
</html>
"""


def pages(config: MkDocsConfig) -> Iterator[File]:
    """Yield all pages of reference, and what the one about HTTP loads."""
    yield File.generated(config, "reference/commands.md", content=_commands())
    yield from _http(config)
    yield from _python(config)


def _commands() -> str:
    os.environ["COLUMNS"] = "100"  # how wide argparse writes
    text = ["# Commands", "", "What `mnist-recognizer COMMAND --help` prints."]
    for command in COMMANDS:
        printed = io.StringIO()
        with redirect_stdout(printed), suppress(SystemExit):
            main([command, "--help"])
        text += ["", f"## {command}", "", "```text", printed.getvalue().rstrip(), "```"]
    return "\n".join(text)


def _http(config: MkDocsConfig) -> Iterator[File]:
    folder = "reference/http"
    options = {
        "spec": create_app().openapi(),
        "dom_id": "#swagger-ui",
        "deepLinking": True,
        "supportedSubmitMethods": [],  # there is no server behind the site
        "validatorUrl": None,
    }
    yield File.generated(config, f"{folder}/index.html", content=SWAGGER)
    script = f"SwaggerUIBundle({json.dumps(options)});\n"
    yield File.generated(config, f"{folder}/openapi.js", content=script)
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        path = Path(str(files_of(fastapi_offline))) / "static" / name
        yield File.generated(config, f"{folder}/{name}", abs_src_path=str(path))


def _python(config: MkDocsConfig) -> Iterator[File]:
    contents = ["# Python", ""]
    for package in LIBRARY:
        modules = sorted(
            ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
            for path in (PACKAGE / package).rglob("*.py")
            if not path.name.startswith("_")
        )
        yield _python_page(config, package, [package, *modules])
        contents.append(f"- [`mnist_recognizer.{package}`]({package}.md)")
    for module in MODULES:
        yield _python_page(config, module, [module])
        contents.append(f"- [`mnist_recognizer.{module}`]({module}.md)")
    yield File.generated(config, "reference/python/index.md", content="\n".join(contents))


def _python_page(config: MkDocsConfig, name: str, modules: list[str]) -> File:
    text = [f"# `mnist_recognizer.{name}`", ""]
    text += [f"::: mnist_recognizer.{module}\n" for module in modules]
    return File.generated(config, f"reference/python/{name}.md", content="\n".join(text))
