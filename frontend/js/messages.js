/**
 * What the page says in words: why there is no answer, and how sure an answer is. Pure functions.
 */

/**
 * @typedef {object} Message
 * @property {string} title
 * @property {string} text
 * @property {string[]} commands To type in a terminal; one of them is enough.
 */

/** @typedef {ApiFailure | 'empty'} MessageKind */

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
    case 'unreachable':
      return {
        title: 'The recogniser is not running',
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
        title: 'The recogniser is taking too long',
        text: `No answer came from ${apiBase} within 10 seconds. ${kept} Press Predict to ask again.`,
        commands: [],
      };
    case 'refused':
      return {
        title: 'The recogniser could not read this',
        text: detail || `It answered with an error and no reason. ${kept}`,
        commands: [],
      };
    case 'unexpected':
      return {
        title: 'Something else answers',
        text:
          `What runs at ${apiBase} is not the recogniser. Stop it, or start the recogniser ` +
          'on another port and open the page from there.',
        commands: ['cd backend && python main.py --port 8001'],
      };
  }
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
 * @param {Prediction} prediction
 * @returns {string} A sentence or two on how far to trust it.
 */
function describeCertainty({ digit, confidence, probabilities }) {
  const others = probabilities.map((share, other) => (other === digit ? -1 : share));
  const second = others.indexOf(Math.max(...others));
  const article = second === 8 ? 'an' : 'a';
  if (confidence >= 0.98) return 'Almost certain.';
  if (confidence >= 0.8) return `Fairly sure. If not, then ${article} ${second}.`;
  if (confidence >= 0.5) return `Not sure: it could also be ${article} ${second}.`;
  return `A guess, with ${article} ${second} close behind. Try drawing it again.`;
}
