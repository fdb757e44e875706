/**
 * Work that can wait until the browser rests, so that what people look at comes first.
 */
MNIST.add('core', (() => {
  /**
   * @param {() => void} callback
   * @param {number} timeout It is called after so many milliseconds, even if the browser does not rest.
   */
  function whenIdle(callback, timeout) {
    // Safari has no idle callbacks.
    if ('requestIdleCallback' in window) requestIdleCallback(callback, { timeout });
    else setTimeout(callback);
  }

  /**
   * @param {() => void} work
   * @param {number} timeout As for `whenIdle`.
   * @returns {() => void} Has the work done once the browser rests. Until then further calls add nothing.
   */
  function whenIdleOnce(work, timeout) {
    let isDue = false;
    return () => {
      if (isDue) return;
      isDue = true;
      whenIdle(() => {
        isDue = false;
        work();
      }, timeout);
    };
  }

  return { whenIdle, whenIdleOnce };
})());
