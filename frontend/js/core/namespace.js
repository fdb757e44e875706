/**
 * The one global, `MNIST`, with one namespace for each folder (`index` and `learn` for those
 * in pages/). A script is one function that takes
 * what it needs from these namespaces at its top and returns what it offers:
 *
 *     MNIST.add('nn', (() => {
 *       const { weightedSums } = MNIST.nn;
 *       …
 *       return { readRejection };
 *     })());
 *
 * Reading a name that no script has added is an error that says which one, so a script that is
 * missing from a page, or stands too late in it, is noticed when the page loads. types.d.ts says
 * what each namespace offers.
 */
Object.assign(globalThis, {
  MNIST: (() => {
    /** @param {string} folder */
    function namespace(folder) {
      return new Proxy(/** @type {Record<string | symbol, unknown>} */ ({}), {
        get(parts, name) {
          if (name in parts || typeof name === 'symbol') return parts[name];
          throw new Error(`MNIST.${folder}.${name} is missing: load its script before this one.`);
        },
      });
    }

    const folders = ['core', 'words', 'vision', 'nn', 'own', 'draw', 'api', 'ui', 'data', 'index', 'learn'];
    const namespaces = Object.fromEntries(folders.map((folder) => [folder, namespace(folder)]));

    /**
     * @param {string} folder
     * @param {Record<string, unknown>} parts
     */
    function add(folder, parts) {
      for (const [name, part] of Object.entries(parts)) {
        if (name in namespaces[folder]) throw new Error(`MNIST.${folder}.${name} is there twice.`);
        namespaces[folder][name] = part;
      }
    }

    return { ...namespaces, add };
  })(),
});
