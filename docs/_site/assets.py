"""Files that the site holds as they are: the demo, the maths renderer, the icon."""

import posixpath
from collections.abc import Iterator
from pathlib import Path

import hosting
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"
PACKAGES = ROOT / "node_modules"
KATEX = PACKAGES / "katex" / "dist"
SEARCH_FROM_DISK = "assets/search-from-disk.js"
OWN = Path(__file__).resolve().parent


def files(config: MkDocsConfig) -> Iterator[File]:
    """Yield each file with the place that it has in the site."""
    yield _file(config, "assets/favicon.svg", FRONTEND / "favicon.svg")
    yield _file(config, "assets/site.css", OWN / "site.css")
    yield _file(config, "assets/maths.js", OWN / "maths.js")
    yield _file(config, hosting.BADGE, OWN / "open-in-colab.svg")
    if not KATEX.is_dir():
        raise PluginError("The site needs the packages of package-lock.json: run npm ci")
    yield _file(config, SEARCH_FROM_DISK, PACKAGES / "iframe-worker" / "shim" / "index.js")
    for name in ("katex.min.css", "katex.min.js", "contrib/auto-render.min.js"):
        yield _file(config, f"assets/katex/{Path(name).name}", KATEX / name)
    for font in sorted((KATEX / "fonts").glob("*.woff2")):
        yield _file(config, f"assets/katex/fonts/{font.name}", font)
    for path in sorted(FRONTEND.rglob("*")):
        uri = f"demo/{path.relative_to(FRONTEND).as_posix()}"
        if path.suffix == ".html":  # there is no server whose /docs could be read
            page = path.read_text(encoding="utf-8")
            page = page.replace('href="/docs"', 'href="../reference/http/index.html"')
            yield File.generated(config, uri, content=page)
        elif path.is_file() and path.suffix != ".ts":
            yield _file(config, uri, path)


def with_own_copies(html: str, page_url: str) -> str:
    """Return a page that loads the site's copy of the one script that the theme links to."""
    own = posixpath.relpath(SEARCH_FROM_DISK, posixpath.dirname(page_url) or ".")
    return html.replace("https://unpkg.com/iframe-worker/shim", own)


def _file(config: MkDocsConfig, uri: str, path: Path) -> File:
    return File.generated(config, uri, abs_src_path=str(path))
