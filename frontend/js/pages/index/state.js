/**
 * What index.html knows, as one value that is never changed: each function here returns the next
 * one. Pure functions: nothing here touches the page.
 */
MNIST.add('index', (() => {
  const { changedDigit } = MNIST.draw;

  /** Among so many places with ink that are not digits, each still gets its own '?'. */
  const MAX_STRANGERS = 20;

  /** @type {IndexState} */
  const initialState = Object.freeze({
    drawing: Object.freeze({ version: 0, isEmpty: true, isImage: false, isPhoto: false }),
    found: [],
    selected: 0,
    answer: null,
    problem: null,
    isWaiting: false,
    api: Object.freeze({ status: 'checking', detail: '', base: '' }),
    live: Object.freeze({
      isReady: false, isExpected: true, isUpright: false, isOwn: false, network: null,
    }),
    labelled: null,
    learned: 0,
  });

  /**
   * The drawing has changed. What is said about the one before no longer counts.
   * @param {IndexState} state
   * @param {DrawingSummary} drawing
   * @returns {IndexState}
   */
  function withDrawing(state, drawing) {
    return { ...state, drawing, problem: null, answer: drawing.isEmpty ? null : state.answer };
  }

  /**
   * The drawing was read in the page.
   * @param {IndexState} state
   * @param {ReadDigit[]} digits What was found on the pad; with answers, if the network is live.
   * @param {number} milliseconds How long that took.
   * @returns {IndexState}
   */
  function withReading(state, digits, milliseconds) {
    const { drawing, live } = state;
    const changed = changedDigit(state.found, digits);
    const last = Math.max(digits.length - 1, 0);
    const selected = changed >= 0 ? changed : Math.min(state.selected, last);
    const isTooMuch = (live.isReady && isSpeckle(digits)) || (digits.length === 0 && !drawing.isImage);
    const next = { ...state, selected, found: isTooMuch ? [] : digits };
    if (next.found.length === 0) {
      /** @type {MessageKind} */
      const kind = isTooMuch ? 'too-much' : 'nothing-found';
      const problem = drawing.isEmpty ? state.problem : { kind, detail: '' };
      return { ...next, answer: null, problem };
    }
    const isAsked = state.answer?.source === 'api' && isAnswered(state) && !live.isOwn;
    if (!live.isReady || isAsked) return next;
    const source = live.isOwn ? 'own' : 'page';
    /** @type {Answer} */
    const answer = { version: drawing.version, digits, source, milliseconds };
    return { ...next, answer };
  }

  /**
   * @param {ReadDigit[]} digits
   * @returns {boolean} Whether it is noise: very many places with ink, and few of them are digits.
   */
  function isSpeckle(digits) {
    const accepted = digits.filter(({ prediction }) => prediction?.isAccepted);
    return digits.length > MAX_STRANGERS && accepted.length < digits.length / 2;
  }

  /**
   * The API has answered.
   * @param {IndexState} state
   * @param {Prediction[]} predictions One for each digit that was found.
   * @param {number} version Of the drawing that was asked about.
   * @param {number} milliseconds
   * @returns {IndexState}
   */
  function withApiAnswer(state, predictions, version, milliseconds) {
    const digits = state.found.map((digit, i) => ({ ...digit, prediction: predictions[i] }));
    return { ...state, problem: null, answer: { version, digits, source: 'api', milliseconds } };
  }

  /**
   * @param {IndexState} state
   * @returns {boolean} Whether there is an answer for what is on the pad now.
   */
  function isAnswered({ answer, drawing }) {
    return answer?.version === drawing.version;
  }

  /**
   * @param {IndexState} state
   * @returns {ReadonlyArray<ReadDigit>} The digits on the pad, with the latest answers for them.
   */
  function currentDigits(state) {
    return state.answer !== null && isAnswered(state) ? state.answer.digits : state.found;
  }

  return { initialState, withDrawing, withReading, withApiAnswer, isAnswered, currentDigits };
})());
