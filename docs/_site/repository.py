"""Pages of the site that are files of the repository, and the links between them.

A page's links are written as GitHub follows them: relative to the file, to lines of code with
``#L10-L20``. Here each becomes a link to the site's page of the same file. Code and results that a
page links to get a page of their own, with a line number at each line.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
ROOT_PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    "CODE_OF_CONDUCT.md": "code-of-conduct.md",
    "MODEL_CARD.md": "model-card.md",
}
LANGUAGES = {
    ".py": "python",
    ".js": "javascript",
    ".ts": "typescript",
    ".yaml": "yaml",
    ".json": "json",
}
LINK = re.compile(r"(?P<before>\]\(|\b(?:src|srcset|href)=\")(?P<target>[^)\s\"]+)(?=[)\s\"])")
EXTERNAL = re.compile(r"[a-z][a-z+.-]*:|#|//", re.IGNORECASE)
MADE = ("notebooks/", "reference/", "source/")  # pages that link to others of their kind
_FILES = {site: path for path, site in ROOT_PAGES.items()}


def pages(config: MkDocsConfig) -> Iterator[File]:
    """Yield the pages that are files in the repository's root."""
    for path, site in ROOT_PAGES.items():
        if (ROOT / path).exists():
            yield File.generated(config, site, content=(ROOT / path).read_text(encoding="utf-8"))


def source_pages(files: Files, config: MkDocsConfig) -> list[File]:
    """Return a page for each file of code, result or folder that another page links to."""
    linked = {
        path
        for file in files.documentation_pages()
        for path in _linked(file.content_string, _path_of(file.src_uri))
        if not path.startswith("docs/") and path not in ROOT_PAGES
    }
    for folder in [path for path in linked if (ROOT / path).is_dir()]:
        linked.update(
            f"{folder}/{name}" for name in _names(folder) if (ROOT / folder / name).is_file()
        )
    return [
        File.generated(config, _site_uri(path), content=_source_page(path))
        for path in sorted(linked)
    ]


def with_site_links(markdown: str, src_uri: str) -> str:
    """Return a page with its links leading to pages of the site."""
    page = _path_of(src_uri)

    def link(match: re.Match[str]) -> str:
        target, _, fragment = match["target"].partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
        if EXTERNAL.match(match["target"]) or not (ROOT / path).exists():
            return match[0]
        lines = re.fullmatch(r"L(\d+)(-L\d+)?", fragment)
        anchor = f"__codelineno-0-{lines[1]}" if lines else fragment
        uri = posixpath.relpath(_site_uri(path), posixpath.dirname(src_uri) or ".")
        return f"{match['before']}{uri}" + (f"#{anchor}" if anchor else "")

    return LINK.sub(link, markdown)


def _path_of(src_uri: str) -> str:
    if src_uri.startswith(MADE):
        return src_uri
    return _FILES.get(src_uri, f"docs/{src_uri}")


def _linked(markdown: str, page: str) -> Iterable[str]:
    for match in LINK.finditer(markdown):
        target = match["target"].partition("#")[0]
        if target and not EXTERNAL.match(target):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
            if (ROOT / path).exists():
                yield path
            elif not page.startswith(MADE):
                raise PluginError(f"{page} links to {path}, which does not exist")


def _site_uri(path: str) -> str:
    if path in ROOT_PAGES:
        return ROOT_PAGES[path]
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if (ROOT / path).is_dir():
        return f"source/{path}/index.md"
    return f"source/{path}.md"


def _names(folder: str) -> list[str]:
    hidden = ("__pycache__", ".")
    return sorted(p.name for p in (ROOT / folder).iterdir() if not p.name.startswith(hidden))


def _source_page(path: str) -> str:
    head = f"---\nsearch:\n  exclude: true\nhide: [navigation, toc]\n---\n\n# `{path}`\n\n"
    if (ROOT / path).is_dir():
        entries = [
            f"- [`{name}`]({name}.md)" if (ROOT / path / name).is_file() else f"- `{name}/`"
            for name in _names(path)
        ]
        return head + "\n".join(entries)
    try:
        text = (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return head + "This file holds binary data."
    language = LANGUAGES.get(Path(path).suffix, "text")
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=2) + 1)
    fence = max(fence, "```", key=len)
    return f'{head}{fence} {language} linenums="1"\n{text.rstrip()}\n{fence}\n'
