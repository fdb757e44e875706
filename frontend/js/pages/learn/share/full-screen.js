/**
 * The page for a projector: full screen, with large type. Where the browser has no full screen, the
 * type is large all the same. Escape leaves.
 */
MNIST.add('learn', (() => {
  const { element } = MNIST.learn;
  const { text } = MNIST.words;
  const root = document.documentElement;
  /** @type {HTMLButtonElement | null} */
  let leave = null;

  async function enterFullScreen() {
    if (leave === null) {
      leave = element('button', { type: 'button', class: 'button leave-large' }, text('share.leave-large'));
      leave.addEventListener('click', leaveFullScreen);
      document.body.append(leave);
      document.addEventListener('fullscreenchange', () => {
        if (document.fullscreenElement === null) leaveFullScreen();
      });
      document.addEventListener('keydown', (event) => {
        if (event.key !== 'Escape' || !root.classList.contains('is-large') || document.querySelector('dialog[open]') !== null) return;
        event.stopImmediatePropagation(); // Escape has other meanings
        leaveFullScreen();
      }, { capture: true });
    }
    root.classList.add('is-large');
    try {
      await root.requestFullscreen();
    } catch {
      // There is none, or it is not allowed: large type is what can be had.
    }
  }

  function leaveFullScreen() {
    root.classList.remove('is-large');
    if (document.fullscreenElement !== null && document.fullscreenElement !== undefined) void document.exitFullscreen();
  }

  return { enterFullScreen };
})());
