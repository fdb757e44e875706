/** The stage "My digits". */

/** How a network reads some digits. */
interface MineScore {
  count: number;
  right: number;
  /** How many the page would call no digits, or ambiguous. */
  refused: number;
}

/** A copy that was taught, beside the network that it was made of. */
interface MineResult {
  network: Network;
  /** How many own digits it learned from. */
  learned: number;
  /** Whether old digits were mixed in. */
  withOld: boolean;
  /** Whether `own` are digits that it did not learn from. */
  isHeldBack: boolean;
  own: { before: MineScore; after: MineScore };
  /** On the own digits that it learned from, if `own` are others. */
  seen: { before: MineScore; after: MineScore } | null;
  test: { before: MineScore; after: MineScore };
}

interface MineReading {
  digit: number;
  /** Its probability. */
  share: number;
}

/** Which of the own digits are shown. */
type MineFilter = 'all' | 'read wrong' | number;

interface MineCopyActions {
  /** Tells whether it is kept. */
  keep(copy: OwnCopy): Promise<boolean>;
  use(isInUse: boolean): void;
  undo(): void;
  /** Shows a network in the other stages. */
  look(network: Network): void;
}

declare namespace MNIST {
  namespace learn {
    const MINE_LAYOUT: string;
    class MineLabels {
      constructor(container: HTMLElement, choose: (label: number) => void);
      mark(label: number | null): void;
      showCounts(counts: ReadonlyArray<number>): void;
    }
    class MineReadings {
      constructor(network: Network);
      readWith(network: Network, name: number): void;
      of(digit: OwnDigit): MineReading;
      isWrong(digit: OwnDigit): boolean;
      readAll(digits: ReadonlyArray<OwnDigit>): Promise<boolean>;
    }
    class MineGallery {
      losesFocusWith(digits: ReadonlyArray<OwnDigit>): boolean;
      static readonly PAGE: number;
      constructor(
        readings: MineReadings,
        relabel: (digit: OwnDigit, label: number) => void,
        remove: (digit: OwnDigit) => void,
      );
      show(digits: ReadonlyArray<OwnDigit>): void;
      digitsTable(): TableContent;
      digitTable(): TableContent;
    }
    class MineFiles {
      constructor(
        digits: () => ReadonlyArray<OwnDigit>,
        keep: (digits: OwnDigit[]) => Promise<number>,
        report: (text: string, isProblem: boolean) => void,
      );
    }
    const MIN_DIGITS_TO_TEST: number;
    function splitMine(
      digits: ReadonlyArray<OwnDigit>, isTesting: boolean,
    ): { learned: OwnDigit[]; held: OwnDigit[] };
    function mineAsRead(network: Network, digits: ReadonlyArray<OwnDigit>): Promise<DigitSet>;
    function lessonOfMine(
      own: DigitSet, old: DigitSet | null,
    ): { digits: DigitSet; imagesPerPass: number };
    function scoreOfMine(network: Network, digits: DigitSet): Promise<MineScore>;
    function taughtNetwork(
      shipped: Network, layers: Layer[], lesson: Record<string, unknown>,
    ): Network;
    function isMuchWorse(result: MineResult): boolean;
    function verdictOnMine(result: MineResult): string;
    class MineTeacher {
      constructor(
        shipped: () => Network, began: () => void, finished: (result: MineResult | null) => void,
      );
      show(digits: ReadonlyArray<OwnDigit>): void;
      hush(): void;
      scoresTable(): TableContent;
    }
    class MineCopy {
      constructor(actions: MineCopyActions);
      offer(result: MineResult | null): void;
      show(copies: OwnCopies): Network | null;
    }
    function saveMineFile(name: string, content: BlobPart, type: string): void;
    class MineStage implements Stage {
      constructor(host: StageHost);
      render(): void;
      leave(): void;
    }
  }
}
