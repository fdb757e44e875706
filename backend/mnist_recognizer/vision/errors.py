"""Why an image cannot be read, in the same words for the API, the command line and the page."""


class ImageError(ValueError):
    """An image that cannot be read.

    Parameters
    ----------
    problem : str
        What is wrong and what to do, to follow a subject: "is a damaged PNG".
    """

    def __init__(self, problem: str) -> None:
        super().__init__(f"the image {problem}")
        self.problem = problem


class UnsupportedImageError(ImageError):
    """A file that is not an image of a supported format."""


class ImageTooLargeError(ImageError):
    """An image with too many pixels, or a file with too many bytes."""


class BlankImageError(ImageError):
    """An image without ink."""

    def __init__(self) -> None:
        super().__init__("is blank: nothing in it stands out from its border")


class PillowMissingError(ImageError):
    """An image that only Pillow can decode, and Pillow is not installed."""

    def __init__(self) -> None:
        super().__init__("can only be read with Pillow: pip install pillow")
