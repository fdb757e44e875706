"""Every failure becomes a problem document: never a traceback, never a broken answer."""

import logging

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_recognizer.api.middleware.access_log import path_of
from mnist_recognizer.api.observability.metrics import Metrics
from mnist_recognizer.api.problems import LimitError, ProblemError, problem_response

logger = logging.getLogger(__name__)


class Errors:
    """Answers in place of an app that raises."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except ProblemError as error:
            # The traceback refers to the error and to the request's body: a cycle, which would
            # keep the body in memory until the garbage collector runs.
            problem = error.with_traceback(None)
        except ClientDisconnect:
            if started:
                return
            # Granian also says so of a body whose chunks or length are wrong, and would answer 500.
            problem = ProblemError(400, "The body broke off, or its length or chunks are wrong.")
        except Exception:
            if started:
                raise
            logger.exception("%s %s failed", scope["method"], path_of(scope))
            self.metrics.failed()
            problem = ProblemError(500, "The server made a mistake; its log says which.")
        else:
            return
        if isinstance(problem, LimitError):
            self.metrics.rejected(problem.status)
        if started:  # the server ends a connection whose answer is not complete
            logger.warning("%s %s broken off: %s", scope["method"], path_of(scope), problem.detail)
            return
        await problem_response(problem, path=scope["path"])(scope, receive, send)
