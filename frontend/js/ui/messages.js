/**
 * What the page says while there is no answer: what to do, or why the API gives none. Pure functions.
 */
MNIST.add('ui', (() => {
  const { text } = MNIST.words;
  const { joined } = MNIST.ui;

  /** What mends it, to be typed into a terminal. @type {Partial<Record<MessageKind, string[]>>} */
  const COMMANDS = {
    unreachable: ['make run', 'cd backend && python main.py'],
    'no-weights': ['cd backend && python train.py'],
    unexpected: ['cd backend && python main.py --port 8001'],
  };
  /** Failures in whose message the server's own sentence, which is English, takes the place of ours. */
  const WITH_DETAIL = ['no-weights', 'busy', 'refused'];
  /** Of these, the drawing is still there, which somebody may doubt. @type {MessageKind[]} */
  const KEPT = ['timeout', 'busy'];

  /**
   * @param {ApiStatus} status
   * @returns {string} A word or two.
   */
  function statusText(status) {
    return text(`common.status-${status}`);
  }

  /**
   * @param {MessageKind} kind
   * @param {string} apiBase
   * @param {string} [detail] The server's own sentence.
   * @returns {Message}
   */
  function messageFor(kind, apiBase, detail = '') {
    const cause = detail !== '' && WITH_DETAIL.includes(kind) ? detail : text(`common.message-${kind}`, { api: apiBase });
    const isKept = KEPT.includes(kind) || (kind === 'refused' && detail === '');
    return {
      title: text(`common.failure-${kind}`),
      text: joined(cause, isKept ? text('common.drawing-kept') : '', adviceFor(kind, apiBase)),
      commands: COMMANDS[kind] ?? [],
    };
  }

  /**
   * @param {MessageKind} kind
   * @param {string} apiBase
   * @returns {string} What to do; empty if the message has said it.
   */
  function adviceFor(kind, apiBase) {
    if (kind === 'unreachable') return text('common.advice-start');
    if (kind === 'no-weights') return text('common.advice-train');
    if (kind === 'timeout') return text('common.advice-ask-again');
    if (kind === 'forbidden') return text('common.advice-allow', { api: apiBase });
    return kind === 'unexpected' ? text('common.advice-port') : '';
  }

  /**
   * @param {MessageKind} kind
   * @param {string} apiBase
   * @param {string} [detail] The server's own sentence.
   * @returns {string} Stands beside an answer of the page's own: why the API gave none.
   */
  function remarkFor(kind, apiBase, detail = '') {
    const said = detail.replace(/\.$/, '');
    const hasSaid = said !== '' && (kind === 'busy' || kind === 'refused');
    const reason = hasSaid
      ? text(`common.remark-said-${kind}`, { detail: said }) : text(`common.remark-${kind}`, { api: apiBase });
    const [command] = messageFor(kind, apiBase).commands;
    return joined(reason, command === undefined ? text('common.press-predict') : text('common.to-mend', { command }));
  }

  /**
   * @param {boolean} isDrawn Whether there is something on the pad.
   * @param {boolean} isLive Whether the page reads by itself, now or as soon as it has the weights.
   * @returns {Message} An invitation, while nothing has been read yet.
   */
  function promptFor(isDrawn, isLive) {
    const kind = isDrawn ? 'drawn' : 'empty';
    const reader = isLive ? 'live' : 'api';
    return { title: text(`common.prompt-title-${kind}-${reader}`), text: text(`common.prompt-${kind}-${reader}`), commands: [] };
  }

  return { statusText, messageFor, remarkFor, promptFor };
})());
