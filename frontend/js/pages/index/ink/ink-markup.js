/**
 * What the section "How the ink was found" is made of.
 */
MNIST.add('index', (() => {
  const { text } = MNIST.words;

  /** Drawn in a square of 20. @type {Record<string, string>} */
  const ICONS = {
    left: 'M5 4v4h4M5.4 8A6 6 0 1 1 4.6 12',
    right: 'M15 4v4h-4M14.6 8A6 6 0 1 0 15.4 12',
    invert: 'M10 3.5a6.5 6.5 0 1 1 0 13zM10 3.5a6.5 6.5 0 0 0 0 13',
    crop: 'M6 2.5V14h11.5M2.5 6H14v11.5',
    join: 'M3.5 5.5v9M16.5 5.5v9M6.5 10h7M11 7.5L13.5 10 11 12.5M9 7.5L6.5 10 9 12.5',
    split: 'M10 3v14M7 10H2.5M13 10h4.5M5 7.5L2.5 10 5 12.5M15 7.5L17.5 10 15 12.5',
    leave: 'M5 5l10 10M15 5L5 15',
    undo: 'M7.5 4L4 7.5 7.5 11M4.5 7.5H12a4 4 0 0 1 0 8H8',
  };

  /**
   * @param {string} name Of a command; see `InkCommand`.
   * @returns {string}
   */
  function button(name) {
    const icon = ICONS[name] ?? '';
    const svg = icon && `<svg viewBox="0 0 20 20" aria-hidden="true"><path d="${icon}"/></svg>`;
    return `<button type="button" class="ink-command" data-command="${name}">${svg}<span>${text(`ink.command-${name}`)}</span></button>`;
  }

  /** @returns {string} All of it is our own words. */
  function inkMarkup() {
    return `
      <h2 id="ink-title" tabindex="-1">${text('ink.title')}</h2>
      <p class="ink-lead">${text('ink.lead')}</p>
      <div class="ink-steps">
        <section class="ink-step is-photo" aria-labelledby="ink-photo-title">
          <h3 id="ink-photo-title">${text('ink.photo')}</h3>
          <div class="ink-commands" role="group" aria-label="${text('ink.photo-commands')}">
            ${['left', 'right', 'invert', 'crop'].map(button).join('')}
          </div>
          <div class="ink-photo">
            <canvas id="ink-photo" role="img" aria-label="${text('ink.photo-alt')}"></canvas>
            <div id="ink-boxes" class="ink-boxes" role="group" aria-label="${text('ink.boxes')}"></div>
            <div id="ink-crop" class="ink-crop" role="group" aria-label="${text('ink.crop')}" hidden></div>
          </div>
          <div id="ink-crop-commands" class="ink-commands" role="group" aria-label="${text('ink.crop')}" hidden>
            <p class="ink-hint">${text('ink.crop-hint')}</p>
            ${['use', 'cancel'].map(button).join('')}
          </div>
          <div id="ink-box-commands" class="ink-commands" role="group" aria-label="${text('ink.box-commands')}">
            <p id="ink-hint" class="ink-hint"></p>
            ${['join', 'split', 'leave'].map(button).join('')}
          </div>
          <div class="ink-commands" role="group" aria-label="${text('ink.take-back')}">
            ${['undo', 'found'].map(button).join('')}
          </div>
        </section>
        <section class="ink-step" aria-labelledby="ink-ink-title">
          <h3 id="ink-ink-title">${text('ink.ink')}</h3>
          <canvas id="ink-ink" class="ink-picture" role="img" aria-label="${text('ink.ink-alt')}"></canvas>
          <ul id="ink-what" class="ink-what"></ul>
        </section>
        <section class="ink-step" aria-labelledby="ink-tiles-title">
          <h3 id="ink-tiles-title">${text('ink.tiles')}</h3>
          <p class="ink-hint">${text('ink.tiles-text')}</p>
          <div id="ink-tiles" class="ink-tiles" aria-hidden="true"></div>
        </section>
      </div>`;
  }

  return { inkMarkup };
})());
