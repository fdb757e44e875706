/**
 * The pad of a page: connects its canvas, its tools and its buttons with a drawing.
 */
MNIST.add('draw', (() => {
  const { elementById } = MNIST.core;
  const { Drawing, DrawingPad, InkLayer, KeyboardPen, Toolbar } = MNIST.draw;

  /**
   * @param {(text: string) => void} announce Tells a screen reader.
   * @returns {Pad}
   */
  function connectPad(announce) {
    const canvas = elementById('pad', HTMLCanvasElement);
    const frame = elementById('pad-frame', HTMLElement);
    const undoButton = elementById('undo', HTMLButtonElement);
    const redoButton = elementById('redo', HTMLButtonElement);
    const clearButton = elementById('clear', HTMLButtonElement);

    const drawing = new Drawing();
    const tools = new Toolbar(document.querySelectorAll('.tools input'));
    const ink = new InkLayer(elementById('ink', HTMLCanvasElement), drawing);
    new DrawingPad(canvas, drawing, tools.tool);
    new KeyboardPen(canvas, elementById('cursor', HTMLElement), drawing, tools.tool, announce);

    function showState() {
      frame.classList.toggle('is-empty', drawing.isEmpty);
      undoButton.setAttribute('aria-disabled', String(!drawing.canUndo));
      redoButton.setAttribute('aria-disabled', String(!drawing.canRedo));
    }
    drawing.addEventListener('change', showState);
    drawing.addEventListener('penup', showState);
    showState();

    const undo = () => drawing.undo();
    const redo = () => drawing.redo();
    const clear = () => drawing.clear();
    undoButton.addEventListener('click', undo);
    redoButton.addEventListener('click', redo);
    clearButton.addEventListener('click', clear);

    /** For `Shortcuts`. */
    const commands = {
      Escape: clear,
      'mod+z': undo,
      'mod+shift+z': redo,
      'mod+y': redo,
      p: () => tools.choose('pen'),
      e: () => tools.choose('eraser'),
      '[': () => tools.resize(-1),
      ']': () => tools.resize(1),
    };
    return { drawing, frame, commands, recolour: () => ink.recolour() };
  }

  return { connectPad };
})());
