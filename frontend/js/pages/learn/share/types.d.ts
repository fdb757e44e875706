/**
 * Links that hold the page's state.
 */

/** What is looked at, and how it is set. */
type LinkView = Pick<
  LearnState,
  'selected' | 'temperature' | 'digit' | 'rival' | 'map' | 'list' | 'erased' | 'target' | 'blameStep' | 'weight' | 'learningRate' | 'nudge'
>;

/** How one part of a link is written and read. */
interface ViewPart {
  /** Empty if it need not be said. */
  write(state: LinkView): string;
  /** null if it cannot be read. */
  read(text: string, layers: ReadonlyArray<Pick<Layer, 'inputs' | 'outputs'>>): Partial<LinkView> | null;
}

/** Its name in a link, and what reads it. */
type SettingPart = [short: string, read: (text: string) => unknown];

/** How a training begins, not how far it has come. */
interface Training {
  /** The recipe that the settings are of; null if they were changed since. */
  preset: string | null;
  settings: WatchSettings;
}

interface LinkContent {
  stage: StageName | null;
  /** null if the link has no drawing. */
  strokes: Stroke[] | null;
  changes: Edit[][];
  view: Partial<LinkView>;
  training: Training | null;
  lesson: LessonPlace | null;
  hide: string[];
  lock: string[];
  /** Whether the page has made it, and not a hand: then it says all, and the rest is as it usually is. */
  isWhole: boolean;
}

/** What is written into a link. */
interface LinkSource extends Omit<LinkContent, 'view' | 'strokes' | 'changes' | 'isWhole'> {
  strokes: ReadonlyArray<Readonly<Stroke>> | null;
  changes: ReadonlyArray<ReadonlyArray<Edit>>;
  view: LinkView;
}

/** `foreign`: it is no link of this page. `version`: a later page has made it. */
type LinkProblem = 'foreign' | 'version' | 'damaged';

declare namespace MNIST {
  namespace learn {
    function csvOf(table: Pick<TableContent, 'head' | 'rows'>): string;
    function fileName(state: LearnState, what: string): string;
    function saveFile(content: Blob, name: string): void;
    function pictureOf(part: HTMLElement, caption: string): Promise<Blob>;
    const LINK_STAGES: readonly StageName[];
    const USUAL_VIEW: Omit<LinkView, 'selected'>;
    const VIEW_PARTS: Record<string, ViewPart>;
    function encodeTraining(training: Training, defaults: WatchSettings): string;
    function decodeTraining(text: string, defaults: WatchSettings): Training | null;
    function encodeEdits(changes: ReadonlyArray<ReadonlyArray<Edit>>): string;
    function decodeEdits(text: string, layers: ReadonlyArray<Pick<Layer, 'inputs' | 'outputs'>>): Edit[][] | null;
    function encodeLink(source: LinkSource, before: number): { text: string; isLong: boolean; hasDrawing: boolean };
    function decodeLink(
      fragment: string, layers: ReadonlyArray<Pick<Layer, 'inputs' | 'outputs'>>,
    ): LinkContent | LinkProblem;
    function linkIn(pasted: string): { fragment: string; language: string | null };
    const HIDEABLE: readonly string[];
    const LOCKABLE: Readonly<Record<'stage' | 'settings' | 'network', string>>;
    class LinkRules {
      constructor(note: (text: string) => void);
      hide: string[];
      lock: string[];
      set(rules: Pick<LinkContent, 'hide' | 'lock'>): string;
      apply(): void;
    }
    function enterFullScreen(): Promise<void>;
    function openClassSheet(pixels: ArrayLike<number>, link: string): Promise<void>;
    class LinkDialog {
      constructor(openLink: (pasted: string) => string, openSheet: (link: string) => void);
      open(
        link: string, notes: string[], rules: Pick<LinkContent, 'hide' | 'lock'>,
        linkWith: (rules: Pick<LinkContent, 'hide' | 'lock'>) => string,
      ): void;
    }
    class ShareRoom {
      constructor(host: ShareHost);
      open(): void;
      restore(fragment: string): Promise<boolean>;
      completed(state: LearnState): LearnState;
      render(): void;
      getFragment(): string;
    }
  }
}
