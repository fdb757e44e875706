"""Where the page and the trained model live, in a checkout and in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _bundled_or_checkout(bundled: str, checkout: Path) -> Path:
    """Return the copy that a wheel carries inside the package, else the checkout's own folder."""
    inside_wheel = _PACKAGE / bundled
    return inside_wheel if inside_wheel.is_dir() else checkout


def frontend_folder() -> Path:
    """Return the folder that holds the page (``index.html``, ``css/``, ``js/``)."""
    return _bundled_or_checkout("_frontend", _PACKAGE.parents[1] / "frontend")


def default_weights() -> Path:
    """Return the path of the trained model that comes with the project."""
    folder = _bundled_or_checkout("_saved_model", _PACKAGE.parent / "saved_model")
    return folder / "weights.pkl"
