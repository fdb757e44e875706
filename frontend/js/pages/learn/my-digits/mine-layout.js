/**
 * What stands on the tab "My digits" before any script fills it.
 */
MNIST.add('learn', (() => {
  const MINE_LAYOUT = `
    <p class="lead">The network learned from strangers’ hands. Collect digits in your own. They stay in this browser.</p>
    <p id="mine-storage" class="mine-warning" hidden></p>

    <section aria-labelledby="mine-collect-title">
      <h3 id="mine-collect-title">Collect</h3>
      <p>Draw a digit on the pad, then say which one it is, here or with its key. The pad is cleared for the next one.</p>
      <div class="mine-collect" role="group" aria-labelledby="mine-which">
        <span id="mine-which">My drawing is a</span>
        <div id="mine-labels" class="labels"></div>
      </div>
      <p id="mine-kept" class="check" role="status"></p>
    </section>

    <section class="bench-open" aria-labelledby="mine-list-title">
      <h3 id="mine-list-title">Your digits</h3>
      <fieldset id="mine-filter" class="choices mine-filter"><legend>Show</legend></fieldset>
      <p id="mine-empty">None yet.</p>
      <ul id="mine-list" class="mine-list" aria-label="Your digits, the latest first"></ul>
      <p id="mine-more" hidden><button class="link-button" type="button"></button></p>
      <section id="mine-one" class="mine-one" aria-labelledby="mine-one-title" hidden>
        <canvas id="mine-image" width="28" height="28" role="img"></canvas>
        <div>
          <h4 id="mine-one-title"></h4>
          <p id="mine-one-text" class="fine"></p>
          <div class="mine-collect" role="group" aria-labelledby="mine-relabel-which">
            <span id="mine-relabel-which">It is a</span>
            <div id="mine-relabel" class="labels"></div>
          </div>
          <div class="controls"><button id="mine-delete" class="button" type="button">Delete this digit</button></div>
        </div>
      </section>
      <div class="controls">
        <button id="mine-export" class="button" type="button">Save as a file</button>
        <label class="button mine-import">Open a file<input id="mine-import" type="file" accept=".json,application/json"></label>
        <button id="mine-delete-all" class="button" type="button">Delete all</button>
        <button id="mine-undo" class="button" type="button" hidden>Undo</button>
      </div>
      <p id="mine-file-report" class="check" role="status"></p>
      <p id="mine-file-error" class="mine-warning" role="alert" hidden></p>
    </section>`;

  return { MINE_LAYOUT };
})());
