/**
 * The stage's HTML.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  /** @param {string} path */
  const icon = (path) => `<svg viewBox="0 0 20 20" aria-hidden="true"><path d="${path}"/></svg>`;

  /**
   * @param {string} name
   * @param {string} key
   * @param {string} path
   */
  const tool = (name, key, path) => {
    const what = text(`map.tool-${name}`);
    const title = text('map.with-key', { what, key: key.startsWith('Shift ') ? text('map.shift', { key: key.slice(6) }) : key });
    return `<button class="icon-button" type="button" data-map="${name}" aria-label="${what}" title="${title}">${icon(path)}</button>`;
  };

  const MAP_HTML = `
    <p class="lead">${text('map.lead')}</p>
    <div class="map-choices">
      <fieldset class="map-choice">
        <legend>${text('map.place-by')}</legend>
        <label><input type="radio" name="map-space" value="pixels"><span>${text('map.pixels')}</span></label>
        <label><input type="radio" name="map-space" value="layer1"><span>${text('map.layer1')}</span></label>
        <label><input type="radio" name="map-space" value="layer2" checked><span>${text('map.layer2')}</span></label>
        <label><input type="radio" name="map-space" value="output"><span>${text('map.output')}</span></label>
      </fieldset>
      <fieldset class="map-choice">
        <legend>${text('map.with')}</legend>
        <label title="${text('map.pca')}"><input type="radio" name="map-method" value="pca" checked><span>PCA</span></label>
        <label title="${text('map.tsne')}"><input type="radio" name="map-method" value="tsne"><span>t-SNE</span></label>
      </fieldset>
    </div>
    <div class="map-board">
      <figure class="map-figure">
        <div class="map-frame" id="map-frame">
          <canvas id="map-canvas" class="map-base" tabindex="0" role="application" aria-roledescription="${text('map.role')}" aria-label="${text('map.map')}" aria-describedby="map-caption"></canvas>
          <canvas id="map-overlay" class="map-overlay" aria-hidden="true"></canvas>
          <span id="map-marker" class="map-marker" hidden></span>
          <p id="map-wait" class="map-wait" role="status">${text('map.loading')}</p>
        </div>
        <span id="map-speech" class="visually-hidden" aria-live="polite"></span>
        <div class="map-tools" role="group" aria-label="${text('map.view')}">
          ${tool('in', '+', 'M10 4.5v11M4.5 10h11')}
          ${tool('out', '−', 'M4.5 10h11')}
          ${tool('left', 'Shift ←', 'M12 5l-5 5 5 5')}
          ${tool('up', 'Shift ↑', 'M5 12l5-5 5 5')}
          ${tool('down', 'Shift ↓', 'M5 8l5 5 5-5')}
          ${tool('right', 'Shift →', 'M8 5l5 5-5 5')}
          <button class="button" type="button" data-map="reset" title="${text('map.whole-title')}">${text('map.whole')}</button>
          <span class="map-hint map-hint-mouse fine">${text('map.hint-mouse')}</span>
          <span class="map-hint map-hint-touch fine">${text('map.hint-touch')}</span>
        </div>
        <div class="map-legend">
          <div id="map-digits" class="map-digits" role="group" aria-label="${text('map.show-only')}"></div>
          <button id="map-misread" class="button" type="button" aria-pressed="false">${text('map.only-misread')}</button>
          <button class="link-button" type="button" data-table="digits">${text('map.show-table')}</button>
        </div>
        <figcaption id="map-caption" class="map-caption"></figcaption>
      </figure>
      <div class="map-side">
        <section aria-labelledby="map-neighbours-title">
          <h3 id="map-neighbours-title">${text('map.nearest-title')}</h3>
          <p id="map-votes" class="map-sentence"></p>
          <ol id="map-neighbours" class="map-neighbours"></ol>
          <p class="fine"><span id="map-neighbours-note"></span> <button class="link-button" type="button" data-table="neighbours">${text('map.show-table')}</button></p>
        </section>
        <section class="map-one" aria-labelledby="map-digit-title">
          <h3 id="map-digit-title">${text('map.one-title')}</h3>
          <p id="map-digit-hint" class="fine">${text('map.one-hint')}</p>
          <div id="map-digit" class="map-digit" hidden>
            <canvas id="map-digit-image" width="28" height="28" role="img"></canvas>
            <p id="map-digit-sentence" class="map-sentence" role="status"></p>
            <dl id="map-digit-facts" class="map-facts"></dl>
          </div>
        </section>
      </div>
    </div>
    <section id="map-detector" class="bench-open" aria-labelledby="map-ruler-title">
      <h3 id="map-ruler-title">${text('map.ruler-title')}</h3>
      <p>${text('map.ruler-lead')}</p>
      <p id="map-verdict" class="headline"></p>
      <div id="map-ruler" class="map-ruler" role="img" aria-label="${text('map.scores')}">
        <div id="map-bars" class="map-bars"></div>
        <span id="map-threshold" class="map-threshold"><span>${text('map.threshold')}</span></span>
        <span id="map-needle" class="map-needle" hidden><span>${text('map.your-drawing')}</span></span>
      </div>
      <div id="map-scale" class="map-scale" aria-hidden="true"></div>
      <p class="legend"><span class="map-accepted">${text('map.accepted')}</span> <span class="map-refused">${text('map.refused')}</span> <button class="link-button" type="button" data-table="scores">${text('map.show-table')}</button></p>
      <p id="map-ruler-note" class="fine"></p>
    </section>`;

  return { MAP_HTML };
})());
