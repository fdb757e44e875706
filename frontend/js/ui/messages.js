/**
 * What the page says while there is no answer: what to do, or why the API gives none. Pure functions.
 */
MNIST.add('ui', (() => {
  /** The API's state in a word or two. @type {Record<ApiStatus, string>} */
  const STATUS_TEXT = {
    checking: 'Connecting…',
    ready: 'Ready',
    unreachable: 'Not running',
    timeout: 'Not answering',
    'no-weights': 'Not trained',
    busy: 'Busy',
    refused: 'Error',
    unexpected: 'Not found',
    absent: 'Not found',
    forbidden: 'Not allowed',
  };

  /**
   * @param {MessageKind} kind
   * @param {string} apiBase
   * @param {string} [detail] The server's own sentence.
   * @returns {Message}
   */
  function messageFor(kind, apiBase, detail = '') {
    const kept = 'Your drawing is kept.';
    switch (kind) {
      case 'empty':
        return {
          title: 'The pad is empty',
          text: 'Draw a digit from 0 to 9 on it, then press Predict.',
          commands: [],
        };
      case 'nothing-found':
        return {
          title: 'No digit found',
          text: 'The image is blank: nothing in it stands out from its border.',
          commands: [],
        };
      case 'too-much':
        return {
          title: 'No digit found',
          text: 'There are too many separate marks for a number, and few of them look like digits.',
          commands: [],
        };
      case 'unreachable':
        return {
          title: 'The API is not running',
          text:
            `Nothing answers at ${apiBase}. Start it in the project’s folder with one of these; ` +
            'this page notices by itself.',
          commands: ['make run', 'cd backend && python main.py'],
        };
      case 'no-weights':
        return {
          title: 'The network is not trained yet',
          text:
            `${detail || 'The server runs, but has no weights to compute with.'} ` +
            'Train the network; this page notices when it is done.',
          commands: ['cd backend && python train.py'],
        };
      case 'timeout':
        return {
          title: 'The API is taking too long',
          text: `No answer came from ${apiBase} within 10 seconds. ${kept} Press Predict to ask again.`,
          commands: [],
        };
      case 'busy':
        return {
          title: 'The API is busy',
          text: `${detail || 'It has too much to do.'} ${kept}`,
          commands: [],
        };
      case 'refused':
        return {
          title: 'The API could not read this',
          text: detail || `It answered with an error and no reason. ${kept}`,
          commands: [],
        };
      case 'absent':
        return {
          title: 'No API here',
          text: `${apiBase} serves this page without the API.`,
          commands: [],
        };
      case 'forbidden':
        return {
          title: 'The API does not allow this page',
          text:
            `${apiBase} answers, but not to pages from here. Open ${apiBase} instead, or add this ` +
            'page’s address to the setting MNIST_CORS_ORIGINS.',
          commands: [],
        };
      case 'unexpected':
        return {
          title: 'The API was not found',
          text:
            `Another server answers at ${apiBase}. Start the API on another port, and open the ` +
            'page from there.',
          commands: ['cd backend && python main.py --port 8001'],
        };
    }
  }

  /**
   * @param {MessageKind} kind
   * @param {string} apiBase
   * @param {string} [detail] The server's own sentence.
   * @returns {string} Stands beside an answer of the page's own: why the API gave none.
   */
  function remarkFor(kind, apiBase, detail = '') {
    const sentence = detail && ` (${detail.replace(/\.$/, '')})`;
    /** @type {Partial<Record<MessageKind, string>>} */
    const reasons = {
      unreachable: `nothing answers at ${apiBase}`,
      timeout: `no answer came from ${apiBase} within 10 seconds`,
      'no-weights': 'it has no trained network',
      busy: `it is busy${sentence}`,
      refused: `it answered with an error${sentence}`,
      unexpected: `another server answers at ${apiBase}`,
      absent: `${apiBase} serves this page without it`,
      forbidden: `${apiBase} does not allow pages from here (setting MNIST_CORS_ORIGINS)`,
    };
    const [command] = messageFor(kind, apiBase).commands;
    const advice = command === undefined ? 'Press Predict to try again' : `To mend this: ${command}`;
    return `The API could not be asked: ${reasons[kind]}. ${advice}.`;
  }

  /**
   * @param {boolean} isDrawn Whether there is something on the pad.
   * @param {boolean} isLive Whether the page reads by itself, now or as soon as it has the weights.
   * @returns {Message} An invitation, while nothing has been read yet.
   */
  function promptFor(isDrawn, isLive) {
    if (isDrawn && isLive) {
      const text = 'The network is still loading. Predict asks the API in the meantime.';
      return { title: 'One moment', text, commands: [] };
    }
    if (isDrawn) {
      const text = 'Press Predict and the network reads your drawing.';
      return { title: 'Ready when you are', text, commands: [] };
    }
    const next = isLive ? 'The network reads while you draw.' : 'Then press Predict.';
    const text = `Draw a digit from 0 to 9 on the pad, or a whole number. ${next}`;
    return { title: 'Your turn', text, commands: [] };
  }

  return { STATUS_TEXT, messageFor, remarkFor, promptFor };
})());
