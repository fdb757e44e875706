/**
 * What pages show.
 */

interface Namespaces {
  ui: typeof MNIST.ui;
}

interface Message {
  title: string;
  text: string;
  /** To type in a terminal; one of them is enough. */
  commands: string[];
}

type MessageKind = ApiFailure | 'empty' | 'nothing-found' | 'too-much';

/** What was read, by whom, and how long it took. */
interface Answer {
  /** The drawing's that it is for. */
  version: number;
  digits: ReadDigit[];
  source: AnswerSource;
  milliseconds: number;
}

/** The network in the page, the API, or the reader's own copy in the page. */
type AnswerSource = 'page' | 'api' | 'own';

interface ResultElements {
  panel: HTMLElement;
  digit: HTMLElement;
  title: HTMLElement;
  text: HTMLElement;
  source: HTMLElement;
  remark: HTMLElement;
  commands: HTMLElement;
}

interface StageElements {
  ink: HTMLCanvasElement;
  boxed: HTMLCanvasElement;
  /** The frame that is drawn around the digit. */
  box: HTMLElement;
  /** 28 × 28 pixels. */
  redrawn: HTMLCanvasElement;
  /** 28 × 28 pixels. */
  seen: HTMLCanvasElement;
  /** 28 × 28 pixels. */
  upright: HTMLCanvasElement;
  /** What holds `upright`; hidden where the network reads images as they are. */
  uprightStage: HTMLElement;
}

interface ShareElements {
  dialog: HTMLDialogElement;
  link: HTMLInputElement;
  copy: HTMLButtonElement;
  /** Hands the link to the system, where the browser can. */
  send: HTMLButtonElement;
  /** Says what became of it. */
  done: HTMLElement;
}

type ThemeChoice = 'system' | 'light' | 'dark';

declare namespace MNIST {
  namespace ui {
    class Announcer {
      static rest: number;
      constructor(element: HTMLElement);
      say(text: string): void;
      sayAtRest(compose: () => string | null): void;
    }
    class Note {
      static duration: number;
      constructor(element: HTMLElement);
      show(text: string): void;
      hide(): void;
    }

    function statusText(status: ApiStatus): string;
    function messageFor(kind: MessageKind, apiBase: string, detail?: string): Message;
    function remarkFor(kind: MessageKind, apiBase: string, detail?: string): string;
    function promptFor(isDrawn: boolean, isLive: boolean): Message;
    function formatPercent(share: number): string;
    function roundPercent(share: number): string;
    function shortAnswer(prediction: Prediction): string;
    function headline(predictions: ReadonlyArray<Prediction>): string;
    function describeAloud(predictions: ReadonlyArray<Prediction>): string;
    function describeReading(predictions: ReadonlyArray<Prediction>): string;
    function describeCertainty(prediction: Prediction): string;
    function describeWay(way: FoundWay): string;
    function describeDoubt(doubt: Doubt): string;
    function withArticle(digit: number): string;
    function joined(...sentences: string[]): string;
    function describeSource(source: AnswerSource, milliseconds: number): string;

    function showImage(canvas: HTMLCanvasElement, pixels: Uint8Array | null): void;
    class DigitBoxes {
      constructor(layer: HTMLElement);
      show(digits: ReadonlyArray<ReadDigit>, selected: number): void;
    }
    function widenedBox(box: Box, margin: number): Box;
    class ProbabilityChart {
      constructor(list: HTMLElement);
      show(prediction: Prediction): void;
      clear(): void;
    }
    class Explanation {
      constructor(list: HTMLElement, svg: SVGSVGElement, parameters: NodeListOf<Element>);
      show(network: Network | null, probabilities: number[] | null): void;
    }
    class NetworkDiagram {
      constructor(svg: SVGSVGElement, columnCount: number);
      show(probabilities: number[] | null): void;
    }
    class Stages {
      constructor(elements: StageElements, drawing: draw.Drawing);
      recolour(): void;
      show(digit: FoundDigit | null, isUpright: boolean): void;
      play(digit: FoundDigit): void;
    }
    class ResultPanel {
      constructor(
        elements: ResultElements, chart: ProbabilityChart, select: (index: number) => void,
      );
      showPrompt(isDrawn: boolean, isLive: boolean): void;
      showMessage(message: Message): void;
      showAnswer(answer: Answer, selected: number, isCurrent: boolean, remark: string): void;
      setWaiting(isWaiting: boolean): void;
      scrollIntoView(): void;
    }
    class ShareDialog {
      constructor(elements: ShareElements);
      open(fragment: string): void;
    }
    class Shortcuts {
      constructor(commands: Record<string, () => void>, singles: HTMLInputElement);
    }
    type KeyPress = Pick<
      KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'
    >;
    function keyNames(event: KeyPress): string[];
    class Theme {
      get choice(): ThemeChoice;
      set choice(choice: ThemeChoice);
    }
    const theme: Theme;
    class ThemeSwitch {
      constructor(list: HTMLSelectElement, theme: Theme, changed: () => void);
    }
  }
}
