/**
 * What the core offers. Each folder has such a file, with the types that its scripts share and what
 * its namespace of `MNIST` offers; `MNIST.add` checks that a script offers what stands there. What
 * the names mean is written at their definitions.
 */

interface Namespaces {
  core: typeof MNIST.core;
}

declare namespace MNIST {
  function add<Folder extends keyof Namespaces>(
    folder: Folder,
    parts: Partial<Namespaces[Folder]>,
  ): void;

  namespace core {
    function elementById<T extends Element>(id: string, type: new (...args: any[]) => T): T;
    function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D;
    function whenIdle(callback: () => void, timeout: number): void;
    function whenIdleOnce(work: () => void, timeout: number): () => void;
    function afterFirstPaint(callback: () => void): void;
    function loadScript(address: string): Promise<void>;
    function loadStylesOf(element: HTMLElement): Promise<void>;
    function inLanguage(scripts: string[]): string[];
    function scriptsOf(element: HTMLElement): string[];
    function shareWithWorkers<Folder extends keyof Namespaces>(
      folder: Folder, define: () => Partial<Namespaces[Folder]>,
    ): void;
    function workerSource(main: () => void): string;
    function startWorker(main: () => void): Worker;
  }
}
