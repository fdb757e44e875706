"""The docs site: it builds with every link leading somewhere, and loads nothing from elsewhere."""

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "Owner/project"  # as GitHub Actions would name it


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The site as GitHub Actions builds it."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    settings = {
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_SERVER_URL": "https://github.com",
        "NO_MKDOCS_2_WARNING": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def hosting(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs" / "_site")
    return importlib.import_module("hosting")


@pytest.fixture
def site_links(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs" / "_site")
    return importlib.import_module("site_links")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_site_has_every_page_the_references_and_the_demo(site):
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert pages >= {f"{page.stem}.html" for page in (ROOT / "docs").glob("*.md")}
    assert pages >= {f"demo/{page.name}" for page in (ROOT / "frontend").glob("*.html")}
    assert pages >= {
        "index.html",
        "contributing.html",
        "reference/commands.html",
        "reference/http/index.html",
        "reference/python/nn.html",
        "source/backend/mnist_recognizer/nn/model.py.html",
    }


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.py")), ids=lambda p: p.stem)
def test_each_notebook_ran_from_top_to_bottom_and_shows_what_it_drew(site, path):
    text = (site / "notebooks" / f"{path.stem}.html").read_text(encoding="utf-8")
    assert len(re.findall(rf'<img [^>]*src="{path.stem}_[\w.]+png"', text)) >= 2
    assert "Traceback" not in text
    assert "Warning" not in text
    assert (site / "notebooks" / f"{path.stem}.ipynb").is_file()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.py")), ids=lambda p: p.stem)
def test_each_notebook_opens_in_colab_where_the_repository_is_known(site, path):
    text = (site / "notebooks" / f"{path.stem}.html").read_text(encoding="utf-8")
    badge = f"https://colab.research.google.com/github/{REPOSITORY}/blob/colab/{path.stem}.ipynb"
    assert f'href="{badge}"' in text
    opened = (site / "notebooks" / "colab" / f"{path.stem}.ipynb").read_text(encoding="utf-8")
    install, *cells = json.loads(opened)["cells"]
    assert f"git clone --quiet --depth 1 https://github.com/{REPOSITORY} " in "".join(
        install["source"]
    )
    download = (site / "notebooks" / f"{path.stem}.ipynb").read_text(encoding="utf-8")
    assert [cell["source"] for cell in cells] == [
        cell["source"] for cell in json.loads(download)["cells"]
    ]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_site_links_to_the_repository_and_asks_it_nothing(site):
    text = (site / "index.html").read_text(encoding="utf-8")
    assert f'href="https://github.com/{REPOSITORY}"' in text
    assert 'data-md-component="source"' not in text  # or it would fetch the number of stars
    assert 'rel="canonical" href="https://owner.github.io/project/index.html"' in text


def test_without_a_repository_no_badge_and_no_address_is_made_up(hosting, monkeypatch):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    config = MkDocsConfig()
    hosting.add_to(config)
    assert (config.repo_url, config.site_url) == (None, None)
    assert hosting.colab_badge("from_scratch") == ""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_page_of_the_site_loads_anything_from_elsewhere(site):
    loads = re.compile(
        r'<(?:script|img|iframe|source)\b[^>]*?(?:src|srcset)="?(?:https?:)?//[^>]*>'
    )
    styles = re.compile(r'<link\b[^>]*?rel="?stylesheet"?[^>]*?href="?(?:https?:)?//[^>]*>')
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not loads.findall(text) + styles.findall(text), page


def test_the_navigation_leads_to_every_page_of_the_docs():
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    for page in (ROOT / "docs").glob("*.md"):
        assert f": {page.name}\n" in navigation, page.name


@pytest.mark.parametrize("link", ["there.html", "page.html#nowhere", "#nowhere", "images/x.png"])
def test_a_link_that_leads_nowhere_is_named(site_links, tmp_path, link):
    (tmp_path / "page.html").write_text(f'<h1 id="top"></h1><a href="{link}">', encoding="utf-8")
    with pytest.raises(PluginError, match=f"page.html: {link}"):
        site_links.check(tmp_path)


def test_links_that_lead_somewhere_pass(site_links, tmp_path):
    page = '<h1 id="top"></h1><a href="#top"><a href="page.html#top"><a href="https://a.example/b">'
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    site_links.check(tmp_path)
