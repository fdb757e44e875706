"""A language that nobody speaks: it shows texts that are no message, or have no room."""

import json
import re
import subprocess
from functools import cache

from playwright.sync_api import Page, Route
from servers import ROOT

# Names and formulas that are the same in each language.
NAMES = re.compile(
    r"MNIST( Recognizer)?|ReLU|softmax|NumPy|Python|JavaScript|API|PCA|SGD|Adam|dropout|argmax"
    r"|English|Deutsch|Español|Ctrl|Shift|Enter|Esc|Space|localhost|https?:\S+|learn|html|index"
    r"|make run|max|t-SNE"
    r"|\d+\. \w+ \d{4}( um)?|\b[0-9a-f]{8}\b"  # a date, the fingerprint of weights
)
TEXTS = """(part) => {
    const root = document.querySelector(part);
    const found = [];
    const isShown = (element) => element.checkVisibility({visibilityProperty: true});
    const isOwn = (element) => !element.closest(
        'kbd, code, var, pre, script, style, noscript, [data-verbatim]');
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const {parentElement: element, data} = walker.currentNode;
        if (element && isOwn(element) && isShown(element)) found.push(data.trim());
    }
    const names = ['aria-label', 'aria-roledescription', 'aria-valuetext', 'aria-description'];
    for (const name of [...names, 'title', 'placeholder', 'alt']) {
        for (const element of root.querySelectorAll(`[${name}]`)) {
            if (isOwn(element) && isShown(element)) found.push(element.getAttribute(name));
        }
    }
    return found;
}"""


@cache
def _catalogues() -> dict[str, str]:
    """Give the catalogues' scripts by their areas."""
    command = ["node", str(ROOT / "tests/js/print-pseudo-words.js")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(printed.stdout))


def speak_pseudo(page: Page) -> None:
    """Let the page, opened with ``?lang=de``, speak it."""

    def answer(route: Route) -> None:
        area = route.request.url.rsplit("/", 1)[1].removesuffix(".js")
        route.fulfill(content_type="text/javascript", body=_catalogues().get(area, ""))

    page.route("**/js/words/de/*.js", answer)


TOO_WIDE = """(part) => [...document.querySelectorAll(`${part} *`)].filter((element) => {
    const {right} = element.getBoundingClientRect();
    return element.checkVisibility() && right > innerWidth + 1
        && !element.closest('.scroll, .visually-hidden, .code-lines, svg, canvas');
}).map(({id, className}) => `${id} ${className}`)"""


def too_wide(page: Page, part: str = "main") -> list[str]:
    """List what lies beyond the right edge of the window, on phones of 390 and 320 pixels."""
    found = []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width}: {name}" for name in page.evaluate(TOO_WIDE, part)]
    return found


def written_elsewhere(page: Page, part: str = "body") -> list[str]:
    """List the texts in a part of the page that come from no catalogue: three plain letters."""
    texts = [str(text) for text in page.evaluate(TEXTS, part)]
    return sorted({text for text in texts if re.search(r"[A-Za-z]{3}", NAMES.sub("", text))})
