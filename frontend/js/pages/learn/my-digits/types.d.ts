/** The stage "My digits". */

declare namespace MNIST {
  namespace learn {
    const MINE_LAYOUT: string;
    class MineLabels {
      constructor(container: HTMLElement, choose: (label: number) => void);
      mark(label: number | null): void;
      showCounts(counts: ReadonlyArray<number>): void;
    }
    class MineGallery {
      constructor(
        read: (digit: OwnDigit) => { digit: number; share: number },
        relabel: (digit: OwnDigit, label: number) => void,
        remove: (digit: OwnDigit) => void,
      );
      show(digits: ReadonlyArray<OwnDigit>): void;
    }
    class MineFiles {
      constructor(
        digits: () => ReadonlyArray<OwnDigit>,
        keep: (digits: OwnDigit[]) => Promise<number>,
        report: (text: string, isProblem: boolean) => void,
      );
    }
    function saveMineFile(name: string, content: BlobPart, type: string): void;
    class MineStage implements Stage {
      constructor(host: StageHost);
      render(): void;
      leave(): void;
    }
  }
}
