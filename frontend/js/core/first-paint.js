/**
 * Calls back once the page has been seen: what is heavy must not come before its first image.
 *
 * A frame's callback runs before that frame is on the screen, and a large file that is fetched in
 * between delays it. So this waits until the browser reports the paint, and then until it rests.
 */
MNIST.add('core', (() => {
  /** @param {() => void} callback */
  function afterFirstPaint(callback) {
    let isCalled = false;
    const callOnce = () => {
      if (isCalled) return;
      isCalled = true;
      MNIST.core.whenIdle(callback, 500);
    };
    // No frame comes while the page is out of sight.
    requestAnimationFrame(() => {
      new PerformanceObserver((list, observer) => {
        if (list.getEntriesByName('first-contentful-paint').length === 0) return;
        observer.disconnect();
        requestAnimationFrame(callOnce);
      }).observe({ type: 'paint', buffered: true });
      setTimeout(callOnce, 1_000); // for a browser that reports no paint
    });
  }

  return { afterFirstPaint };
})());
