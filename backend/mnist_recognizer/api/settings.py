"""What a server can be told by ``MNIST_…`` environment variables or by a file ``.env``."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as SourceError

from mnist_recognizer.locations import default_weights


class SettingsError(ValueError):
    """A setting is wrong. The message is one sentence for the person who starts the server."""


def _split(value: object) -> object:
    """Turn ``a, b`` into ``["a", "b"]``: lists are written with commas in the environment."""
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value


def _origin(value: str) -> str:
    """Refuse what no browser would ever send in its ``Origin`` header."""
    scheme, separator, host = value.partition("://")
    if value in {"*", "null"} or (scheme.isalpha() and separator and host and "/" not in host):
        return value
    raise ValueError(
        f"'{value}' is no origin: write it like http://localhost:3000, without a path, "
        "or null for a page opened from disk"
    )


Origin = Annotated[str, AfterValidator(_origin)]


class Settings(BaseSettings):
    """The server's settings. Each has a variable: `port` is ``MNIST_PORT``, and so on."""

    model_config = SettingsConfigDict(
        env_prefix="MNIST_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    host: Annotated[
        str, Field(description="Address to listen on. `0.0.0.0` also answers other machines.")
    ] = "127.0.0.1"
    port: Annotated[
        int, Field(ge=0, le=65535, description="Port to listen on. `0` takes any free one.")
    ] = 8000
    weights: Annotated[
        Path,
        AfterValidator(Path.expanduser),
        Field(description="The trained network; `.pkl`, `.npz` or `.safetensors`."),
    ] = Field(default_factory=default_weights)
    cors_origins: Annotated[
        tuple[Origin, ...],
        NoDecode,
        BeforeValidator(_split),
        Field(description="Origins whose pages may call the API, separated by commas."),
    ] = ("http://localhost:3000", "http://127.0.0.1:3000", "null")
    max_body_bytes: Annotated[
        int, Field(ge=4096, description="The largest request body that is read, in bytes.")
    ] = 65536
    max_batch_bytes: Annotated[
        int, Field(ge=4096, description="The same for `/predict/batch` and `/v2`.")
    ] = 20971520
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="What is logged; `info` includes one line a request."),
    ] = "info"


def load_settings(**given: Any) -> Settings:
    """Read the settings from the environment, the ``.env`` file and what is given.

    Parameters
    ----------
    **given
        Settings that win over the environment. None stands for "not given".

    Raises
    ------
    SettingsError
        One sentence that names the variable, its value and what is allowed.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        variable = f"MNIST_{str(first['loc'][0]).upper()}"
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{variable} is wrong ({first['input']!r:.80}): {reason}.") from error
    except (SourceError, OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings in .env cannot be read: {error}") from error
