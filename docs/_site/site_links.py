"""Check that every link and anchor of a site that was built leads somewhere in it."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mkdocs.exceptions import PluginError

REFERENCES = ("href", "src", "srcset")


class _Page(HTMLParser):
    """The links and the anchors of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and name in REFERENCES and (tag, name) != ("base", "href"):
                self.links.add(value.split()[0] if name == "srcset" else value)
            if value and (name == "id" or (tag == "a" and name == "name")):
                self.anchors.add(value)


def check(site: Path) -> None:
    """Check the pages of a site.

    Raises
    ------
    PluginError
        Links lead nowhere: all of them are named.
    """
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    dead = []
    for path, page in pages.items():
        if path.name == "404.html":  # its links start at the root, wherever that will be
            continue
        for link in sorted(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            fragment = unquote(parts.fragment)
            is_there = target.is_file() and (
                not fragment or target not in pages or fragment in pages[target].anchors
            )
            if not is_there:
                dead.append(f"{path.relative_to(site)}: {link}")
    if dead:
        raise PluginError("These links lead nowhere:\n" + "\n".join(dead))
