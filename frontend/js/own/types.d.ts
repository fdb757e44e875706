/**
 * What `MNIST.own` offers: digits that the reader drew and labelled, and copies of the network that
 * learned them.
 */

/** A digit that the reader drew and labelled. */
interface OwnDigit {
  /** Of its image: the same drawing is kept once. */
  id: string;
  label: number;
  /** 784 grey values in MNIST's geometry, not straightened, so that they fit any network. */
  pixels: Uint8Array;
  /** When it was labelled, in milliseconds since 1970. */
  time: number;
}

/** A copy of the network that learned the reader's digits. */
interface OwnCopy {
  /** A .safetensors file. */
  file: ArrayBuffer;
  time: number;
  /** How many own digits it learned from. */
  learned: number;
}

interface OwnCopies {
  readonly latest: OwnCopy | null;
  /** The one before, for undo. */
  readonly previous: OwnCopy | null;
  /** Whether the pages read with the latest. */
  readonly isInUse: boolean;
}

/** Keeps own digits and copies; each change happens whole or not at all. */
interface Shelf {
  readonly isLasting: boolean;
  digits(): Promise<OwnDigit[]>;
  changeDigits(put: ReadonlyArray<OwnDigit>, removed: ReadonlyArray<string>): Promise<void>;
  copies(): Promise<OwnCopies>;
  changeCopies(change: (before: OwnCopies) => OwnCopies): Promise<void>;
}

interface Namespaces {
  own: typeof MNIST.own;
}

declare namespace MNIST {
  namespace own {
    const MAX_DIGITS: number;
    const MAX_FILE_BYTES: number;
    function ownDigit(pixels: Uint8Array, label: number, time: number): OwnDigit;
    function idOf(pixels: Uint8Array): string;
    function writeDigitsFile(digits: ReadonlyArray<OwnDigit>): string;
    function readDigitsFile(file: string): OwnDigit[];

    class StorageError extends Error {}
    const DatabaseShelf: new () => Shelf;
    const MemoryShelf: new () => Shelf;
    function openShelf(): Promise<Shelf>;
    /** Dispatches `change`. */
    class OwnStore extends EventTarget {
      constructor(shelf: Shelf);
      get isLasting(): boolean;
      digits(): Promise<OwnDigit[]>;
      keep(digits: ReadonlyArray<OwnDigit>): Promise<number>;
      remove(ids: ReadonlyArray<string>): Promise<void>;
      copies(): Promise<OwnCopies>;
      keepCopy(copy: OwnCopy): Promise<void>;
      undoCopy(): Promise<void>;
      useCopy(isInUse: boolean): Promise<void>;
    }
    function openOwnStore(): Promise<OwnStore>;
  }
}
