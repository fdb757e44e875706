/**
 * What the scripts of learn.html share, and what `MNIST.learn` offers.
 */

interface Namespaces {
  learn: typeof MNIST.learn;
}

interface NeuronData {
  /** The training digits that excite some neuron most. */
  exemplars: DigitSet;
  /** For each layer and neuron, nine indices into them. */
  exemplarsOf: ReadonlyArray<ReadonlyArray<ReadonlyArray<number>>>;
  /** For each of the 202 neurons the pattern it responds to, 784 numbers from −127 to 127. */
  patterns: Int8Array;
}

/** Layers and neurons count from 0. */
interface NeuronPlace {
  layer: number;
  neuron: number;
}

/** One term of a neuron's sum. */
interface Term {
  /** The input, or the neuron of the next layer. */
  index: number;
  a: number;
  weight: number;
  product: number;
}

interface TableContent {
  title: string;
  head: string[];
  rows: string[][];
}

/** A state of the network: the first one is as it came, each later one has one more change. */
interface NetworkVersion {
  network: Network;
  /** What the change was, for people. */
  text: string;
  /** What was changed; a second change of the same takes its place. */
  key: string;
  /** What a link holds of it. Steps of gradient descent have none. */
  edits?: ReadonlyArray<Edit>;
}

/** What the page lets a link do. */
interface ShareHost {
  getState(): LearnState;
  change(part: Partial<LearnState>): void;
  open(stage: StageName): void;
  announce(text: string): void;
  note(text: string): void;
  drawn: MNIST.learn.DrawnDigit;
  lessons: MNIST.learn.LessonDoor;
  stageNamed(name: StageName): Stage | null;
}

type StageName = 'think' | 'why' | 'blame' | 'watch' | 'mine' | 'map' | 'fool';

/** What a stage gets from the page. */
interface StageHost {
  /** The stage's own part of the page. */
  section: HTMLElement;
  /** The state as it is now, also between two renders. Once the weights have come. */
  getState(): LearnState;
  /** Changes the state, which is rendered in the next frame. */
  change(part: Partial<LearnState>): void;
  /** The network that comes with the page, without the learner's edits. */
  readonly shipped: Network;
  /** Says something to a screen reader. */
  announce(text: string): void;
  /** Shows a sentence below the pad; an empty one takes the last away. */
  note(text: string): void;
  tables: MNIST.learn.TableDialog;
}

/** One stage, as the page drives it. */
interface Stage {
  /** Its tab has been chosen. */
  open?(): void;
  /** Shows the state: at most once a frame, while the stage is open. */
  render(state: LearnState): void;
  /** Another tab has been chosen: it pauses. */
  leave(): void;
  /** Space, N, B and the arrow keys go on or back by this many steps. */
  go?(steps: number): void;
}

interface LearnState {
  readonly stage: StageName;
  readonly versions: ReadonlyArray<NetworkVersion>;
  /** What is drawn, as the network reads it. */
  readonly pixels: Uint8Array;
  /** Of what is drawn without what is erased, through the latest version. */
  readonly pass: FullPass;
  readonly selected: NeuronPlace;
  /** How much of the selected neuron's sum is shown. */
  readonly sumStep: number;
  /** Of the softmax bench. */
  readonly temperature: number;
  /** The two digits that are compared; null is the answer, and the runner-up. */
  readonly digit: number | null;
  readonly rival: number | null;
  readonly map: 'evidence' | 'occlusion' | 'integrated';
  readonly list: 'regions' | 'strokes' | 'pixels' | 'layer1' | 'layer2';
  /** Pixels whose ink is taken off. */
  readonly erased: ReadonlySet<number>;
  /** What the drawing should be; null is the network's own answer. */
  readonly target: number | null;
  /** Which of the seven steps is shown, from 0. */
  readonly blameStep: number;
  /** The weight that is looked at; null is the one with the largest gradient. */
  readonly weight: WeightPlace | null;
  /** η */
  readonly learningRate: number;
  /** ε */
  readonly nudge: number;
}

type CodeLanguage = 'python' | 'javascript' | 'formula';

declare namespace MNIST {
  namespace learn {
    const drawing: draw.Drawing;
    const page: {
      readonly state: LearnState | null;
      readonly accuracy: number | null;
      /** Whether the pad shows the example that the page begins with. */
      readonly isExample: boolean;
      readonly lessons: LessonDoor;
      render(): void;
    };

