import { VigilError } from "@vigil/core";

/** Pause between two questions to a Keystone that does not answer. */
export const PROBE_INTERVAL_MS = 2_000;
/**
 * How long an account that may not validate tokens counts as out of service. No question of our own can
 * show that it may again (everybody may ask about his own tokens), so then the next sender's token tries.
 */
export const DENIED_HOLD_MS = 60_000;

/**
 * Whether Keystone serves us, for readiness. A load balancer sends nothing to a process that is not
 * ready, so nothing would ever show that Keystone is back: while it is away, it is asked in the
 * background.
 */
export class KeystoneHealth {
  readonly #probe: () => Promise<void>;
  #trouble: string | undefined = "not asked yet";
  #timer: NodeJS.Timeout | undefined;
  #denied = false;
  #closed = false;

  constructor(probe: () => Promise<void>) {
    this.#probe = probe;
  }

  /** undefined while Keystone serves us, else what is wrong. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Keystone told us about a token, or the probe was content. */
  succeeded(): void {
    this.#trouble = undefined;
    this.#denied = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Keystone knows no such token: it serves us, but says the same to accounts that may not validate. */
  knewNothing(): void {
    if (!this.#denied) this.succeeded();
  }

  failed(trouble: string): void {
    this.#trouble = trouble;
    if (this.#timer === undefined) this.#askIn(PROBE_INTERVAL_MS);
  }

  /** Keystone answers and our login works, but our account may not validate tokens. */
  denied(trouble: string): void {
    this.#trouble = trouble;
    if (this.#denied) return;
    this.#denied = true;
    clearTimeout(this.#timer);
    this.#askIn(DENIED_HOLD_MS);
  }

  #askIn(delayMs: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.ask();
    }, delayMs);
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
