/**
 * What stands on the tab "My digits" before any script fills it.
 */
MNIST.add('learn', (() => {
  const MINE_LAYOUT = `
    <p class="lead">The network learned from strangers’ hands. Collect digits in your own, teach a copy of the network with them, and measure whether it helped. All of it stays in this browser.</p>
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
      <p id="mine-empty">None yet. Ten of each are a good start; those that the network reads wrong teach it most.</p>
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
    </section>

    <section class="bench-open" aria-labelledby="mine-teach-title">
      <h3 id="mine-teach-title">Teach a copy</h3>
      <p>The copy takes many small steps against the gradient, as in “Blame flows back”, on batches of 32 digits. The network that comes with the page stays as it is.</p>
      <label class="slider">Passes over my digits <input id="mine-passes" type="range" min="1" max="60" value="20"> <output id="mine-passes-value"></output></label>
      <label class="slider">Learning rate η <input id="mine-rate" type="range" min="-3" max="0" step="0.01" value="-1.52"> <output id="mine-rate-value"></output></label>
      <label class="switch"><input id="mine-old" type="checkbox" checked> Mix in old digits, two for each of mine, so that it remembers them</label>
      <label class="switch"><input id="mine-test" type="checkbox" checked> Hold a quarter of my digits back for the test <span id="mine-test-note" class="fine"></span></label>
      <div class="controls">
        <button id="mine-teach" class="button button-primary" type="button">Teach a copy</button>
        <button id="mine-stop" class="button" type="button" hidden>Stop</button>
      </div>
      <progress id="mine-progress" class="mine-progress" aria-label="Teaching" hidden></progress>
      <p id="mine-teach-report" class="headline" role="status"></p>
      <div id="mine-before-after" class="scroll" tabindex="0" role="region" aria-label="Before and after" hidden>
        <table id="mine-scores" class="numbers mine-scores">
          <thead><tr><th scope="col">read right</th><th scope="col">before</th><th scope="col">after</th></tr></thead>
          <tbody></tbody>
        </table>
      </div>
      <div id="mine-new" class="controls" hidden>
        <button id="mine-keep" class="button button-primary" type="button">Keep this copy and read with it</button>
        <button id="mine-look" class="button" type="button">Look inside it</button>
      </div>
      <p id="mine-copy-error" class="mine-warning" role="alert" hidden></p>
    </section>

    <section id="mine-copy" class="bench-open" aria-labelledby="mine-copy-title" hidden>
      <h3 id="mine-copy-title">Your copy</h3>
      <p><span id="mine-copy-text" role="status"></span> <a href="index.html">Draw with it</a></p>
      <div class="controls">
        <button id="mine-use" class="button" type="button"></button>
        <button id="mine-copy-undo" class="button" type="button"></button>
        <button id="mine-save-weights" class="button" type="button">Save its weights</button>
      </div>
      <p class="fine">The weights are a .safetensors file. <code>MNIST_WEIGHTS=my-network.safetensors python main.py</code> serves them, and so does <code>/models</code> when the file is in its folder.</p>
    </section>`;

  return { MINE_LAYOUT };
})());
