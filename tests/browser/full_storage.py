"""A browser that has no room left for an origin."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

# Writes to a database of its own, in smaller and smaller pieces, until not even the smallest fits.
FILL = """async () => {
  const database = await new Promise((resolve) => {
    const request = indexedDB.open('filler');
    request.onupgradeneeded = () => request.result.createObjectStore('all', {autoIncrement: true});
    request.onsuccess = () => resolve(request.result);
  });
  const write = (size) => new Promise((resolve) => {
    const transaction = database.transaction('all', 'readwrite');
    transaction.objectStore('all').put(crypto.getRandomValues(new Uint8Array(size)));
    transaction.oncomplete = () => resolve(null);
    transaction.onabort = () => resolve(transaction.error.name);
  });
  let failure = null;
  for (const size of [60_000, 6_000, 600, 60]) {
    do failure = await write(size); while (failure === null);
  }
  return failure;
}"""


@contextmanager
def full_storage(page: Page, origin: str) -> Iterator[None]:
    """Leave the origin no room, until the end of the block."""
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1_000_000})
    assert page.evaluate(FILL) == "QuotaExceededError"
    try:
        yield
    finally:
        session.send("Storage.overrideQuotaForOrigin", {"origin": origin})
