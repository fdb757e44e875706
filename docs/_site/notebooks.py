"""Pages of the notebooks: each is run from top to bottom, and shown with what it puts out."""

import os
from collections.abc import Iterator
from pathlib import Path

import hosting
import jupytext
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from nbconvert import MarkdownExporter
from nbconvert.preprocessors import ExecutePreprocessor

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
SECONDS_FOR_A_CELL = 300


def pages(config: MkDocsConfig) -> Iterator[File]:
    """Yield a page, its images, and an .ipynb file to download, for each notebook.

    Where the repository is known, the page has a badge that opens the notebook in Colab, and
    ``colab/`` has what Colab opens.
    """
    os.environ["PYTHONWARNINGS"] = "ignore:IProgress not found"  # tqdm's: a page has no widgets
    for path in sorted(NOTEBOOKS.glob("*.py")):
        name = path.stem
        notebook = jupytext.read(path)
        download = jupytext.writes(notebook, fmt="ipynb")
        yield File.generated(config, f"notebooks/{name}.ipynb", content=download)
        if hosting.repository():
            opened = jupytext.writes(hosting.for_colab(notebook), fmt="ipynb")
            yield File.generated(config, f"notebooks/colab/{name}.ipynb", content=opened)

        run = ExecutePreprocessor(timeout=SECONDS_FOR_A_CELL, kernel_name="python3")
        run.preprocess(notebook, {"metadata": {"path": str(NOTEBOOKS)}})
        text, made = MarkdownExporter().from_notebook_node(notebook, {"unique_key": name})
        text = hosting.colab_badge(name) + text
        text += f"\n\n[Download this notebook]({name}.ipynb), or open `notebooks/{name}.py`.\n"
        yield File.generated(config, f"notebooks/{name}.md", content=text)
        for image, data in made["outputs"].items():
            yield File.generated(config, f"notebooks/{image}", content=data)
