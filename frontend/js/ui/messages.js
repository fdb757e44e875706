/**
 * What the page says in words: why there is no answer, and how sure an answer is. Pure functions.
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

  /**
   * @param {number} share 0 to 1.
   * @returns {string} With one decimal, and never 0% or 100%: softmax gives neither, only rounding.
   */
  function formatPercent(share) {
    if (share < 0.001) return '<0.1%';
    if (share > 0.999) return '>99.9%';
    return `${(100 * share).toFixed(1)}%`;
  }

  /**
   * @param {number} share 0 to 1.
   * @returns {string} In whole numbers, where there is little room; never 0% or 100% either.
   */
  function roundPercent(share) {
    if (share < 0.005) return '<1%';
    if (share > 0.995) return '>99%';
    return `${Math.round(100 * share)}%`;
  }

  /**
   * @param {Prediction} prediction
   * @returns {boolean} Whether it is not accepted only because it could be either of two digits.
   */
  function isAmbiguous({ isAccepted, reason }) {
    return !isAccepted && reason.startsWith('This could be ');
  }

  /**
   * @param {Prediction} prediction
   * @returns {string} The digit, or ? for what is none.
   */
  function shortAnswer(prediction) {
    return prediction.isAccepted || isAmbiguous(prediction) ? String(prediction.digit) : '?';
  }

  /**
   * @param {ReadonlyArray<Prediction>} predictions At least one.
   * @returns {number} 0 to 1: how likely all of them are right.
   */
  function jointConfidence(predictions) {
    return predictions.reduce((product, { confidence }) => product * confidence, 1);
  }

  /**
   * @param {ReadonlyArray<Prediction>} predictions At least one, left to right.
   * @returns {string} A few words: how sure, or what is the matter.
   */
  function headline(predictions) {
    const refused = predictions.filter(({ isAccepted }) => !isAccepted);
    if (refused.length === 0) return `${formatPercent(jointConfidence(predictions))} confident`;
    if (refused.every(isAmbiguous)) return 'Not sure';
    return predictions.length === 1 ? 'Not a digit?' : 'Not all digits?';
  }

  /**
   * @param {ReadonlyArray<Prediction>} predictions At least one, left to right.
   * @returns {string} The answer, to be read aloud.
   */
  function describeAloud(predictions) {
    const [{ digit, isAccepted }] = predictions;
    const title = headline(predictions);
    const rest = `${title}${title.endsWith('?') ? '' : '.'} ${describeReading(predictions)}`;
    if (predictions.length > 1) return `It reads ${predictions.map(shortAnswer).join(' ')}, ${rest}`;
    return isAccepted ? `It is ${article(digit)} ${digit}, ${rest}` : rest;
  }

  /**
   * @param {ReadonlyArray<Prediction>} predictions At least one, left to right.
   * @returns {string} A sentence or two on how far to trust it.
   */
  function describeReading(predictions) {
    if (predictions.length === 1) return describeCertainty(predictions[0]);
    const confidences = predictions.map(({ confidence }) => confidence);
    const least = confidences.indexOf(Math.min(...confidences));
    const count = `${predictions.length} digits.`;
    const refused = predictions.findIndex(({ isAccepted }) => !isAccepted);
    if (refused >= 0) return `The ${ordinal(refused + 1)}: ${describeCertainty(predictions[refused])}`;
    if (confidences[least] >= 0.98) return `${count} Almost certain of each.`;
    const { digit, probabilities } = predictions[least];
    const second = secondDigit(predictions[least]);
    return (
      `${count} Least sure of the ${ordinal(least + 1)}: ` +
      `${digit} (${formatPercent(probabilities[digit])}), or else ${article(second)} ${second}.`
    );
  }

  /**
   * @param {number} place From 1.
   * @returns {string}
   */
  function ordinal(place) {
    const names = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];
    return names[place - 1] ?? `${place}th`;
  }

  /**
   * @param {number} digit
   * @returns {string}
   */
  function article(digit) {
    return digit === 8 ? 'an' : 'a';
  }

  /**
   * @param {Prediction} prediction
   * @returns {number} The digit that is likeliest after the answer.
   */
  function secondDigit({ digit, probabilities }) {
    const others = probabilities.map((share, other) => (other === digit ? -1 : share));
    return others.indexOf(Math.max(...others));
  }

  /**
   * @param {Prediction} prediction
   * @returns {string} A sentence or two on how far to trust it.
   */
  function describeCertainty(prediction) {
    const { confidence, isAccepted, reason } = prediction;
    const second = secondDigit(prediction);
    const other = `${article(second)} ${second}`;
    if (!isAccepted) return isAmbiguous(prediction) ? `${reason} Try drawing it again.` : reason;
    if (confidence >= 0.98) return 'Almost certain.';
    if (confidence >= 0.8) return `Fairly sure. If not, then ${other}.`;
    if (confidence >= 0.5) return `Not sure: it could also be ${other}.`;
    return `A guess, with ${other} close behind. Try drawing it again.`;
  }

  /** @type {Record<AnswerSource, string>} */
  const SOURCE_NAMES = { page: 'this page', api: 'the API', own: 'your own copy' };

  /**
   * @param {AnswerSource} source
   * @param {number} milliseconds
   * @returns {string} Who answered, and how long that took.
   */
  function describeSource(source, milliseconds) {
    const exact = milliseconds < 10 ? milliseconds.toFixed(1) : milliseconds.toFixed(0);
    return `Read by ${SOURCE_NAMES[source]} in ${milliseconds < 0.1 ? '<0.1' : exact} ms`;
  }

  return { STATUS_TEXT, messageFor, remarkFor, promptFor, formatPercent, roundPercent, shortAnswer, headline, describeAloud, describeReading, describeCertainty, describeSource };
})());
