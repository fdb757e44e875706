"""Errors: one shape for all of them, an RFC 9457 problem document."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
SHOWN_CHARACTERS = 60
RETRY_AFTER = {"Retry-After": "1"}  # seconds
# Python 3.13 has other words for these than Python 3.11, and clients may compare titles.
_TITLES = {413: "Request Entity Too Large", 422: "Unprocessable Entity"}


class FieldError(BaseModel):
    """One thing that is wrong with a request."""

    field: Annotated[str, Field(description="Where: `pixels[3]`, `body`, `Content-Type` …")]
    message: str


class Problem(BaseModel):
    """What every error looks like: an RFC 9457 problem document."""

    type: str = "about:blank"
    title: Annotated[str, Field(description="The HTTP status in words.")]
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field(description="What is wrong, and what to do about it.")]
    errors: Annotated[
        list[FieldError], Field(description="The first few places that are wrong; may be empty.")
    ] = []


class ProblemError(Exception):
    """A request cannot be answered, and this is what its sender is told.

    Parameters
    ----------
    status : int
        The HTTP status, 400 to 599.
    detail : str
        What is wrong, and what to do about it.
    errors : sequence of FieldError
        The places that are wrong.
    headers : mapping, optional
        Headers of the answer, such as ``Retry-After``.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)
        self.headers = headers


class LimitError(ProblemError):
    """A limit turned a request away, and the metrics count it."""


def shorten(text: str) -> str:
    """Return at most 60 characters of what somebody sent, safe to be sent back."""
    if len(text) > SHOWN_CHARACTERS:
        text = text[:SHOWN_CHARACTERS] + "…"
    return text.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text


def problem_response(problem: ProblemError, path: str = "") -> Response:
    """Write a problem as an HTTP response to a request for `path`."""
    document = _document(problem.status, problem.detail, problem.errors).model_dump()
    if path == "/v2" or path.startswith("/v2/"):  # the Open Inference Protocol has a member for it
        document["error"] = problem.detail
    return Response(
        msgspec.json.encode(document),
        problem.status,
        headers=problem.headers,
        media_type=MEDIA_TYPE,
    )


def _document(status: int, detail: str, errors: list[FieldError]) -> Problem:
    title = _TITLES.get(status) or HTTPStatus(status).phrase
    return Problem(title=title, status=status, detail=detail, errors=errors)


def install_problem_handlers(app: FastAPI) -> None:
    """Make `app` answer every error with a problem document."""

    @app.exception_handler(HTTPException)
    async def of_the_framework(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        path = shorten(request.scope["path"])
        detail = error.detail
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            if headers["Allow"] == "GET":
                headers["Allow"] = "GET, HEAD"
            method = shorten(request.method)
            detail = f"{path} does not answer {method}, only {headers['Allow']}."
        elif detail == HTTPStatus.NOT_FOUND.phrase:
            detail = f"There is nothing at {path}. The API is described at /docs."
            if path.endswith("/") and path[:-1] in app.openapi()["paths"]:
                detail = f"There is nothing at {path}. Leave out the slash at its end: {path[:-1]}"
        problem = ProblemError(error.status_code, detail, headers=headers)
        return problem_response(problem, request.scope["path"])

    @app.exception_handler(RequestValidationError)
    async def of_validation(_: Request, error: RequestValidationError) -> Response:
        # Only places and messages: the input itself may be huge, or NaN, which JSON cannot hold.
        errors = [
            FieldError(field=".".join(map(str, item["loc"])), message=item["msg"])
            for item in error.errors()
        ]
        detail = f"{errors[0].field}: {errors[0].message}"
        return problem_response(ProblemError(422, detail, errors))


def problem_responses(
    details: dict[int, str], *, error_member: bool = False
) -> dict[int | str, dict[str, Any]]:
    """Describe a route's problems for OpenAPI.

    Parameters
    ----------
    details : dict
        For each status that the route itself answers with, a `detail` as an example.
    error_member : bool
        Whether the documents have the member `error`, as they do under ``/v2``.
    """
    name = "InferenceProblem" if error_member else "Problem"
    schema = {"$ref": f"#/components/schemas/{name}"}
    responses: dict[int | str, dict[str, Any]] = {
        "default": {
            "description": "Any other problem",
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
    }
    for status, detail in details.items():
        example = _document(status, detail, []).model_dump()
        if error_member:
            example["error"] = detail
        responses[status] = {
            "description": example["title"],
            "content": {MEDIA_TYPE: {"schema": schema, "example": example}},
        }
    return responses
