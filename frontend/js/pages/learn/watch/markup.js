/**
 * The elements of stage D.
 */
MNIST.add('learn', (() => {
  const { FILM_MARKUP, SLOW_MARKUP, WATCH_CHOICES, WATCH_PRESETS } = MNIST.learn;

  /**
   * @param {boolean} isGood
   * @returns {string}
   */
  const presets = (isGood) => WATCH_PRESETS.filter((preset) => preset.isGood === isGood)
    .map(({ id, name }) => `<option value="${id}">${name}</option>`).join('');

  /**
   * @param {readonly number[]} values
   * @param {(value: number) => string} [text]
   * @returns {string}
   */
  const options = (values, text = (value) => value.toLocaleString('en')) => values
    .map((value) => `<option value="${value}">${text(value)}</option>`).join('');

  const TRANSPORT = `
    <p class="lead">Here is a network that knows nothing: its numbers are random. Press play, and it learns from 5,000
      digits of MNIST, in this page. Your drawing is not among them; watch how it comes to read it.</p>
    <div class="watch-transport" role="group" aria-label="Training">
      <button id="watch-play" class="button button-primary" type="button" aria-disabled="true">Play</button>
      <button class="button" type="button" aria-disabled="true" data-run="images">One image</button>
      <button class="button" type="button" aria-disabled="true" data-run="batches">One batch</button>
      <button class="button" type="button" aria-disabled="true" data-run="epochs">One epoch</button>
      <button id="watch-slow-open" class="button" type="button" aria-disabled="true">Slow motion</button>
      <label class="watch-speed"><span class="visually-hidden">Speed</span> <select id="watch-speed">
        <option value="Infinity">full speed</option>
        <option value="20">20 steps / s</option>
        <option value="2">2 steps / s</option>
      </select></label>
      <button id="watch-again" class="button button-quiet" type="button" aria-disabled="true">Start again</button>
    </div>
    <p id="watch-status" class="fine watch-status">Loading the digits …</p>
    ${SLOW_MARKUP}
    <section id="watch-finding" class="watch-finding" aria-labelledby="watch-finding-title" hidden>
      <h3 id="watch-finding-title"></h3>
      <p id="watch-finding-reason"></p>
      <button id="watch-fix" class="button" type="button"></button>
    </section>
    <section id="watch-result" class="watch-result" aria-label="How well it reads" hidden>
      <p id="watch-result-text" class="watch-result-text"></p>
      <p id="watch-result-shipped"></p>
    </section>`;

  const PICTURES = `
    <div class="watch-pictures">
      <dl class="watch-figures">
        <div class="watch-main"><dt>of 1,000 test digits read right</dt><dd id="watch-test">–</dd></div>
        <div><dt id="watch-answer-name">your drawing</dt><dd id="watch-answer">–</dd></div>
        <div><dt>of its training digits</dt><dd id="watch-training">–</dd></div>
        <div><dt>loss</dt><dd id="watch-loss">–</dd></div>
        <div><dt id="watch-dead-name">dead neurons</dt><dd id="watch-dead">–</dd></div>
      </dl>
      <figure class="watch-plot">
        <figcaption><span>Accuracy</span> <span class="watch-key is-test">test digits</span>
          <span class="watch-key is-training">training digits</span> <span class="watch-key is-branch" hidden>left behind</span>
          <button type="button" class="link-button" data-table="curves">Show as table</button></figcaption>
        <canvas id="watch-accuracy" role="img"></canvas>
      </figure>
      <figure class="watch-plot is-low">
        <figcaption><span>Loss</span> <span class="watch-key is-training">training digits</span></figcaption>
        <canvas id="watch-losses" role="img"></canvas>
      </figure>
      <figure class="watch-plot is-ribbon">
        <figcaption><span>Your drawing</span> <span class="watch-key is-answer">the answer</span>
          <span class="watch-key is-other">other digits, as thick as they are probable</span>
          <button type="button" class="link-button" data-table="ribbon">Show as table</button></figcaption>
        <canvas id="watch-ribbon" role="img"></canvas>
      </figure>
    </div>`;

  const SETTINGS = `
    <details class="watch-settings" open>
      <summary>Settings</summary>
      <form aria-label="Settings">
      <label class="watch-field">Recipe <select id="watch-preset">
        <option value="">My own</option>
        <optgroup label="These work">${presets(true)}</optgroup>
        <optgroup label="These go wrong">${presets(false)}</optgroup>
      </select></label>
      <p id="watch-reason" class="fine"></p>
      <fieldset>
        <legend>While it runs</legend>
        <label class="watch-field">Optimizer <select id="watch-optimizer">
          <option value="sgd">plain SGD</option><option value="momentum">momentum</option><option value="adam">Adam</option>
        </select></label>
        <label class="watch-slider">Learning rate η <output id="watch-rate-value"></output>
          <input id="watch-rate" type="range" step="0.02"></label>
        <label class="watch-field">Batch size <select id="watch-batch">${options(WATCH_CHOICES.batchSize)}</select></label>
        <label class="watch-field">Examples <select id="watch-examples">${options(WATCH_CHOICES.examples)}</select></label>
        <label class="watch-field">Weight decay <select id="watch-decay">${options(WATCH_CHOICES.weightDecay, String)}</select></label>
        <label class="watch-slider">Dropout <output id="watch-dropout-value"></output>
          <input id="watch-dropout" type="range" min="0" max="0.8" step="0.1"></label>
        <label class="watch-slider">Wrong labels <output id="watch-spoiled-value"></output>
          <input id="watch-spoiled" type="range" min="0" max="1" step="0.1"></label>
        <label class="switch"><input id="watch-distortions" type="checkbox"> Distort each digit</label>
      </fieldset>
      <fieldset>
        <legend>Before it starts</legend>
        <label class="watch-field">Hidden layers <input id="watch-hidden" type="text" inputmode="numeric" autocomplete="off" spellcheck="false"></label>
        <label class="watch-field">First weights <select id="watch-initialisation">
          <option value="he">He (usual)</option><option value="small">small (0.001)</option>
          <option value="zeros">all zero</option><option value="huge">huge (1)</option>
        </select></label>
        <label class="watch-field">Seed <input id="watch-seed" type="number" min="0" max="4294967295" step="1"></label>
        <p id="watch-form-error" class="watch-error" role="alert"></p>
        <p class="fine">Changing these starts again with a new network. The same seed gives the same run, in every browser.</p>
      </fieldset>
    </form></details>`;

  const TILES = `
    <section class="watch-tiles" aria-labelledby="watch-tiles-title">
      <h3 id="watch-tiles-title">Layer 1 forms</h3>
      <fieldset class="choices">
        <legend>Show</legend>
        <label><input type="radio" name="watch-tiles" value="patterns" checked> what each neuron responds to</label>
        <label><input type="radio" name="watch-tiles" value="weights"> its weights</label>
        <label><input type="radio" name="watch-tiles" value="change"> their change since the start</label>
      </fieldset>
      <div id="watch-tiles" class="grid-box"></div>
      <p class="fine watch-tile-text"><span id="watch-tile-text"></span>
        <span class="watch-cross">crossed out: dead</span>
        <button type="button" class="link-button" data-table="tile">Show the tile as table</button></p>
    </section>
    ${FILM_MARKUP}
    <div id="watch-panels"></div>`;

  const WATCH_MARKUP = `${TRANSPORT}<div class="watch-columns">${PICTURES}${SETTINGS}</div>${TILES}`;

  return { WATCH_MARKUP };
})());
