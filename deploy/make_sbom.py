"""Write deploy/sbom.cdx.json: what the wheel holds and what it needs, with the licences.

    python deploy/make_sbom.py            write the file
    python deploy/make_sbom.py --check    fail where it is out of date

A software bill of materials in CycloneDX 1.6. The wheel contains it (PEP 770). The wheel holds no
code of others, but images of MNIST as the pages' examples. The licences of the dependencies are
what the installed packages declare.
"""

import argparse
import json
import re
import sys
import tomllib
from importlib.metadata import metadata
from itertools import chain
from pathlib import Path
from typing import Any

from mnist_recognizer import __version__

ROOT = Path(__file__).resolve().parents[1]
SBOM = ROOT / "deploy" / "sbom.cdx.json"
MNIST_LICENCE = "CC-BY-SA-3.0"
SAID_IN_WORDS = {  # SPDX's names, where a package writes its licence otherwise
    "Apache 2.0": "Apache-2.0",
}


def licence_of(package: str) -> str:
    """Return the SPDX expression of an installed package's licence."""
    declared = metadata(package)
    said = declared["License-Expression"] or declared["License"] or package
    return SAID_IN_WORDS.get(said, said)


def licensed(expression: str) -> list[dict[str, str]]:
    """Return a licence as CycloneDX writes it."""
    return [{"expression": expression}]


def dependencies() -> dict[str, bool]:
    """Return the packages that pyproject.toml names, and whether the wheel works without them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = chain.from_iterable(project["optional-dependencies"].values())
    return {_name(requirement): True for requirement in optional} | {
        _name(requirement): False for requirement in project["dependencies"]
    }


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def sbom() -> dict[str, Any]:
    """Return the bill of materials."""
    itself = f"pkg:pypi/mnist-recognizer@{__version__}"
    needed = dependencies()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "bom-ref": itself,
                "type": "application",
                "name": "mnist-recognizer",
                "version": __version__,
                "purl": itself,
                "licenses": licensed("MIT"),
                "components": [
                    {
                        "type": "machine-learning-model",
                        "name": "mnist_recognizer/_saved_model/weights.pkl",
                        "description": "trained on MNIST and on synthetic digits of the project",
                        "licenses": licensed("MIT"),
                    },
                    {
                        "type": "data",
                        "name": "mnist_recognizer/_frontend/js/data",
                        "description": "images of MNIST, as examples on the pages",
                        "licenses": licensed(MNIST_LICENCE),
                    },
                ],
            }
        },
        "components": [
            {
                "bom-ref": f"pkg:pypi/{name}",
                "type": "library",
                "name": name,
                "purl": f"pkg:pypi/{name}",
                "scope": "optional" if needed[name] else "required",
                "licenses": licensed(licence_of(name)),
            }
            for name in sorted(needed)
        ],
        "dependencies": [
            {"ref": itself, "dependsOn": [f"pkg:pypi/{name}" for name in sorted(needed)]}
        ],
    }


def main() -> None:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    text = json.dumps(sbom(), indent=2) + "\n"
    if not parser.parse_args().check:
        SBOM.write_text(text, encoding="utf-8")
    elif not SBOM.exists() or SBOM.read_text(encoding="utf-8") != text:
        sys.exit(f"{SBOM.name} is out of date. Run: python deploy/make_sbom.py")


if __name__ == "__main__":
    main()
