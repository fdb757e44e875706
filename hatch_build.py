"""What the package's metadata says of the repository that it was built from.

No address is written in the project, so that a fork's package names the fork. Where GitHub Actions
builds, the environment says where that is. Hatchling calls the class below; ``pyproject.toml``
lists what it adds as dynamic. A wheel built from a source distribution keeps what that says.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

RELATIVE = re.compile(r'(\]\(|\b(?:src|srcset|href)=")(?![a-z]+:|[#/])([^)\s"]+)')
IMAGES = (".gif", ".png", ".svg")


class RepositoryHook(MetadataHookInterface):
    """Adds the project's addresses, and a README whose links lead there."""

    PLUGIN_NAME = "repository"

    def update(self, metadata: dict[str, Any]) -> None:
        """Add `urls` and `readme` where a source distribution has not said them already."""
        readme = Path(self.root, "README.md").read_text(encoding="utf-8")
        text = with_absolute_links(readme, os.environ)
        metadata.setdefault("readme", {"content-type": "text/markdown", "text": text})
        metadata.setdefault("urls", project_urls(os.environ))


def repository_url(environment: Mapping[str, str]) -> str | None:
    """Return the repository's address, or None where it is not known."""
    name = environment.get("GITHUB_REPOSITORY")
    return f"{environment.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}" if name else None


def site_url(environment: Mapping[str, str]) -> str | None:
    """Return where GitHub Pages has the docs site, or None where that is not known."""
    owner, _, name = environment.get("GITHUB_REPOSITORY", "").partition("/")
    return f"https://{owner.lower()}.github.io/{name}/" if name else None


def project_urls(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses that a package index shows; none where they are not known."""
    repository, site = repository_url(environment), site_url(environment)
    if repository is None or site is None:
        return {}
    return {
        "Homepage": site,
        "Demo": f"{site}demo/index.html",
        "Documentation": site,
        "Source": repository,
        "Issues": f"{repository}/issues",
        "Changelog": f"{site}changelog.html",
    }


def with_absolute_links(readme: str, environment: Mapping[str, str]) -> str:
    """Let links to files lead to the repository: a package index has no such files."""
    repository = repository_url(environment)
    if repository is None:
        return readme
    commit = environment.get("GITHUB_SHA", "HEAD")

    def link(match: re.Match[str]) -> str:
        kind = "raw" if match[2].endswith(IMAGES) else "blob"
        return f"{match[1]}{repository}/{kind}/{commit}/{match[2]}"

    return RELATIVE.sub(link, readme)
