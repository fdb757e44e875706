/**
 * Finds the page's elements and connects its pieces: see it think.
 */
MNIST.add('learn', (() => {
  const { afterFirstPaint, elementById } = MNIST.core;
  const { loadShippedNetwork } = MNIST.nn;
  const { ImageInput, connectPad } = MNIST.draw;
  const { Announcer, Note, Shortcuts, ThemeSwitch, theme } = MNIST.ui;

  const announcer = new Announcer(elementById('announcer', HTMLElement));
  const note = new Note(elementById('note', HTMLElement));
  const helpDialog = elementById('help-dialog', HTMLDialogElement);
  const pad = connectPad((text) => announcer.say(text));
  const images = new ImageInput(
    (image) => pad.drawing.show(image),
    (reason) => note.show(reason),
  );
  images.listenTo(elementById('image', HTMLInputElement));
  images.listenTo(elementById('camera', HTMLInputElement));
  images.listenToPage(pad.frame);
  pad.drawing.addEventListener('change', () => {
    images.forget();
    note.hide();
  });

  const showSample = () => void images.takeSample();
  const showHelp = () => helpDialog.showModal();
  elementById('sample', HTMLButtonElement).addEventListener('click', showSample);
  elementById('help', HTMLButtonElement).addEventListener('click', showHelp);
  new Shortcuts(
    { ...pad.commands, r: showSample, '?': showHelp },
    elementById('single-keys', HTMLInputElement),
  );
  new ThemeSwitch(document.querySelectorAll('input[name="theme"]'), theme, pad.recolour);

  afterFirstPaint(() => void loadShippedNetwork());

  return { drawing: pad.drawing };
})());
