/**
 * The keys that work anywhere on the page, unless somebody types or stands on a control of its own.
 */

/**
 * @param {Record<string, () => void>} commands By `event.key`; with `mod+` before it for Ctrl, or
 *   Command on a Mac; `mod+shift+` for both.
 */
function listenForShortcuts(commands) {
  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.altKey || isTyping(event.target)) return;
    if (document.querySelector('dialog[open]') !== null) return;
    const isOnControl = event.target instanceof Element && event.target.closest('a, button, input');
    if (event.key === 'Enter' && (isOnControl || event.repeat)) return;
    const isModified = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const name = isModified ? `mod+${event.shiftKey ? 'shift+' : ''}${key}` : key;
    if (!Object.hasOwn(commands, name)) return;
    event.preventDefault();
    commands[name]();
  });
}

/**
 * @param {EventTarget | null} target
 * @returns {boolean}
 */
function isTyping(target) {
  return target instanceof HTMLInputElement && target.type === 'text';
}
