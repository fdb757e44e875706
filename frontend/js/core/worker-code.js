/**
 * Code that runs in the page and in its workers. A page that was opened from disk may start a worker
 * only from a Blob, so the worker's script is put together from the source text of the functions that
 * the page itself has run.
 */
MNIST.add('core', (() => {
  /** @type {string[]} */
  const sources = [];

  /**
   * Like `MNIST.add`, for the page and for every worker that it starts. The function is run in both,
   * so it may use nothing but `MNIST`, and of that what was shared before it.
   *
   * @template {keyof Namespaces} Folder
   * @param {Folder} folder
   * @param {() => Partial<Namespaces[Folder]>} define Returns what the script offers.
   */
  function shareWithWorkers(folder, define) {
    MNIST.add(folder, define());
    sources.push(`MNIST.add('${folder}', (${define})());`);
  }

  /**
   * @param {() => void} main What the worker does once it has all shared code.
   * @returns {string} Its script.
   */
  function workerSource(main) {
    return [
      "'use strict';",
      'const MNIST = { add: (folder, parts) => Object.assign(MNIST[folder] ??= {}, parts) };',
      ...sources,
      `(${main})();`,
    ].join('\n');
  }

  /**
   * @param {() => void} main
   * @returns {Worker} A refusal by the page's security policy comes as its `error` event.
   */
  function startWorker(main) {
    const url = URL.createObjectURL(new Blob([workerSource(main)], { type: 'text/javascript' }));
    const worker = new Worker(url);
    URL.revokeObjectURL(url);
    return worker;
  }

  return { shareWithWorkers, startWorker, workerSource };
})());
