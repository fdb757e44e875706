/**
 * The state of the page as the end of an address, and back: `why&v=1&pair=4.9&d=…`. It begins with the
 * stage; `d` is the drawing, as in a link of index.html, `n` the changes of the network, `train` the
 * settings of a training, `at` the lesson and its step, and `z` a checksum of `d` and `n`, which comes
 * last, so that a link that was cut off is noticed. Pure functions: nothing here touches the page.
 */
MNIST.add('learn', (() => {
  const { SHARE, decodeDrawing, encodeDrawing } = MNIST.draw;
  const { USUAL_VIEW, VIEW_PARTS, decodeEdits, decodeTraining, encodeEdits, encodeTraining } = MNIST.learn;
  const VERSION = 1;
  /** A link is shorter than this. If the drawing does not fit, `MAX_LENGTH` is tried, which not every program sends. */
  const [GOOD_LENGTH, MAX_LENGTH] = [500, SHARE.MAX_CHARACTERS];
  /** @type {readonly StageName[]} */
  const STAGES = Object.freeze(['think', 'why', 'blame', 'watch', 'mine', 'map', 'fool']);
  const KEYS = Object.freeze(['v', 'hide', 'lock', 'at', 'train', ...Object.keys(VIEW_PARTS), 'd', 'n', 'z']);
  /** @type {WatchSettings} What a link says of a training is what differs from this. */
  const TRAINING = Object.freeze({
    hidden: [128, 64], initialisation: 'he', seed: 1, optimizer: 'sgd', learningRate: 0.1, batchSize: 32, weightDecay: 0,
    dropout: 0, distortions: false, spoiledLabels: 0, examples: 5000,
  });

  /**
   * @param {LinkSource} source
   * @param {number} before How many characters the address has in front of it, # included.
   * @returns {{text: string, isLong: boolean, hasDrawing: boolean}} `isLong`: it does not stay below 500
   *   characters. `hasDrawing`: whether what is drawn is in it.
   */
  function encodeLink({ stage, strokes, changes, view, training, lesson, hide, lock }, before) {
    const parts = [stage ?? '', `v=${VERSION}`];
    if (hide.length > 0) parts.push(`hide=${hide.join()}`);
    if (lock.length > 0) parts.push(`lock=${lock.join()}`);
    if (lesson !== null) parts.push(`at=${lesson.lesson}.${lesson.step + 1}`);
    if (training !== null) {
      const text = encodeTraining(training, TRAINING);
      if (text !== '') parts.push(`train=${text}`);
    }
    for (const [key, { write }] of Object.entries(VIEW_PARTS)) {
      const text = write(view);
      if (text !== '') parts.push(`${key}=${text}`);
    }
    const edits = changes.length === 0 ? '' : `n=${encodeEdits(changes)}`;
    /** @param {string | null} drawing */
    const finish = (drawing) => {
      const packed = [drawing ?? '', edits].filter((part) => part !== '');
      const all = packed.length === 0 ? parts : [...parts, ...packed, `z=${checksum(packed.join('&'))}`];
      return all.filter((part) => part !== '').join('&');
    };
    if (strokes === null) {
      const text = finish(null);
      return { text, isLong: before + text.length >= GOOD_LENGTH, hasDrawing: false };
    }
    for (const limit of [GOOD_LENGTH - 1, MAX_LENGTH]) {
      const room = limit - before - finish('d').length;
      const drawing = room > 0 ? encodeDrawing(strokes, room) : null;
      if (drawing !== null) return { text: finish(drawing), isLong: limit > GOOD_LENGTH, hasDrawing: true };
    }
    return { text: finish(null), isLong: before + finish(null).length >= GOOD_LENGTH, hasDrawing: false };
  }

  /**
   * @param {string} fragment The end of an address, without #. It may come from anybody.
   * @param {ReadonlyArray<Pick<Layer, 'inputs' | 'outputs'>>} layers Of the network that comes with the page.
   * @returns {LinkContent | LinkProblem}
   */
  function decodeLink(fragment, layers) {
    const [first, ...rest] = fragment.split('&');
    const hasStage = STAGES.some((name) => name === first);
    const parts = new Map((hasStage || first === '' ? rest : [first, ...rest]).map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    }));
    if (!hasStage && !KEYS.some((key) => parts.has(key))) return 'foreign';
    const version = parts.get('v');
    if (version !== undefined && version !== String(VERSION)) return /^\d+$/.test(version) ? 'version' : 'damaged';
    if (fragment.length > 2 * MAX_LENGTH) return 'damaged';
    const packed = ['d', 'n'].flatMap((key) => (parts.has(key) ? [`${key}=${parts.get(key)}`] : []));
    const isChecked = version !== undefined && packed.length > 0;
    if (isChecked && parts.get('z') !== checksum(packed.join('&'))) return 'damaged';
    let isReadable = true;
    /**
     * @template T
     * @param {string} key
     * @param {(text: string) => T | null} reader
     * @returns {T | null}
     */
    const read = (key, reader) => {
      const text = parts.get(key);
      const value = text === undefined ? null : reader(text);
      isReadable &&= text === undefined || value !== null;
      return value;
    };
    /** @type {LinkContent} */
    const content = {
      stage: STAGES.find((name) => name === first) ?? null,
      strokes: read('d', (text) => decodeDrawing(`${SHARE.KEY}${text}`)),
      changes: read('n', (text) => decodeEdits(text, layers)) ?? [],
      isWhole: version !== undefined,
      view: Object.assign({}, version === undefined ? {} : USUAL_VIEW, ...Object.entries(VIEW_PARTS).map(([key, part]) => read(key, (text) => part.read(text, layers)))),
      training: read('train', (text) => decodeTraining(text, TRAINING)),
      lesson: read('at', readLesson),
      hide: namesIn(parts.get('hide')),
      lock: namesIn(parts.get('lock')),
    };
    return isReadable ? content : 'damaged';
  }

  /** @param {string} text */
  function readLesson(text) {
    const [, lesson, step] = /^([1-8])\.([1-9]\d?)$/.exec(text) ?? [];
    return step === undefined ? null : { lesson: Number(lesson), step: Number(step) - 1 };
  }

  /**
   * @param {string | undefined} text
   * @returns {string[]}
   */
  function namesIn(text) {
    return (text ?? '').split(',').map((name) => name.trim().slice(0, 20)).filter((name) => name !== '');
  }

  /**
   * @param {string} text
   * @returns {string} Four characters that are others when a character of the text is another (FNV-1a).
   */
  function checksum(text) {
    let hash = 0x811c9dc5;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return ((hash >>> 0) % 36 ** 4).toString(36).padStart(4, '0');
  }

  /**
   * @param {string} pasted What somebody pasted: a whole address, or its end.
   * @returns {{fragment: string, language: string | null}} The end without #, and the language it asks for.
   */
  function linkIn(pasted) {
    // Programs that send text break lines, and write & as they do in HTML.
    const text = pasted.replace(/\s+/g, '').replace(/&amp;/g, '&').replace(/%26/gi, '&').replace(/%3D/gi, '=').replace(/^<|>$/g, '');
    const at = text.indexOf('#');
    const [, language = null] = /[?&]lang=([a-z]{2})\b/.exec(at < 0 ? text : text.slice(0, at)) ?? [];
    return { fragment: at < 0 ? (/^\w+:\//.test(text) ? '' : text) : text.slice(at + 1), language };
  }

  return { LINK_STAGES: STAGES, decodeLink, encodeLink, linkIn };
})());
