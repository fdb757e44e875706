"""Where the project and its site are, which only a build on GitHub Actions knows."""

import os

import nbformat
from mkdocs.config.defaults import MkDocsConfig
from nbformat import NotebookNode

BADGE = "assets/open-in-colab.svg"
COLAB = "https://colab.research.google.com/github"
COLAB_BRANCH = "colab"  # the docs workflow writes the notebooks there


def repository() -> str | None:
    """Return the owner and the name, as ``owner/name``; None outside of GitHub Actions."""
    return os.environ.get("GITHUB_REPOSITORY") or None


def repository_url() -> str:
    """Return the repository's address."""
    return f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{repository()}"


def add_to(config: MkDocsConfig) -> None:
    """Let the site's header link to the repository, and its pages say where they are."""
    name = repository()
    if name:
        owner, _, project = name.partition("/")
        config.repo_url, config.repo_name = repository_url(), name
        config.site_url = f"https://{owner.lower()}.github.io/{project}/"


def without_questions_to_github(html: str) -> str:
    """Return a page whose link to the repository does not ask GitHub how many stars it has."""
    return html.replace(' data-md-component="source"', "")


def colab_badge(notebook: str) -> str:
    """Return the badge that opens a notebook in Colab, in Markdown; empty outside of Actions."""
    if not repository():
        return ""
    address = f"{COLAB}/{repository()}/blob/{COLAB_BRANCH}/{notebook}.ipynb"
    return f"[![Open in Colab](../{BADGE})]({address})\n\n"


def for_colab(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook that fetches the project and installs it before anything else."""
    install = nbformat.v4.new_code_cell(
        "# In Colab: fetch the project and install it. In a clone, leave this cell out.\n"
        f"!git clone --quiet --depth 1 {repository_url()} /content/project\n"
        "%cd /content/project/notebooks\n"
        '%pip install --quiet "..[train]"',
        id="install",
    )
    return NotebookNode({**notebook, "cells": [install, *notebook.cells]})
