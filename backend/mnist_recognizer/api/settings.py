"""What a server can be told by ``MNIST_…`` environment variables or by a file ``.env``."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv.parser import parse_stream
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as SourceError

from mnist_recognizer.locations import default_weights

PREFIX = "MNIST_"
ENV_FILE = ".env"
ENCODING = "utf-8-sig"  # Windows' editors may begin a file with a byte order mark
SECRETS = {"MNIST_API_KEYS"}  # are never shown
SHORTEST_KEY = 16  # characters


Format = Literal["auto", "json", "text"]


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
    named = scheme.isalpha() and separator and host and not set("/ ") & set(host)
    if value in {"*", "null"} or named:
        return value
    raise ValueError(
        f"'{value}' is not an origin: write it like http://localhost:3000, without a path, "
        "or null for a page opened from disk"
    )


def _host(value: str) -> str:
    """Refuse what no header ``Host`` names: it would keep everybody out."""
    name = value.removeprefix("*.")
    port = ":" in name and not name.startswith("[")
    if value != "*" and (not name or port or set("/@* ") & set(name)):
        raise ValueError(
            f"'{value}' is not a host: write it like example.com or *.example.com, without a port"
        )
    return value.lower()


def _expand(path: Path | None) -> Path | None:
    return path and path.expanduser()


def _nameable(path: Path) -> Path:
    """Refuse a file whose name no answer could tell."""
    try:
        path.name.encode()
    except UnicodeEncodeError:
        raise ValueError("the file's name is not UTF-8; rename it") from None
    return path.expanduser()


def _rates(rates: str) -> str:
    if rates and not _are_rates(rates):
        raise ValueError("write it like 20/second or 20/second;1000/hour")
    return rates


def _are_rates(rates: str) -> bool:
    from limits import parse_many  # a sixth of the time to start, and seldom needed

    try:
        return all(rate.amount > 0 for rate in parse_many(rates))
    except ValueError:
        return False


def _long_enough(key: SecretStr) -> SecretStr:
    if len(key) < SHORTEST_KEY or not key.get_secret_value().isascii():
        raise ValueError(
            f"a key needs {SHORTEST_KEY} ASCII characters at least; make one with: "
            "python -c 'import secrets; print(secrets.token_urlsafe())'"
        )
    return key


ApiKey = Annotated[SecretStr, AfterValidator(_long_enough)]
Origin = Annotated[str, AfterValidator(_origin)]
Host = Annotated[str, AfterValidator(_host)]


class Settings(BaseSettings):
    """The server's settings. Each has a variable: `port` is ``MNIST_PORT``, and so on."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding=ENCODING,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    host: Annotated[
        str, Field(description="Address to listen on. `0.0.0.0` also answers other machines.")
    ] = "127.0.0.1"
    port: Annotated[
        int, Field(ge=0, le=65535, description="Port to listen on. `0` takes any free one.")
    ] = 8000
    weights: Annotated[
        Path,
        AfterValidator(_nameable),
        Field(
            description="The trained network; `.pkl`, `.npz` or `.safetensors`. A relative path "
            "starts at the folder that the server is started from."
        ),
    ] = Field(default_factory=default_weights)
    models_folder: Annotated[
        Path | None,
        AfterValidator(_expand),
        Field(
            description="Where the files are that `/models` offers; by default the folder of "
            "`MNIST_WEIGHTS`."
        ),
    ] = None
    api_keys: Annotated[
        tuple[ApiKey, ...],
        NoDecode,
        BeforeValidator(_split),
        Field(
            description="Keys, separated by commas, of those who may change what the server does "
            "(`POST /models/…/activate`). Without any, only the server's own machine may."
        ),
    ] = ()
    cors_origins: Annotated[
        tuple[Origin, ...],
        NoDecode,
        BeforeValidator(_split),
        Field(
            description="Origins whose pages may call the API, separated by commas. `null` is a "
            "page opened from disk, `*` is every page."
        ),
    ] = ("http://localhost:3000", "http://127.0.0.1:3000", "null")
    max_body_bytes: Annotated[
        int,
        Field(
            ge=4096, description="The largest request body that is read, in bytes. At least 4096."
        ),
    ] = 65536
    max_batch_bytes: Annotated[
        int, Field(ge=4096, description="The same for `/predict/batch` and `/v2`. At least 4096.")
    ] = 20971520
    max_image_bytes: Annotated[
        int, Field(ge=4096, description="The same for `/predict/image`. At least 4096.")
    ] = 20971520
    max_buffered_bytes: Annotated[
        int,
        Field(
            ge=4096,
            description="The most memory, in bytes, for the larger bodies of all requests "
            "together; beyond it, 503.",
        ),
    ] = 268435456
    max_requests: Annotated[
        int,
        Field(
            ge=1,
            description="Requests that may be answered, or wait to be, at one moment; beyond it, "
            "503. Those whose body is still on its way do not count.",
        ),
    ] = 256
    timeout_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=86400,
            description="A request must have arrived and begun to be answered in this time: 408 or "
            "503 otherwise. At most 86400.",
        ),
    ] = 30.0
    rate_limit: Annotated[
        str,
        AfterValidator(_rates),
        Field(
            description="How often one address may `POST`, such as `20/second;1000/hour`; beyond "
            "it, 429. Without it, as often as it likes. Each process counts for itself."
        ),
    ] = ""
    trusted_hosts: Annotated[
        tuple[Host, ...],
        NoDecode,
        BeforeValidator(_split),
        Field(
            description="Names in the header `Host` that are answered, separated by commas; "
            "`*.example.com` is every name below it, `*` every name."
        ),
    ] = ("*",)
    access_log: Annotated[
        bool, Field(description="Whether each request is logged, at the level `info`.")
    ] = True
    log_format: Annotated[
        Format,
        Field(description="`json` or `text`; `auto` is text in a terminal and JSON elsewhere."),
    ] = "auto"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(
            description="What is logged; `info` includes one line a request. One of `debug`, "
            "`info`, `warning`, `error`."
        ),
    ] = "info"


