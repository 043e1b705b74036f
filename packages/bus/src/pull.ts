/**
 * Pulls messages from a JetStream consumer with exact credit: never more than `windowMessages` are held by
 * the owner or on their way to it.
 *
 * Why not `consume()` of nats.js: it counts a message as done when it arrives, not when it has been
 * handled, so with a callback it fetches without bound, and through its iterator a paused reader is taken
 * for missed heartbeats; a deleted consumer leaves it waiting, and its `stop()` throws away what the server
 * has already sent (which then comes again only after the ack wait). Here each pull request has a
 * subscription of its own, so that what arrives is booked to the request that asked for it.
 */

import { type Msg, type NatsConnection, nanos, type Subscription } from "nats";

export interface PullOptions {
  connection: NatsConnection;
  /** A new subject that messages may come to. */
  inbox(): string;
  stream: string;
  consumer: string;
  /** Messages held by the owner plus messages asked for. */
  windowMessages: number;
  /** Life of one request at the broker, ms; what is silent for longer (and a grace) is taken for lost. */
  requestExpiresMs: number;
  /** A message came; the owner calls `release` when it has done with it. */
  onMessage(message: Msg): void;
  /** The consumer is gone or silent. The loop has ended; the owner makes a new one. */
  onLost(reason: string): void;
}

export interface Pull {
  /** The owner has done with one message. */
  release(): void;
  /** The broker has not been found silent and knows the consumer. */
  healthy(): boolean;
  /**
   * Asks for nothing more and delivers what the broker has already sent. Resolves when nothing more will
   * come. Idempotent.
   */
  stop(): Promise<void>;
  /** Ends at once; what the broker has sent and is not here yet is lost for this consumer. */
  abandon(): void;
}

/** How late the end of a request may be announced. */
const ANSWER_GRACE_MS = 2_000;
const CHECK_MS = 1_000;
/** A drain takes one round trip; on a broken connection it would wait for the next one. */
const DRAIN_TIMEOUT_MS = 1_000;
/** The request ended and the consumer still exists (408: its time is over, 409: limits, a new leader). */
const TRANSIENT_CODES: ReadonlySet<number> = new Set([404, 408, 409]);

interface Request {
  subscription: Subscription;
  /** Messages asked for and not arrived. */
  left: number;
  /** performance.now() by which it has ended, if the broker lives, ms. */
  endsBeforeMs: number;
}

export function startPull(options: PullOptions): Pull {
  return new PullLoop(options);
}

class PullLoop implements Pull {
  readonly #options: PullOptions;
  readonly #subject: string;
  readonly #requests = new Set<Request>();
  readonly #check: NodeJS.Timeout;
  #held = 0;
  #ended = false;
  #stopped: Promise<void> | undefined;

  constructor(options: PullOptions) {
    this.#options = options;
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${options.stream}.${options.consumer}`;
    this.#check = setInterval(() => this.#checkSigns(), CHECK_MS);
    this.#refill();
  }

  /** Asks in portions of at least a quarter of the window, so that a request costs little per message. */
  #refill(): void {
    if (this.#ended) return;
    const { windowMessages } = this.#options;
    let free = windowMessages - this.#held;
    for (const request of this.#requests) free -= request.left;
    if (free < Math.max(1, windowMessages / 4) && this.#requests.size > 0) return;
    if (free > 0) this.#ask(free);
  }

  #ask(batch: number): void {
    const { connection, requestExpiresMs } = this.#options;
    const inbox = this.#options.inbox();
    const request: Request = {
      left: batch,
      endsBeforeMs: performance.now() + requestExpiresMs + ANSWER_GRACE_MS,
      subscription: connection.subscribe(inbox, {
        callback: (error, message) => {
          if (error !== null) return this.#lost(`the pull subscription failed: ${error.message}`);
          if (message.subject === inbox) this.#status(request, message);
          else this.#message(request, message);
        },
      }),
    };
    this.#requests.add(request);
    const body = JSON.stringify({ batch, expires: nanos(requestExpiresMs) });
    connection.publish(this.#subject, body, { reply: inbox });
  }

  #message(request: Request, message: Msg): void {
    this.#held++;
    request.left--;
    if (request.left <= 0) this.#close(request);
    this.#options.onMessage(message);
    this.#refill();
  }

  #status(request: Request, message: Msg): void {
    const code = message.headers?.code ?? 0;
    this.#close(request);
    const description = message.headers?.description ?? "";
    const gone = code === 409 && /consumer deleted/i.test(description);
    if (gone || !TRANSIENT_CODES.has(code)) {
      this.#lost(code === 503 ? "the stream or its consumer does not exist" : `${code} ${description}`);
    } else if (code === 408) {
      this.#refill();
    }
    // Other 409 (a new leader, too many pulls waiting): asked again by the next check, not in a tight loop.
  }

  #checkSigns(): void {
    const nowMs = performance.now();
    const silent = [...this.#requests].some((request) => request.endsBeforeMs < nowMs);
    if (silent) this.#lost("the broker does not answer");
    else this.#refill();
  }

  #close(request: Request): void {
    this.#requests.delete(request);
    if (!request.subscription.isClosed()) request.subscription.unsubscribe();
  }

  #lost(reason: string): void {
    if (this.#ended) return;
    this.abandon();
    this.#options.onLost(reason);
  }

  abandon(): void {
    this.#ended = true;
    clearInterval(this.#check);
    for (const request of [...this.#requests]) this.#close(request);
  }

  release(): void {
    this.#held--;
    this.#refill();
  }

  healthy(): boolean {
    return !this.#ended;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#drain();
    return this.#stopped;
  }

  async #drain(): Promise<void> {
    this.#ended = true;
    clearInterval(this.#check);
    const drains = [...this.#requests].map((request) => request.subscription.drain().catch(() => undefined));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DRAIN_TIMEOUT_MS);
    });
    await Promise.race([Promise.all(drains), timeout]);
    clearTimeout(timer);
    this.#requests.clear();
  }
}
