/**
 * Links that hold a drawing: opens the one in the page's address, and makes new ones.
 */
MNIST.add('index', (() => {
  const { text } = MNIST.words;
  const { elementById } = MNIST.core;
  const { decodeDrawing, drawingIn, encodeDrawing, showKeptDrawing } = MNIST.draw;
  const { ShareDialog } = MNIST.ui;

  /** What the page's address holds behind # if the drawing is kept elsewhere. */
  const KEPT = 'kept';

  /**
   * @param {MNIST.draw.Drawing} drawing
   * @param {MNIST.ui.Note} note
   * @param {() => Promise<boolean>} prepare Loads what reads an image with corrections.
   * @returns {{openLink: () => void, share: () => void}}
   */
  function connectLinks(drawing, note, prepare) {
    const dialog = new ShareDialog({
      dialog: elementById('share-dialog', HTMLDialogElement),
      link: elementById('share-link', HTMLInputElement),
      copy: elementById('share-copy', HTMLButtonElement),
      send: elementById('share-send', HTMLButtonElement),
      done: elementById('share-done', HTMLElement),
    });

    function openLink() {
      if (window.location.hash === `#${KEPT}`) void openKept();
      // A link of learn.html holds more than a drawing, which is all that this page shows.
      const part = drawingIn(window.location.hash.slice(1));
      if (part === null) return;
      const strokes = decodeDrawing(part);
      if (strokes === null) note.show(text('index.link-unreadable'));
      else drawing.load(strokes);
    }

    async function openKept() {
      window.history.replaceState(null, '', window.location.pathname + window.location.search);
      if (!await showKeptDrawing(drawing, KEPT, prepare)) note.show(text('index.drawing-lost'));
    }

    function share() {
      const fragment = encodeDrawing(drawing.inkedStrokes);
      if (drawing.isEmpty) note.show(text('index.nothing-to-share'));
      else if (drawing.image !== null) note.show(text('index.image-not-in-link'));
      else if (fragment === null) note.show(text('index.too-long-for-link'));
      else dialog.open(fragment);
    }

    window.addEventListener('hashchange', openLink);
    return { openLink, share };
  }

  return { KEPT, connectLinks };
})());
