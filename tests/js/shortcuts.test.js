/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('ui/shortcuts.js');
const { keyNames } = MNIST.ui;

const pressed = (key, code, held = {}) =>
  keyNames({ key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });
const ctrl = { ctrlKey: true };

describe('a key is called', () => {
  for (const [what, names, expected] of [
    ['by its letter', pressed('e', 'KeyE'), ['e']],
    ['by its letter with Caps Lock too', pressed('E', 'KeyE'), ['e']],
    ['by its label and not its place, where letters lie elsewhere', pressed('z', 'KeyY'), ['z']],
    ['by its place on a Cyrillic keyboard', pressed('у', 'KeyE'), ['у', 'e']],
    ['by its place on a Greek keyboard', pressed('ρ', 'KeyR'), ['ρ', 'r']],
    ['by its place where Cyrillic lies on [', pressed('х', 'BracketLeft'), ['х', '[']],
    ['by its place where an umlaut lies on [', pressed('ü', 'BracketLeft'), ['ü', '[']],
    ['[ with AltGr on Windows', pressed('[', 'Digit8', { ...ctrl, altKey: true }), ['[']],
    ['] with AltGr on Linux', pressed(']', 'Digit9'), [']']],
    ['[ with Option on a Mac', pressed('[', 'Digit5', { altKey: true }), ['[']],
    ['? with Shift', pressed('?', 'Slash', { shiftKey: true }), ['?']],
    ['mod+z with Ctrl', pressed('z', 'KeyZ', ctrl), ['mod+z']],
    ['mod+z with Command', pressed('z', 'KeyZ', { metaKey: true }), ['mod+z']],
    ['mod+z on a Cyrillic keyboard', pressed('я', 'KeyZ', ctrl), ['mod+я', 'mod+z']],
    [
      'mod+shift+z on a Greek keyboard',
      pressed('Ζ', 'KeyZ', { ...ctrl, shiftKey: true }),
      ['mod+shift+ζ', 'mod+shift+z'],
    ],
    ['by its name', pressed('Escape', 'Escape'), ['Escape']],
  ]) {
    test(what, () => assert.deepEqual(names, expected));
  }

  test('nothing with Alt, unless it gives a sign: the browser has menus there', () => {
    assert.deepEqual(pressed('e', 'KeyE', { altKey: true }), []);
    assert.deepEqual(pressed('Enter', 'Enter', { altKey: true }), []);
    assert.deepEqual(pressed('я', 'KeyZ', { ...ctrl, altKey: true }), []);
  });
});
