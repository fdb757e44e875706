"""learn.html as a screen reader and a keyboard meet it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from playwright.sync_api import Page

NAMED = {  # roles that say nothing without a name
    *("button", "checkbox", "combobox", "dialog", "image", "img", "link", "listbox", "option"),
    *("application", "Canvas", "progressbar", "radio", "slider", "spinbutton", "tab", "tabpanel"),
    *("region", "searchbox", "switch", "textbox"),
}
LISTEN = """() => {
  globalThis.heard = [];
  const live = ['[aria-live]', '[role=status]', '[role=alert]']
    .map((one) => `${one}:not([aria-live=off])`).join();
  new MutationObserver((changes) => {
    const said = new Set(changes.map(({ target }) => {
      const element = target instanceof Element ? target : target.parentElement;
      return element?.closest(live);
    }));
    for (const region of said) {
      const text = region?.checkVisibility() ? region.textContent.trim() : '';
      if (text) heard.push([performance.now(), text]);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  const { left, top, width, height } = one.getBoundingClientRect();
  const isSeen = [0.1, 0.5, 0.9].some((x) => [0.1, 0.5, 0.9].some((y) => {
    const there = document.elementFromPoint(left + x * width, top + y * height);
    return one.contains(there) || there?.contains(one) && there.matches('main *')
      && !there.matches('.stage-bar, .lesson');
  }));
  return [one.id || one.className || one.tagName, isSeen || one.tagName === 'BODY',
    one.closest('main') !== null];
}"""


class Focused(NamedTuple):
    """What has the focus."""

    name: str
    is_seen: bool
    is_in_main: bool


class AccessibilityTree:
    """The tree of a page, and what is said aloud from now on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._session = page.context.new_cdp_session(page)
        page.evaluate(LISTEN)

    def nodes(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield the role, the name and the states of each node that is not ignored."""
        for node in self._session.send("Accessibility.getFullAXTree")["nodes"]:
            if not node["ignored"]:
                name = node.get("name", {}).get("value", "").strip()
                states = {state["name"]: state["value"] for state in node.get("properties", [])}
                yield node["role"]["value"], name, states

    def nameless(self) -> list[str]:
        """List the roles of what says nothing to whoever cannot see it."""
        return [role for role, name, _ in self.nodes() if role in NAMED and not name]

    def names(self, role: str) -> list[str]:
        """List the names of everything that has a role."""
        return [name for found, name, _ in self.nodes() if found == role]

    def tab_through(self, key: str = "Tab", most: int = 150) -> list[Focused]:
        """Press Tab until the focus leaves the page's main part, and return what had it."""
        walked = []
        for _ in range(most):
            self.page.keyboard.press(key)
            focused = Focused(*self.page.evaluate(FOCUSED))
            if not focused.is_in_main:
                return walked
            walked.append(focused)
        raise AssertionError(f"after {most} times Tab: {walked[-3:]}")

    @property
    def heard(self) -> list[tuple[float, str]]:
        """What was said since the tree was made, with the time in milliseconds."""
        return [(time, text) for time, text in self.page.evaluate("heard")]
