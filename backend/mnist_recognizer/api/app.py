"""The application: settings in, an ASGI app out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from mnist_recognizer import __version__
from mnist_recognizer.api.middleware.gateway import Gateway
from mnist_recognizer.api.middleware.limits import Limits
from mnist_recognizer.api.model import info, models, probes
from mnist_recognizer.api.model import weights_route as weights
from mnist_recognizer.api.model.weights_file import ModelFile
from mnist_recognizer.api.observability.metrics import Metrics
from mnist_recognizer.api.observability.metrics import router as metrics_router
from mnist_recognizer.api.oip.routes import install_inference_routes
from mnist_recognizer.api.openapi import Application
from mnist_recognizer.api.predict.batch_route import BATCH, answer_batch, install_batch_route
from mnist_recognizer.api.predict.digit_route import PREDICT, answer_drawing, install_digit_route
from mnist_recognizer.api.predict.image_route import install_image_route
from mnist_recognizer.api.predict.strokes_route import install_strokes_route
from mnist_recognizer.api.predict.together import Together
from mnist_recognizer.api.problems import install_problem_handlers
from mnist_recognizer.api.settings import Settings, load_settings
from mnist_recognizer.api.site.docs import install_docs
from mnist_recognizer.api.site.page import Page
from mnist_recognizer.locations import frontend_folder

_LARGEST_KEPT = 8 << 20  # bytes

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
        _keep_freed_memory()
        model_file = ModelFile(settings.weights)
        model_file.current()  # reads it, so that the first request need not wait
        yield {
            "settings": settings,
            "model_file": model_file,
            "limits": limits,
            "metrics": metrics,
            "together": Together(limits),
        }

    app = Application(
        title="MNIST Recognizer",
        version=__version__,
        description=DESCRIPTION,
        license_info={"name": "MIT", "identifier": "MIT"},
        lifespan=lifespan,
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
    for module in (info, probes, weights, models):
        app.include_router(module.router)
    app.include_router(metrics_router)
    install_docs(app)
    app.router.default = Page(frontend_folder())  # whatever no route answers is the page's
    direct = {PREDICT: answer_drawing, BATCH: answer_batch}
    app.outermost = lambda inner: Gateway(inner, settings, limits, metrics, direct)
    return app


def _keep_freed_memory() -> None:
    """Let the C library keep memory that is freed, for the next request.

    glibc gives blocks of over 128 KiB back to the system at once, and the system hands out memory
    page by page, each emptied anew: 1 ms for a batch of 1,000 digits, a quarter of its time. When a
    larger block is freed, glibc raises that limit to its size, and keeps up to twice as much.
    Elsewhere this does nothing. The block itself is never touched, so it takes no memory.
    """
    bytes(_LARGEST_KEPT)
