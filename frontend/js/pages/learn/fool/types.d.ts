/** What the scripts of "Fool it" share. */

/** What an experiment works on. */
interface FoolContext {
  /** Of the state: another drawing, or another network, has another one. */
  pass: FullPass;
  network: Network;
  rejection: Rejection | null;
  /** The network's input. */
  pixels: Uint8Array;
  /** Of the pixels. */
  verdict: FoolVerdict;
  isEmpty: boolean;
  /** null until they have come. */
  digits: { test: DigitSet; training: DigitSet } | null;
}

interface FoolExperiment {
  readonly panel: HTMLElement;
  readonly tables: Record<string, () => TableContent>;
  /** Shows it. What belongs to another drawing or network begins again, and what was left goes on. */
  render(context: FoolContext): void;
  /** Stops what it computes. */
  leave(): void;
  go?(steps: number): void;
  /** What the lessons ask: pixels that were toggled, noises that are counted, the end of a dream. */
  readonly toggled?: { own: number[]; isFooled: boolean; found: number[] | null };
  readonly tally?: FoolTally;
  readonly end?: FoolVerdict | null;
}

interface FoolText {
  title: string;
  question: string;
  means: string;
  limits: string;
}

interface FoolImage {
  pixels: Uint8Array;
  verdict: FoolVerdict;
}

/** Of noise images, by the digit they are read as. */
interface FoolTally {
  total: number;
  /** The sum of all confidences. */
  confidence: number;
  /** How many are read with more than 90%. */
  sure: number;
  /** Of each image so far. */
  confidences: number[];
  /** The images that are accepted. */
  passed: number[];
  /** How many of each digit. */
  accepted: number[];
  refused: number[];
}

/** One kind of change, and the values of its slider. */
interface FoolAxis {
  name: keyof Distortion;
  title: string;
  min: number;
  max: number;
  step: number;
  unit: string;
}

interface FoolCounting {
  generator: Generator<RobustnessCount, RobustnessCount>;
  /** So far. */
  count: RobustnessCount;
}

declare namespace MNIST {
  namespace learn {
    class FoolTask {
      constructor(panel: HTMLElement);
      get isRunning(): boolean;
      run<Progress, Result>(
        generator: Generator<Progress, Result>, done: (result: Result) => void,
        progress?: (progress: Progress) => void,
      ): void;
      stop(): void;
    }
    class FoolExhibit {
      constructor(figure: HTMLElement, title: string);
      show(pixels: Uint8Array, verdict: FoolVerdict): void;
    }
    class FoolGallery {
      constructor(place: HTMLElement, size: number, choose: (image: FoolImage) => void);
      show(images: FoolImage[]): void;
      move(steps: number): void;
    }
    function foolSentence(verdict: FoolVerdict): string;
    function foolWords(verdict: FoolVerdict): string;
    function verdictTable(title: string, named: [string, FoolVerdict][]): TableContent;

    function partOf<T extends Element>(
      root: ParentNode, selector: string, type: new (...args: any[]) => T,
    ): T;
    function foolTexts(name: string): { title: string; question: string; means: string; limits: string };
    function foolPanel(text: FoolText, body: string): HTMLElement;
    function showEmpty(panel: HTMLElement, isEmpty: boolean): void;
    function onChoice(panel: HTMLElement, name: string, choose: (value: string) => void): void;
    function onPress(panel: HTMLElement, selector: string, press: () => void): HTMLButtonElement;
    class FoolDigits {
      constructor(place: HTMLElement, choose: (digit: number) => void);
      show(chosen: number, barred?: number | null): void;
    }
    class FoolSlider {
      constructor(
        label: HTMLElement, text: (value: number) => string, change: (value: number) => void,
      );
      get value(): number;
      set value(value: number);
      set max(max: number);
      say(reading: string): void;
    }

    class FoolChart {
      constructor(axis: FoolAxis, change: (value: number) => void);
      readonly axis: FoolAxis;
      readonly figure: HTMLElement;
      set value(value: number);
      show(countOf: (value: number, isNormalised: boolean) => RobustnessCount | null): void;
    }
    class RobustnessCounts {
      use(network: Network): void;
      of(
        distortion: Distortion, isNormalised: boolean, begin: () => FoolCounting['generator'],
      ): FoolCounting;
      known(distortion: Distortion, isNormalised: boolean): RobustnessCount | null;
    }

    const FoolPixels: FoolExperimentClass;
    const FoolChange: FoolExperimentClass;
    const FoolNoise: FoolExperimentClass;
    const FoolDream: FoolExperimentClass;
    const FoolMorph: FoolExperimentClass;
    const FoolRobustness: FoolExperimentClass;

    class FoolStage implements Stage {
      constructor(host: StageHost);
      get name(): string;
      experimentNamed(name: string): FoolExperiment | null;
      render(state: LearnState): void;
      leave(): void;
      go(steps: number): void;
    }
  }
}

type FoolExperimentClass = new (host: StageHost) => FoolExperiment;
