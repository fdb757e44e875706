"""The application: settings in, an ASGI app out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware import Middleware
from fastapi.middleware.cors import CORSMiddleware

from mnist_recognizer import __version__
from mnist_recognizer.api.middleware.access_log import AccessLog
from mnist_recognizer.api.middleware.errors import Errors
from mnist_recognizer.api.middleware.head import HeadLikeGet
from mnist_recognizer.api.middleware.hosts import TrustedHosts
from mnist_recognizer.api.middleware.limits import Limits, RequestLimit
from mnist_recognizer.api.middleware.rate_limit import RateLimit
from mnist_recognizer.api.middleware.request_id import RequestId
from mnist_recognizer.api.middleware.security_headers import SecurityHeaders
from mnist_recognizer.api.middleware.timeout import Timeout
from mnist_recognizer.api.model import info, metrics_route, models, probes, weights_route
from mnist_recognizer.api.model.weights_file import ModelFile
from mnist_recognizer.api.observability.metrics import Metrics
from mnist_recognizer.api.observability.request_id import HEADER
from mnist_recognizer.api.oip.routes import install_inference_routes
from mnist_recognizer.api.openapi import describe
from mnist_recognizer.api.predict.batch_route import install_batch_route
from mnist_recognizer.api.predict.digit_route import install_digit_route
from mnist_recognizer.api.predict.image_route import install_image_route
from mnist_recognizer.api.predict.strokes_route import install_strokes_route
from mnist_recognizer.api.problems import install_problem_handlers
from mnist_recognizer.api.settings import Settings, load_settings
from mnist_recognizer.api.site.docs import install_docs
from mnist_recognizer.api.site.page import Page
from mnist_recognizer.locations import frontend_folder

DESCRIPTION = """\
Recognises handwritten digits with a multi-layer perceptron.

Every error is a problem document (RFC 9457, `application/problem+json`) that names what is wrong.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application.

    Parameters
    ----------
    settings : Settings, optional
        By default they are read from the environment and from ``.env``.

    Raises
    ------
    SettingsError
        When a setting in the environment is wrong.
    """
    settings = settings or load_settings()
    limits = Limits(settings.max_requests, settings.max_buffered_bytes)
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, object]]:
        model_file = ModelFile(settings.weights)
        model_file.current()  # reads it, so that the first request need not wait
        yield {
            "settings": settings,
            "model_file": model_file,
            "limits": limits,
            "metrics": metrics,
        }

    app = FastAPI(
        title="MNIST Recognizer",
        version=__version__,
        description=DESCRIPTION,
        license_info={"name": "MIT", "identifier": "MIT"},
        lifespan=lifespan,
        middleware=_middleware(settings, limits, metrics),
        generate_unique_id_function=lambda route: (
            route.name
        ),  # "predict", not "predict_predict_post"
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would lead to whatever the header Host says
    )
    install_problem_handlers(app)
    install_digit_route(app)
    install_batch_route(app)
    install_strokes_route(app)
    install_image_route(app)
    install_inference_routes(app)
    for module in (info, probes, weights_route, models, metrics_route):
        app.include_router(module.router)
    install_docs(app)
    app.router.default = Page(frontend_folder())  # what no route answers is the page's
    describe(app)
    return app


def _middleware(settings: Settings, limits: Limits, metrics: Metrics) -> list[Middleware]:
    """Return what every request passes, from the outside to the inside."""
    layers = [
        Middleware(RequestId),
        Middleware(AccessLog, metrics, enabled=settings.access_log),
        Middleware(SecurityHeaders),
        # Outside of Errors: a browser shows an error only to a page that may read it.
        Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=(HEADER,),
            expose_headers=(HEADER, "Retry-After", "ETag"),
        ),
        Middleware(Errors, metrics),
        Middleware(Timeout, settings.timeout_seconds),
        Middleware(TrustedHosts, settings.trusted_hosts),
        Middleware(RequestLimit, limits),
        Middleware(HeadLikeGet),
    ]
    if settings.rate_limit:
        layers.insert(-1, Middleware(RateLimit, settings.rate_limit))
    return layers
