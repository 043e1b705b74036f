import { VigilError } from "@vigil/core";

/** Pause between two questions to a Keystone that does not answer. */
export const PROBE_INTERVAL_MS = 2_000;

/**
 * Whether Keystone serves us, for readiness. A load balancer sends nothing to a process that is not
 * ready, so nothing would ever show that Keystone is back: while it is away, it is asked in the
 * background.
 */
export class KeystoneHealth {
  readonly #probe: () => Promise<void>;
  #trouble: string | undefined = "not asked yet";
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(probe: () => Promise<void>) {
    this.#probe = probe;
  }

  /** undefined while Keystone serves us, else what is wrong. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  succeeded(): void {
    this.#trouble = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  failed(trouble: string): void {
    this.#trouble = trouble;
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.ask();
    }, PROBE_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Asks once now; keeps asking while the answer is no. Never throws. */
  async ask(): Promise<void> {
    try {
      await this.#probe();
      this.succeeded();
    } catch (error) {
      this.failed(describeTrouble(error));
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}

/** One line for an operator: the message, and which address failed how. */
export function describeTrouble(error: unknown): string {
  if (!(error instanceof VigilError)) return error instanceof Error ? error.message : "unknown trouble";
  const parts = [error.details?.keystone, error.details?.reason].filter((part) => typeof part === "string");
  return parts.length === 0 ? error.message : `${error.message} (${parts.join(": ")})`;
}
