"""The application: settings in, an ASGI app out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from mnist_recognizer import __version__
from mnist_recognizer.api import models, probes, weights
from mnist_recognizer.api.batch_route import install_batch_route
from mnist_recognizer.api.docs import install_docs
from mnist_recognizer.api.headers import SecurityHeaders
from mnist_recognizer.api.inference_routes import install_inference_routes
from mnist_recognizer.api.model_file import ModelFile
from mnist_recognizer.api.openapi import Application
from mnist_recognizer.api.page import Page
from mnist_recognizer.api.problems import UnexpectedErrors, install_problem_handlers
from mnist_recognizer.api.request_ids import HEADER, RequestIds
from mnist_recognizer.api.routes import install_routes
from mnist_recognizer.api.settings import Settings, load_settings
from mnist_recognizer.api.strokes_route import install_strokes_route
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

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, object]]:
        model_file = ModelFile(settings.weights)
        model_file.current()  # reads it, so that the first request need not wait
        yield {"settings": settings, "model_file": model_file}

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
    )
    install_problem_handlers(app)
    install_routes(app)
    install_batch_route(app)
    install_strokes_route(app)
    install_inference_routes(app)
    for module in (probes, weights, models):
        app.include_router(module.router)
    install_docs(app)
    app.router.default = Page(frontend_folder())  # whatever no route answers is the page's
    # The last one added is the outermost.
    app.add_middleware(UnexpectedErrors)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=("GET", "POST"),
        allow_headers=(HEADER,),
        expose_headers=(HEADER,),
    )
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestIds)
    return app
