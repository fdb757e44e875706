/**
 * The stage's HTML.
 */
MNIST.add('learn', (() => {
  /** @param {string} path */
  const icon = (path) => `<svg viewBox="0 0 20 20" aria-hidden="true"><path d="${path}"/></svg>`;

  /**
   * @param {string} name
   * @param {string} label
   * @param {string} title
   * @param {string} path
   */
  const tool = (name, label, title, path) => {
    return `<button class="icon-button" type="button" data-map="${name}" aria-label="${label}" title="${title}">${icon(path)}</button>`;
  };

  const MAP_HTML = `
    <p class="lead">For the network a digit is a <dfn>point</dfn>: a list of numbers. Similar digits lie close together. Place 1,000 test digits and your drawing by the numbers of any layer: from the pixels to the output, ten crowds form.</p>
    <div class="map-choices">
      <fieldset class="map-choice">
        <legend>Place them by</legend>
        <label><input type="radio" name="map-space" value="pixels"><span>pixels</span></label>
        <label><input type="radio" name="map-space" value="layer1"><span>layer 1</span></label>
        <label><input type="radio" name="map-space" value="layer2" checked><span>layer 2</span></label>
        <label><input type="radio" name="map-space" value="output"><span>output</span></label>
      </fieldset>
      <fieldset class="map-choice">
        <legend>with</legend>
        <label title="Principal components: the two directions in which the digits vary most"><input type="radio" name="map-method" value="pca" checked><span>PCA</span></label>
        <label title="t-distributed stochastic neighbour embedding: neighbours stay neighbours"><input type="radio" name="map-method" value="tsne"><span>t-SNE</span></label>
      </fieldset>
    </div>
    <div class="map-board">
      <figure class="map-figure">
        <div class="map-frame" id="map-frame">
          <canvas id="map-canvas" class="map-base" tabindex="0" role="application" aria-roledescription="map of digits; arrow keys move to the nearest digit in that direction, Enter shows it" aria-label="Map of 1,000 test digits" aria-describedby="map-caption"></canvas>
          <canvas id="map-overlay" class="map-overlay" aria-hidden="true"></canvas>
          <span id="map-marker" class="map-marker" hidden></span>
          <p id="map-wait" class="map-wait" role="status">Loading 1,000 digits …</p>
        </div>
        <span id="map-speech" class="visually-hidden" aria-live="polite"></span>
        <div class="map-tools" role="group" aria-label="View">
          ${tool('in', 'Zoom in', 'Zoom in (+)', 'M10 4.5v11M4.5 10h11')}
          ${tool('out', 'Zoom out', 'Zoom out (−)', 'M4.5 10h11')}
          ${tool('left', 'Look left', 'Look left (Shift ←)', 'M12 5l-5 5 5 5')}
          ${tool('up', 'Look up', 'Look up (Shift ↑)', 'M5 12l5-5 5 5')}
          ${tool('down', 'Look down', 'Look down (Shift ↓)', 'M5 8l5 5 5-5')}
          ${tool('right', 'Look right', 'Look right (Shift →)', 'M8 5l5 5-5 5')}
          <button class="button" type="button" data-map="reset" title="Show the whole map (0)">Whole map</button>
          <span class="map-hint map-hint-mouse fine">Drag to move. The wheel zooms after a click on the map, or with Ctrl.</span>
          <span class="map-hint map-hint-touch fine">Two fingers zoom.</span>
        </div>
        <div class="map-legend">
          <div id="map-digits" class="map-digits" role="group" aria-label="Show only"></div>
          <button id="map-misread" class="button" type="button" aria-pressed="false">Only misread</button>
          <button class="link-button" type="button" data-table="digits">Show as table</button>
        </div>
        <figcaption id="map-caption" class="map-caption"></figcaption>
      </figure>
      <div class="map-side">
        <section aria-labelledby="map-neighbours-title">
          <h3 id="map-neighbours-title">Its nearest training digits</h3>
          <p id="map-votes" class="map-sentence"></p>
          <ol id="map-neighbours" class="map-neighbours"></ol>
          <p class="fine"><span id="map-neighbours-note"></span> <button class="link-button" type="button" data-table="neighbours">Show as table</button></p>
        </section>
        <section class="map-one" aria-labelledby="map-digit-title">
          <h3 id="map-digit-title">One digit</h3>
          <p id="map-digit-hint" class="fine">Choose a digit on the map. By keyboard: arrow keys, then Enter.</p>
          <div id="map-digit" class="map-digit" hidden>
            <canvas id="map-digit-image" width="28" height="28" role="img"></canvas>
            <p id="map-digit-sentence" class="map-sentence" role="status"></p>
            <dl id="map-digit-facts" class="map-facts"></dl>
          </div>
        </section>
      </div>
    </div>
    <section id="map-detector" class="bench-open" aria-labelledby="map-ruler-title">
      <h3 id="map-ruler-title">Is it a digit at all?</h3>
      <p>A softmax always answers, also for a scribble. So a small <dfn>out-of-distribution</dfn> detector scores what both hidden layers hold: the more an image looks like a digit, the higher. Scribble something, and watch it go left.</p>
      <p id="map-verdict" class="headline"></p>
      <div id="map-ruler" class="map-ruler" role="img" aria-label="Scores of 1,000 test digits">
        <div id="map-bars" class="map-bars"></div>
        <span id="map-threshold" class="map-threshold"><span>threshold</span></span>
        <span id="map-needle" class="map-needle" hidden></span>
      </div>
      <div id="map-scale" class="map-scale" aria-hidden="true"></div>
      <p class="legend"><span class="map-accepted">accepted</span> <span class="map-refused">refused</span> <button class="link-button" type="button" data-table="scores">Show as table</button></p>
      <p id="map-ruler-note" class="fine"></p>
    </section>`;

  return { MAP_HTML };
})());
