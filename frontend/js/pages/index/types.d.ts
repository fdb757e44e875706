/**
 * What the scripts of index.html share, and what `MNIST.index` offers.
 */

/** What the page needs to know of the drawing. */
interface DrawingSummary {
  readonly version: number;
  readonly isEmpty: boolean;
  readonly isImage: boolean;
  /** Whether it is an image, and not one of MNIST's own. */
  readonly isPhoto: boolean;
}

interface IndexState {
  readonly drawing: DrawingSummary;
  /** What is on the pad, and the network's answers to it where it is live. */
  readonly found: ReadonlyArray<ReadDigit>;
  /** Which of the digits is looked at. */
  readonly selected: number;
  /** The latest answer. */
  readonly answer: Readonly<Answer> | null;
  /** Why the last question has no answer. */
  readonly problem: Readonly<{ kind: MessageKind; detail: string }> | null;
  /** Whether the API is asked, and takes its time. */
  readonly isWaiting: boolean;
  readonly api: Readonly<{ status: ApiStatus; detail: string; base: string }>;
  readonly live: Readonly<{
    isReady: boolean;
    isExpected: boolean;
    isUpright: boolean;
    isOwn: boolean;
    network: Network | null;
  }>;
  /** The digit that was labelled last, and what became of it. */
  readonly labelled: Readonly<Labelled> | null;
  /** How many digits the own copy learned from. */
  readonly learned: number;
}

/** A digit on the pad that was labelled by hand. */
interface Labelled {
  /** As found on the pad. */
  pixels: Uint8Array;
  digit: OwnDigit;
  /** The label that it had before; null if it was not kept. */
  before: OwnDigit | null;
  /** How many digits are kept now. */
  count: number;
  /** Whether they outlast the visit. */
  isLasting: boolean;
}

interface IndexView {
  render(state: IndexState): void;
  /** Shows the way from a digit's ink to its image in motion. */
  play(digit: FoundDigit): void;
  /** The page's colours have changed; `render` paints with them. */
  recolour(): void;
  scrollToAnswer(): void;
}

/** What "How the ink was found" needs of the page. */
interface InkHost {
  drawing: MNIST.draw.Drawing;
  live: MNIST.nn.LiveNetwork;
  /** One of the digits is looked at. */
  select(index: number): void;
  /** Says something beside the pad. */
  note(text: string): void;
  /** It has come, and can be rendered. */
  loaded(): void;
}

/** A part of a photo: where its edges are, as shares of the photo's sides. */
interface CropFrame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Namespaces {
  index: typeof MNIST.index;
}

declare namespace MNIST {
  namespace index {
    const initialState: IndexState;
    function withDrawing(state: IndexState, drawing: DrawingSummary): IndexState;
    function withReading(state: IndexState, digits: ReadDigit[], milliseconds: number): IndexState;
    function withApiAnswer(
      state: IndexState, predictions: Prediction[], version: number, milliseconds: number,
    ): IndexState;
    function isAnswered(state: IndexState): boolean;
    function currentDigits(state: IndexState): ReadonlyArray<ReadDigit>;

    function connectView(
      drawing: draw.Drawing, select: (index: number) => void, correction: Correction,
    ): IndexView;
    const KEPT: string;
    function connectLinks(
      drawing: draw.Drawing, note: ui.Note, prepare: () => Promise<boolean>,
    ): { openLink: () => void; share: () => void };

    class Correction {
      constructor(label: (label: number) => void, undo: () => void);
      render(state: IndexState): void;
    }
    function keepLabelled(pixels: Uint8Array, label: number): Promise<Labelled>;
    function undoLabel(labelled: Labelled): Promise<void>;
    function followOwnCopy(
      live: nn.LiveNetwork, report: (report: { learned: number } | { problem: string }) => void,
    ): Promise<() => Promise<void>>;

    class InkDoor {
      constructor(section: HTMLElement, link: HTMLElement, host: InkHost);
      load(): Promise<boolean>;
      render(state: IndexState): void;
    }
    function inkMarkup(): string;
    class InkPanel {
      constructor(section: HTMLElement, host: InkHost);
      render(state: IndexState): void;
    }
    class InkBoxes {
      constructor(layer: HTMLElement, toggle: (index: number) => void);
      show(
        image: PadImage, digits: Finding['digits'], predictions: (Prediction | null)[],
        chosen: ReadonlySet<number>,
      ): void;
    }
    function nameOfBox(prediction: Prediction | null, place: number, all: number): string;
    function stepsOf(
      finding: Finding, tone: InkTone, hasDim: boolean, isUpright: boolean,
    ): string[];
    function paintPhoto(canvas: HTMLCanvasElement, image: PadImage): void;
    function paintInk(canvas: HTMLCanvasElement, finding: Finding): boolean;
    function showTiles(
      list: HTMLElement, digits: Finding['digits'], predictions: (Prediction | null)[],
      chosen: ReadonlySet<number>, network: Network,
    ): void;
    class CropTool {
      constructor(layer: HTMLElement, finish: () => void);
      get frame(): CropFrame;
      get isOpen(): boolean;
      open(): void;
      close(): void;
    }
    const WHOLE_FRAME: CropFrame;
    function frameBetween(from: PenPoint, to: PenPoint): CropFrame;
    function withEdge(frame: CropFrame, edge: keyof CropFrame, share: number): CropFrame;
    function pixelsOfFrame(frame: CropFrame, image: { width: number; height: number }): Box;

    const drawing: draw.Drawing;
    const live: nn.LiveNetwork;
    const page: {
      readonly found: ReadonlyArray<ReadDigit>;
      readonly selected: number;
      readonly answer: Readonly<Answer> | null;
      update(): void;
    };
  }
}
