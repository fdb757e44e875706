"""``/models``: several weights files side by side, and which of them answers."""

import ipaddress
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool

from mnist_recognizer.api.model.dependencies import model_file
from mnist_recognizer.api.model.schemas import ActivatedModel, AvailableModel, Models
from mnist_recognizer.api.model.weights_file import ModelFile
from mnist_recognizer.api.problems import ProblemError, problem_responses, shorten
from mnist_recognizer.api.settings import Settings

SUFFIXES = (".npz", ".pkl", ".safetensors")
_NO_KEY = (
    "This changes the server's state: send one of its API keys as Authorization: Bearer KEY. The "
    "keys are the setting MNIST_API_KEYS; without any, only this machine itself may do this."
)

# What proxies add. One that adds nothing cannot be told from this machine.
_PROXIED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")

router = APIRouter(tags=["Models"])


def weights_files(settings: Settings) -> dict[str, Path]:
    """Return the weights files that can be chosen from, by their names.

    They are those in the models' folder, and the file of the settings.
    """
    folder = settings.models_folder or settings.weights.parent
    try:
        found = {path.name: path for path in folder.iterdir() if path.suffix in SUFFIXES}
    except OSError:  # there is no such folder, or it may not be read
        found = {}
    found[settings.weights.name] = settings.weights
    return {name: found[name] for name in sorted(found) if _is_text(name) and found[name].is_file()}


def _is_text(name: str) -> bool:
    """Tell whether an answer can hold a file's name; it may be any bytes."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


@router.get("/models", summary="List the networks", responses=problem_responses({}))
def models(request: Request, file: Annotated[ModelFile, Depends(model_file)]) -> Models:
    """Answer with the weights files that can be chosen from, and the one that is in use."""
    active = file.path
    available = []
    for name, path in weights_files(request.state.settings).items():
        try:
            status = path.stat()
        except OSError:  # it went away since
            continue
        available.append(
            AvailableModel(
                name=name,
                active=path == active,
                file_size_bytes=status.st_size,
                modified_at=datetime.fromtimestamp(status.st_mtime, UTC),
            )
        )
    return Models(active=active.name, models=available)


async def require_permission(request: Request) -> None:
    """Refuse a request whose sender may not change the server's state.

    That needs an API key. A server that has none lets its own machine do it, and nobody else: not
    what came through a proxy, and no page of another site that is open in a browser here.

    Raises
    ------
    ProblemError
        401 when the key is missing or wrong.
    """
    keys = request.state.settings.api_keys
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    known = False
    for key in keys:  # all of them, so that the time taken does not tell which was nearly right
        secret = key.get_secret_value().encode()
        known |= secrets.compare_digest(secret, given.strip().encode("latin-1"))
    if (known and scheme.lower() == "bearer") if keys else _is_from_here(request):
        return
    challenge = 'Bearer realm="MNIST Recognizer"'
    if given:
        challenge += ', error="invalid_token"'
    raise ProblemError(401, _NO_KEY, headers={"WWW-Authenticate": challenge})


def _is_from_here(request: Request) -> bool:
    """Tell whether this machine sent a request, and no web site had a hand in it.

    The host is looked at because a site's name can be made to lead to 127.0.0.1, and the origin
    because a page may send such a request anywhere, although it cannot read the answer.
    """
    origin = request.headers.get("origin")
    forwarded = any(name in request.headers for name in _PROXIED)
    return (
        not forwarded
        and request.client is not None
        and _is_loopback(request.client.host)
        and _is_loopback(request.url.hostname)
        and (origin is None or urlsplit(origin).netloc == request.headers.get("host"))
    )


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


@router.post(
    "/models/{name}/activate",
    summary="Answer from another network",
    dependencies=[Depends(require_permission)],
    openapi_extra={"security": [{"ApiKey": []}, {}]},
    responses=problem_responses(
        {
            401: _NO_KEY,
            404: "There is no weights file 'new.npz'; GET /models lists them.",
            409: "new.npz is not a usable weights file: it is empty. weights.pkl stays in use.",
        }
    ),
)
async def activate(
    request: Request, name: str, file: Annotated[ModelFile, Depends(model_file)]
) -> ActivatedModel:
    """Answer from another weights file from now on.

    It is read and tried first: a file that is damaged, or whose network cannot read a clear seven,
    is refused, and the one in use stays. Requests that are being answered end with the network that
    they began with.
    """
    path = weights_files(request.state.settings).get(name)
    if path is None:
        message = f"There is no weights file '{shorten(name)}'; GET /models lists them."
        raise ProblemError(404, message)
    try:
        model = await run_in_threadpool(file.switch, path)
    except ValueError as error:
        raise ProblemError(409, f"{error} {file.path.name} stays in use.") from None
    return ActivatedModel(active=name, architecture=model.architecture)
