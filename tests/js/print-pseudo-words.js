'use strict';

// Prints the English sentences of the pages as a language that nobody speaks: {area: script}. Each
// letter has an accent and each sentence is 40% longer, so that a text which is written elsewhere,
// or has too little room, is seen. It takes the place of German.

const { readMessages, readPageMessages } = require('./words.js');

const ACCENTED = new Map([...'aeiouycnszrlgtdkjwhAEIOUYCNSZRLGTDKJWH'].map((letter, n) => {
  return [letter, [...'áéíóúýćńśźŕĺǵťďķĵŵĥÁÉÍÓÚÝĆŃŚŹŔĹǴŤĎĶĴŴĤ'][n]];
}));

/**
 * @param {string} message
 * @returns {string}
 */
function pseudo(message) {
  // Values, tags with what is code or a key in them, and entities stay.
  const parts = message.split(/(\{\w+\}|<(?:kbd|code|var)\b[^>]*>.*?<\/(?:kbd|code|var)>|<[^>]+>|&\w+;)/);
  const accented = parts.map((part, n) => {
    return n % 2 === 1 ? part : [...part].map((letter) => ACCENTED.get(letter) ?? letter).join('');
  });
  const letters = parts.filter((_, n) => n % 2 === 0).join('').length;
  return `${accented.join('')}${' ẋẋẋẋ'.repeat(Math.ceil((0.4 * letters) / 5))}`;
}

/** @type {Record<string, Record<string, any>>} */
const areas = {};
for (const [key, message] of [...readPageMessages(), ...readMessages('en')]) {
  const [area] = key.split('.', 1);
  const forms = typeof message === 'string' ? pseudo(message)
    : Object.fromEntries(Object.entries(message).map(([form, one]) => [form, pseudo(one)]));
  (areas[area] ??= {})[key.slice(area.length + 1)] = forms;
}
const scripts = Object.entries(areas).map(([area, words]) => {
  return [area, `MNIST.words.addWords('de', '${area}', ${JSON.stringify(words)});`];
});
process.stdout.write(JSON.stringify(Object.fromEntries(scripts)));
