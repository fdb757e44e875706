/**
 * The elements of stage D.
 */
MNIST.add('learn', (() => {
  const { number, text } = MNIST.words;
  const { FILM_MARKUP, SLOW_MARKUP, WATCH_CHOICES, WATCH_PRESETS } = MNIST.learn;

  /**
   * @param {boolean} isGood
   * @returns {string}
   */
  const presets = (isGood) => WATCH_PRESETS.filter((preset) => preset.isGood === isGood)
    .map(({ id, name }) => `<option value="${id}">${name}</option>`).join('');

  /**
   * @param {readonly number[]} values
   * @param {(value: number) => string} [format]
   * @returns {string}
   */
  const options = (values, format = (value) => number(value)) => values
    .map((value) => `<option value="${value}">${format(value)}</option>`).join('');

  const TRANSPORT = `
    <p class="lead">${text('watch.lead')}</p>
    <div class="watch-transport" role="group" aria-label="${text('watch.training')}">
      <button id="watch-play" class="button button-primary" type="button" aria-disabled="true">${text('watch.play')}</button>
      <button class="button" type="button" aria-disabled="true" data-run="images">${text('watch.one-image')}</button>
      <button class="button" type="button" aria-disabled="true" data-run="batches">${text('watch.one-batch')}</button>
      <button class="button" type="button" aria-disabled="true" data-run="epochs">${text('watch.one-epoch')}</button>
      <button id="watch-slow-open" class="button" type="button" aria-disabled="true">${text('watch.slow-motion')}</button>
      <label class="watch-speed"><span class="visually-hidden">${text('watch.speed')}</span> <select id="watch-speed">
        <option value="Infinity">${text('watch.full-speed')}</option>
        <option value="20">${text('watch.speed-20')}</option>
        <option value="2">${text('watch.speed-2')}</option>
      </select></label>
      <button id="watch-again" class="button button-quiet" type="button" aria-disabled="true">${text('watch.again')}</button>
    </div>
    <p id="watch-status" class="fine watch-status">${text('watch.loading')}</p>
    ${SLOW_MARKUP}
    <section id="watch-finding" class="watch-finding" aria-labelledby="watch-finding-title" hidden>
      <h3 id="watch-finding-title"></h3>
      <p id="watch-finding-reason"></p>
      <button id="watch-fix" class="button" type="button"></button>
    </section>
    <section id="watch-result" class="watch-result" aria-label="${text('watch.how-well')}" hidden>
      <p id="watch-result-text" class="watch-result-text"></p>
      <p id="watch-result-shipped"></p>
    </section>`;

  const PICTURES = `
    <div class="watch-pictures">
      <dl class="watch-figures">
        <div class="watch-main"><dt>${text('watch.read-right')}</dt><dd id="watch-test">–</dd></div>
        <div><dt id="watch-answer-name">${text('watch.your-drawing')}</dt><dd id="watch-answer">–</dd></div>
        <div><dt>${text('watch.of-training')}</dt><dd id="watch-training">–</dd></div>
        <div><dt>${text('watch.loss')}</dt><dd id="watch-loss">–</dd></div>
        <div><dt id="watch-dead-name">${text('watch.dead')}</dt><dd id="watch-dead">–</dd></div>
      </dl>
      <figure class="watch-plot" aria-labelledby="watch-accuracy-name">
        <figcaption><span id="watch-accuracy-name">${text('watch.accuracy')}</span> <span class="watch-key is-test">${text('watch.test-digits')}</span>
          <span class="watch-key is-training">${text('watch.training-digits')}</span> <span class="watch-key is-branch" hidden>${text('watch.left-behind')}</span>
          <button type="button" class="link-button" data-table="curves">${text('watch.show-table')}</button></figcaption>
        <canvas id="watch-accuracy" role="img"></canvas>
      </figure>
      <figure class="watch-plot is-low" aria-labelledby="watch-losses-name">
        <figcaption><span id="watch-losses-name">${text('watch.loss-title')}</span> <span class="watch-key is-training">${text('watch.training-digits')}</span></figcaption>
        <canvas id="watch-losses" role="img"></canvas>
      </figure>
      <figure class="watch-plot is-ribbon" aria-labelledby="watch-ribbon-name">
        <figcaption><span id="watch-ribbon-name">${text('watch.drawing-title')}</span> <span class="watch-key is-answer">${text('watch.the-answer')}</span>
          <span class="watch-key is-other">${text('watch.other-digits')}</span>
          <button type="button" class="link-button" data-table="ribbon">${text('watch.show-table')}</button></figcaption>
        <canvas id="watch-ribbon" role="img"></canvas>
      </figure>
    </div>`;

  const SETTINGS = `
    <details class="watch-settings" open>
      <summary>${text('watch.settings')}</summary>
      <form aria-label="${text('watch.settings')}">
      <label class="watch-field">${text('watch.recipe')} <select id="watch-preset">
        <option value="">${text('watch.my-own')}</option>
        <optgroup label="${text('watch.these-work')}">${presets(true)}</optgroup>
        <optgroup label="${text('watch.these-wrong')}">${presets(false)}</optgroup>
      </select></label>
      <p id="watch-reason" class="fine"></p>
      <fieldset>
        <legend>${text('watch.while-runs')}</legend>
        <label class="watch-field">${text('watch.optimizer')} <select id="watch-optimizer">
          <option value="sgd">${text('watch.plain-sgd')}</option><option value="momentum">${text('watch.momentum')}</option><option value="adam">Adam</option>
        </select></label>
        <label class="watch-slider" for="watch-rate">${text('watch.rate')} <output id="watch-rate-value" aria-hidden="true"></output>
          <input id="watch-rate" type="range" step="0.02"></label>
        <label class="watch-field">${text('watch.batch-size')} <select id="watch-batch">${options(WATCH_CHOICES.batchSize)}</select></label>
        <label class="watch-field">${text('watch.examples')} <select id="watch-examples">${options(WATCH_CHOICES.examples)}</select></label>
        <label class="watch-field">${text('watch.decay')} <select id="watch-decay">${options(WATCH_CHOICES.weightDecay, (value) => number(value, { maximumSignificantDigits: 3 }))}</select></label>
        <label class="watch-slider" for="watch-dropout">${text('watch.dropout')} <output id="watch-dropout-value" aria-hidden="true"></output>
          <input id="watch-dropout" type="range" min="0" max="0.8" step="0.1"></label>
        <label class="watch-slider" for="watch-spoiled">${text('watch.wrong-labels')} <output id="watch-spoiled-value" aria-hidden="true"></output>
          <input id="watch-spoiled" type="range" min="0" max="1" step="0.1"></label>
        <label class="switch"><input id="watch-distortions" type="checkbox"> ${text('watch.distort')}</label>
      </fieldset>
      <fieldset>
        <legend>${text('watch.before')}</legend>
        <label class="watch-field">${text('watch.hidden')} <input id="watch-hidden" type="text" inputmode="numeric" autocomplete="off" spellcheck="false"></label>
        <label class="watch-field">${text('watch.first-weights')} <select id="watch-initialisation">
          <option value="he">${text('watch.he')}</option><option value="small">${text('watch.small')}</option>
          <option value="zeros">${text('watch.zeros')}</option><option value="huge">${text('watch.huge')}</option>
        </select></label>
        <label class="watch-field">${text('watch.seed')} <input id="watch-seed" type="number" min="0" max="4294967295" step="1"></label>
        <p id="watch-form-error" class="watch-error" role="alert"></p>
        <p class="fine">${text('watch.changing')}</p>
      </fieldset>
    </form></details>`;

  const TILES = `
    <section class="watch-tiles" aria-labelledby="watch-tiles-title">
      <h3 id="watch-tiles-title">${text('watch.forms')}</h3>
      <fieldset class="choices">
        <legend>${text('watch.show')}</legend>
        <label><input type="radio" name="watch-tiles" value="patterns" checked> ${text('watch.what-responds')}</label>
        <label><input type="radio" name="watch-tiles" value="weights"> ${text('watch.its-weights')}</label>
        <label><input type="radio" name="watch-tiles" value="change"> ${text('watch.their-change')}</label>
      </fieldset>
      <div id="watch-tiles" class="grid-box"></div>
      <p class="fine watch-tile-text"><span id="watch-tile-text"></span>
        <span class="watch-cross">${text('watch.crossed')}</span>
        <button type="button" class="link-button" data-table="tile">${text('watch.tile-table')}</button></p>
    </section>
    ${FILM_MARKUP}
    <div id="watch-panels"></div>`;

  const WATCH_MARKUP = `${TRANSPORT}<div class="watch-columns">${PICTURES}${SETTINGS}</div>${TILES}`;

  return { WATCH_MARKUP };
})());
