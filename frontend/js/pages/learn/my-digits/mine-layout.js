/**
 * What stands on the tab "My digits" before any script fills it.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const MINE_LAYOUT = `
    <p class="lead">${text('mine.lead')}</p>
    <p id="mine-storage" class="mine-warning" hidden></p>

    <section aria-labelledby="mine-collect-title">
      <h3 id="mine-collect-title">${text('mine.collect')}</h3>
      <p>${text('mine.collect-how')}</p>
      <div class="mine-collect" role="group" aria-labelledby="mine-which">
        <span id="mine-which">${text('mine.my-drawing')}</span>
        <div id="mine-labels" class="labels"></div>
      </div>
      <p id="mine-kept" class="check" role="status"></p>
    </section>

    <section class="bench-open" aria-labelledby="mine-list-title">
      <h3 id="mine-list-title">${text('mine.yours')}</h3>
      <fieldset id="mine-filter" class="choices mine-filter"><legend>${text('mine.show')}</legend></fieldset>
      <p id="mine-empty">${text('mine.none-yet')}</p>
      <ul id="mine-list" class="mine-list" aria-label="${text('mine.list')}"></ul>
      <p id="mine-more" hidden><button class="link-button" type="button"></button></p>
      <p id="mine-tables" class="fine" hidden><button class="link-button" type="button" data-table="digits">${text('mine.show-table')}</button></p>
      <section id="mine-one" class="mine-one" aria-labelledby="mine-one-title" hidden>
        <figure>
          <canvas id="mine-image" width="28" height="28" role="img"></canvas>
          <figcaption>
            <h4 id="mine-one-title"></h4>
            <p id="mine-one-text" class="fine"></p>
            <p class="fine"><button class="link-button" type="button" data-table="digit">${text('mine.show-table')}</button></p>
          </figcaption>
        </figure>
        <div class="mine-collect" role="group" aria-labelledby="mine-relabel-which">
          <span id="mine-relabel-which">${text('mine.it-is')}</span>
          <div id="mine-relabel" class="labels"></div>
        </div>
        <div class="controls"><button id="mine-delete" class="button" type="button">${text('mine.delete')}</button></div>
      </section>
      <div class="controls">
        <button id="mine-export" class="button" type="button">${text('mine.save')}</button>
        <label class="button mine-import">${text('mine.open')}<input id="mine-import" type="file" accept=".json,application/json"></label>
        <button id="mine-delete-all" class="button" type="button">${text('mine.delete-all')}</button>
        <button id="mine-undo" class="button" type="button" hidden>${text('mine.undo')}</button>
      </div>
      <p id="mine-file-report" class="check" role="status"></p>
      <p id="mine-file-error" class="mine-warning" role="alert" hidden></p>
    </section>

    <section class="bench-open" aria-labelledby="mine-teach-title">
      <h3 id="mine-teach-title">${text('mine.teach-title')}</h3>
      <p>${text('mine.teach-how')}</p>
      <label class="slider">${text('mine.passes')} <input id="mine-passes" type="range" min="1" max="60" value="20"> <output id="mine-passes-value"></output></label>
      <label class="slider">${text('mine.rate')} <input id="mine-rate" type="range" min="-3" max="0" step="0.01" value="-1.52"> <output id="mine-rate-value"></output></label>
      <label class="switch"><input id="mine-old" type="checkbox" checked> ${text('mine.mix')}</label>
      <label class="switch"><input id="mine-test" type="checkbox" checked> ${text('mine.hold')} <span id="mine-test-note" class="fine"></span></label>
      <div class="controls">
        <button id="mine-teach" class="button button-primary" type="button">${text('mine.teach')}</button>
        <button id="mine-stop" class="button" type="button" hidden>${text('mine.stop')}</button>
      </div>
      <progress id="mine-progress" class="mine-progress" aria-label="${text('mine.teaching')}" hidden></progress>
      <p id="mine-teach-report" class="headline" role="status"></p>
      <figure id="mine-before-after" hidden>
        <div class="scroll" tabindex="0" role="region" aria-label="${text('mine.before-after')}">
          <table id="mine-scores" class="numbers mine-scores">
            <thead><tr><th scope="col">${text('mine.read-right')}</th><th scope="col">${text('mine.before')}</th><th scope="col">${text('mine.after')}</th></tr></thead>
            <tbody></tbody>
          </table>
        </div>
        <figcaption class="fine"><button class="link-button" type="button" data-table="scores">${text('mine.show-table')}</button></figcaption>
      </figure>
      <p id="mine-worse" class="mine-warning" hidden></p>
      <div id="mine-new" class="controls" hidden>
        <button id="mine-keep" class="button button-primary" type="button"></button>
        <button id="mine-look" class="button" type="button">${text('mine.look')}</button>
      </div>
      <p id="mine-copy-error" class="mine-warning" role="alert" hidden></p>
    </section>

    <section id="mine-copy" class="bench-open" aria-labelledby="mine-copy-title" hidden>
      <h3 id="mine-copy-title">${text('mine.your-copy')}</h3>
      <p><span id="mine-copy-text" role="status"></span> <a href="index.html">${text('mine.draw-with')}</a></p>
      <div class="controls">
        <button id="mine-use" class="button" type="button"></button>
        <button id="mine-copy-undo" class="button" type="button"></button>
        <button id="mine-save-weights" class="button" type="button">${text('mine.save-weights')}</button>
      </div>
      <p class="fine">${text('mine.weights-file')}</p>
    </section>`;

  return { MINE_LAYOUT };
})());