    function loadDigits(): Promise<{ test: DigitSet; training: DigitSet }>;
    function loadTrainingDigits(): Promise<{ test: DigitSet; training: DigitSet }>;
    function joinDigits(...parts: DigitSet[]): DigitSet;
    function loadNeurons(): Promise<NeuronData>;
    function unpackDigits(packed: { labels: string; pixels: string }): Promise<DigitSet>;
    function digitAt(digits: DigitSet, n: number): Uint8Array;

    function paintGrey(
      canvas: HTMLCanvasElement, values: ArrayLike<number>, columns: number, max?: number,
    ): void;
    function paintSigned(
      canvas: HTMLCanvasElement, values: ArrayLike<number>, columns: number, max?: number,
    ): void;
    function largest(values: ArrayLike<number>): number;
    function signed(value: number, digits?: number): string;
    function plain(value: number, digits?: number): string;
    function percent(share: number): string;
    function precise(value: number): string;
    function superscript(exponent: number): string;
    function element<Tag extends keyof HTMLElementTagNameMap>(
      tag: Tag, attributes?: Partial<Record<string, string>>, ...children: (Node | string)[]
    ): HTMLElementTagNameMap[Tag];

    function showItems<Child extends Element, Item>(
      list: Element, items: ReadonlyArray<Item>, make: () => Child,
      update: (child: Child, item: Item, index: number) => void,
    ): void;
    function showFacts(list: HTMLElement, facts: ReadonlyArray<[string, string]>): void;
    class TileGrid {
      constructor(
        canvas: HTMLCanvasElement, shape: { columns: number; count: number },
        describe: (index: number) => string, select: (index: number) => void,
      );
      mark(index: number | null): void;
    }
    class StageTabs {
      constructor(list: HTMLElement, open: (stage: StageName) => void);
      get names(): StageName[];
      get named(): StageName | null;
      tabOf(stage: StageName): HTMLElement;
      panelOf(stage: StageName): HTMLElement;
      show(stage: StageName): void;
    }
    class LaterStage implements Stage {
      constructor(tab: HTMLElement, host: StageHost, loaded: () => void);
      get stage(): Stage | null;
      open(): void;
      render(state: LearnState): void;
      leave(): void;
      go(steps: number): void;
    }
    class ShareDoor {
      constructor(button: HTMLButtonElement, host: ShareHost);
      restoreFromAddress(): Promise<boolean>;
      completed(state: LearnState): LearnState;
      render(): void;
      getFragment(): Promise<string>;
    }
    class DrawnDigit {
      constructor(
        announce: (text: string) => void, note: ui.Note, getNetwork: () => Network | null,
        changed: (pixels: Uint8Array | null) => void,
      );
      readonly isExample: boolean;
      get drawing(): draw.Drawing;
      get commands(): Pad['commands'];
      recolour(): void;
      showSample(): void;
      showExample(): void;
      begin(): void;
    }
    class Hero {
      readonly text: string;
      showError(text: string): void;
      render(state: LearnState, meter: Meter | null): void;
    }
    class TableDialog {
      constructor(dialog: HTMLDialogElement);
      open(content: TableContent, name?: string): void;
      connect(
        section: HTMLElement, tables: Record<string, () => TableContent>, isOfDrawing?: boolean,
      ): void;
    }
    function gridTable(
      values: ArrayLike<number>, columns: number, title: string, text: (value: number) => string,
    ): TableContent;

    function initialState(network: Network): LearnState;
    function networkOf(state: LearnState): Network;
    function withPass(state: LearnState): LearnState;
    function withDrawing(state: LearnState, pixels: Uint8Array): LearnState;
    function withEdit(state: LearnState, edit: Edit, text: string): LearnState | null;
    function withSteps(
      state: LearnState, gradients: ReadonlyArray<Pick<Gradient, 'dW' | 'db'>>, text: string,
    ): LearnState | null;
    function undone(state: LearnState): LearnState;
    function restored(state: LearnState): LearnState;
    function compared(state: LearnState): { digit: number; rival: number };
    function targetOf(state: LearnState): number;
    function termsOf(network: Network, pass: FullPass, neuron: NeuronPlace): Term[];
    function outgoingOf(network: Network, pass: FullPass, neuron: NeuronPlace): Term[];

    class CodeStrip {
      constructor(changed: () => void);
      render(state: LearnState, looked: LookedAt | null): void;
    }
    class Meter {
      constructor(digits: DigitSet, report: () => void);
      accuracyOf(network: Network): number | null;
      measure(network: Network): void;
    }
  }
}
