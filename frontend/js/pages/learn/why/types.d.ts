/**
 * What the scripts of stage B offer.
 */

declare namespace MNIST {
  namespace learn {
    class WhyStage implements Stage {
      constructor(host: StageHost);
      render(state: LearnState): void;
      leave(): void;
    }
    function rowsOf(
      ledger: Ledger, list: LearnState['list'],
    ): { rows: { name: string; value: number }[]; bias: number };
  }
}
