'use strict';

const { loadScripts } = require('../load-scripts');
const manifest = require('../../../frontend/js/manifest.json');

/** What the lessons need of the page, and the lessons up to what shows them. */
const PAGE = [
  'ui/answer-text.js', 'core/elements.js', 'core/load-script.js', 'data/model.js', 'vision/geometry.js', 'vision/slant.js', 'nn/weights-file.js', 'nn/shipped-network.js',
  'nn/network-input.js', 'nn/network.js', 'nn/backpropagation.js', 'nn/explanations.js', 'nn/surgery.js',
  'pages/learn/digit-data.js', 'pages/learn/paint.js', 'pages/learn/list.js', 'pages/learn/tile-grid.js', 'pages/learn/tables.js',
  'pages/learn/state.js', 'pages/learn/why/why-stage.js',
];
const SHOWN = ['spotlight', 'strip', 'view', 'player', 'overview', 'sheet', 'room'].map((name) => `pages/learn/lessons/${name}.js`);

/** @param {...string} more */
function loadLessons(...more) {
  const scripts = manifest.lessons.filter((name) => !name.startsWith('words/') && !SHOWN.includes(name));
  loadScripts(...PAGE, ...scripts, ...more);
}

module.exports = { loadLessons };
