"""What MkDocs calls as it builds the site: adds pages from outside docs/, and checks every link."""

import re
from pathlib import Path

import assets
import hosting
import notebooks
import reference
import repository
import site_links
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add where the project is, if that is known."""
    hosting.add_to(config)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is not in docs/: the root's pages, code that is linked to, references, the demo."""
    for made in (repository.pages, reference.pages, notebooks.pages, assets.files):
        for file in made(config):
            files.append(file)
    for file in repository.source_pages(files, config):
        files.append(file)
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let the links that work on GitHub lead to the site's pages."""
    return repository.with_site_links(markdown, page.file.src_uri)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Drop the roles of reStructuredText that docstrings hold, as in ``:mod:`.losses` ``."""
    return re.sub(r":(mod|class|func|meth|attr|data|exc):(?=<code>)", "", html)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Load nothing from elsewhere."""
    return hosting.without_questions_to_github(assets.with_own_copies(output, page.url))


def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    """Remove what 404.html would load from elsewhere."""
    return hosting.without_questions_to_github(assets.with_own_copies(output, template_name))


def on_post_build(config: MkDocsConfig) -> None:
    """Refuse a site with a link or an anchor that leads nowhere."""
    site_links.check(Path(config.site_dir))