def shown(settings: Settings) -> dict[str, str]:
    """Return each variable with its value as it would be written in ``.env``; secrets as stars."""
    return {
        f"MNIST_{name.upper()}": _written(getattr(settings, name)) for name in Settings.model_fields
    }


def _written(value: object) -> str:
    """Write a value as the environment has it."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case tuple():
            return ",".join(map(_written, value))
        case Path() if set(" #'\"\\") & set(str(value)):
            text = str(value).replace("\\", "\\\\").replace("'", "\\'")
            return f"'{text}'"
        case _:
            return str(value)


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
        _refuse_typos()
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        variable = f"MNIST_{str(first['loc'][0]).upper()}"
        reason = first["msg"].removeprefix("Value error, ")
        shown = "" if variable in SECRETS else f" ({first['input']!r:.80})"
        raise SettingsError(f"{variable} is wrong{shown}: {reason}.") from None
    except (SourceError, OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings in .env cannot be read: {error}") from error


def _refuse_typos() -> None:
    """Refuse a line of ``.env`` that says nothing, and a name that is nearly that of a setting.

    What is left out unnoticed may be the API key. Names that look like no setting are others'.

    Raises
    ------
    SettingsError
        With the line, or with both names.
    """
    names = set(os.environ)
    if Path(ENV_FILE).is_file():
        with Path(ENV_FILE).open(encoding=ENCODING) as file:
            for line in parse_stream(file):
                if line.error:
                    number = line.original.line
                    raise SettingsError(f"Line {number} of .env is not NAME=value; correct it.")
                names.add(line.key or "")
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    for name in sorted({name.upper() for name in names} - set(known)):
        if name.startswith(PREFIX) and (close := get_close_matches(name, known, 1, 0.85)):
            raise SettingsError(f"{name} is not a setting; is {close[0]} meant?")
