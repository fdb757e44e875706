/**
 * Asking the API.
 */

interface Namespaces {
  api: typeof MNIST.api;
}

/**
 * Why there is no answer.
 * - `unreachable`: nothing answers at the address, or a gateway there says so.
 * - `timeout`: something answers too slowly.
 * - `no-weights`: the server runs, but has no trained network.
 * - `busy`: the server has too much to do, or is asked too often.
 * - `refused`: the server answered with an error.
 * - `unexpected`: what answers is not this API.
 * - `absent`: the page's own server is not the API.
 * - `forbidden`: a server answers, but does not let pages from this origin read it.
 */
type ApiFailure =
  | 'unreachable' | 'timeout' | 'no-weights' | 'busy' | 'refused' | 'unexpected' | 'absent'
  | 'forbidden';

type ApiStatus = 'checking' | 'ready' | ApiFailure;

/** What a prediction session reports. `version` is the drawing's that was asked about. */
type SessionReport =
  | { kind: 'waiting'; version: number }
  | { kind: 'answered'; version: number; predictions: Prediction[]; milliseconds: number }
  | { kind: 'failed'; version: number; error: MNIST.api.ApiError }
  | { kind: 'cancelled'; version: number };

declare namespace MNIST {
  namespace api {
    class ApiError extends Error {
      kind: ApiFailure;
      detail: string;
      constructor(kind: ApiFailure, detail?: string);
    }
    function apiBasesFor(
      page: { protocol: string; hostname: string; port: string; origin: string; search: string },
      meta?: string,
    ): string[];
    class ApiClient {
      get base(): string;
      constructor(bases: string[], pageOrigin?: string);
      predict(images: Uint8Array[], signal: AbortSignal): Promise<Prediction[]>;
      weights(known?: string): Promise<WeightsFile | null>;
      health(signal: AbortSignal): Promise<{ isModelLoaded: boolean; detail: string }>;
    }
    /** Dispatches `check` after each look. */
    class HealthMonitor extends EventTarget {
      static calm: number;
      static soonest: number;
      static latest: number;
      static timeout: number;
      status: ApiStatus;
      detail: string;
      constructor(client: Pick<ApiClient, 'health'>, isWatched: () => boolean);
      check(): Promise<void>;
    }
    class PredictionSession {
      static waitingDelay: number;
      static timeout: number;
      constructor(client: Pick<ApiClient, 'predict'>, report: (report: SessionReport) => void);
      ask(version: number, images: Uint8Array[]): Promise<void>;
      cancel(): void;
    }
  }
}
