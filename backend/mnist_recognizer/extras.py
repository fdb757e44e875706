"""How to install the packages that a part of the project needs."""


def how_to_install(extra: str) -> str:
    """Return the command that installs an extra of ``pyproject.toml``."""
    return f"run `pip install -e '.[{extra}]'` in the project's folder"
