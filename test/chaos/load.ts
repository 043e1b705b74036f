/**
 * Senders of alarms, and their own list of what was answered. They send at a steady rate whether answers come or not;
 * some repeat what was not acknowledged, and a few repeat what was, as alarm services and proxies do.
 */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Random } from "./random.ts";

/** A sender's patience for one answer. */
const ANSWER_MS_MAX = 15_000;
/** Sends of one occurrence, at most. */
const SENDS_MAX = 4;
/** Share of acknowledged occurrences that are sent again all the same. */
const REPEATED_SHARE = 0.03;
/** Share of occurrences that are sent again when the answer was not 202. */
const RETRIED_SHARE = 0.6;
const RETRY_MS = { from: 100, to: 2_500 };

/** What makes two posts one occurrence: see `packages/core/src/events/occurrence.ts`. */
type Shape = "idempotency key" | "event alarm" | "other alarm";

/** Something that happened once, and was told once or more. */
export interface Occurrence {
  /** Stands in the body, so that the ledger's rows can be told apart without any of the product's ids. */
  readonly id: string;
  readonly audit: string;
  readonly shape: Shape;
  sends: number;
  /** Answers 202. */
  acknowledged: number;
  /** Ids of events that those answers named. */
  readonly eventIds: Set<string>;
}

export interface Target {
  audit: string;
  /** How often it is drawn, in relation to the others. */
  weight: number;
}

export class Load {
  readonly occurrences: Occurrence[] = [];
  /** Of the answers 202, from the send. */
  readonly latenciesMs: number[] = [];
  /** Answers by status, and sends without an answer by error code. */
  readonly answers = new Map<string, number>();
  readonly #edges: readonly string[];
  readonly #targets: readonly string[];
  readonly #token: string;
  readonly #random: Random;
  readonly #agent = new Agent({ connections: 64, pipelining: 1 });
  readonly #open = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(options: {
    edges: readonly string[];
    targets: readonly Target[];
    token: string;
    random: Random;
  }) {
    this.#edges = options.edges;
    this.#targets = options.targets.flatMap(({ audit, weight }) =>
      Array.from({ length: weight }, () => audit),
    );
    this.#token = options.token;
    this.#random = options.random;
  }

  /** Sends until `stop`. */
  start(perSecond: number): void {
    const begun = performance.now();
    const tick = setInterval(() => {
      const due = ((performance.now() - begun) * perSecond) / 1_000;
      while (this.occurrences.length < due) this.#track(this.#tell(this.#next()));
    }, 10);
    this.#stopping.signal.addEventListener("abort", () => clearInterval(tick));
  }

  /** Resolves when the last answer is in. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    while (this.#open.size > 0) await Promise.all(this.#open);
    await this.#agent.close();
  }

  #track(work: Promise<void>): void {
    this.#open.add(work);
    void work.finally(() => this.#open.delete(work));
  }

  #next(): Occurrence {
    const occurrence: Occurrence = {
      id: `occurrence-${randomUUID()}`,
      audit: this.#random.pick(this.#targets),
      shape: this.#random.pick(["idempotency key", "idempotency key", "event alarm", "other alarm"] as const),
      sends: 0,
      acknowledged: 0,
      eventIds: new Set(),
    };
    this.occurrences.push(occurrence);
    return occurrence;
  }

  async #tell(occurrence: Occurrence): Promise<void> {
    const retried = this.#random.chance(RETRIED_SHARE);
    const repeated = this.#random.chance(REPEATED_SHARE);
    const waits = Array.from({ length: SENDS_MAX }, () => this.#random.between(RETRY_MS.from, RETRY_MS.to));
    for (const waitMs of waits) {
      await this.#send(occurrence);
      const again = occurrence.acknowledged === 0 ? retried : repeated && occurrence.acknowledged === 1;
      if (!again || this.#stopping.signal.aborted) return;
      await sleep(waitMs);
    }
  }

  /** A refused connection is tried at the other edges at once, as a balancer would; nothing was sent then. */
  async #send(occurrence: Occurrence): Promise<void> {
    const first = this.#random.below(this.#edges.length);
    for (let n = 0; n < this.#edges.length; n++)
      if (await this.#sendTo(this.#edges[(first + n) % this.#edges.length]!, occurrence)) return;
  }

  /** False: the connection was refused. */
  async #sendTo(edge: string, occurrence: Occurrence): Promise<boolean> {
    const begun = performance.now();
    occurrence.sends++;
    try {
      const { statusCode, headers, body } = await request(`${edge}/v1/webhooks/${occurrence.audit}`, {
        method: "POST",
        dispatcher: this.#agent,
        headersTimeout: ANSWER_MS_MAX,
        bodyTimeout: ANSWER_MS_MAX,
        headers: {
          "content-type": "application/json",
          "x-auth-token": this.#token,
          "x-openstack-request-id": `req-${randomUUID()}`,
          ...(occurrence.shape === "idempotency key" ? { "idempotency-key": occurrence.id } : {}),
        },
        body: JSON.stringify(bodyOf(occurrence)),
      });
      await body.dump();
      this.#count(String(statusCode));
      if (statusCode !== 202) return true;
      this.latenciesMs.push(performance.now() - begun);
      occurrence.acknowledged++;
      const eventId = headers["vigil-event-id"];
      if (typeof eventId === "string") occurrence.eventIds.add(eventId);
    } catch (error) {
      const code = (error as { code?: string }).code ?? (error as Error).name;
      this.#count(code);
      if (code === "ECONNREFUSED") return false;
    }
    return true;
  }

  #count(answer: string): void {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  }
}

/** As the alarm service writes them (alarm senders, section 3.2 and 4.2), with the occurrence where its identity is. */
function bodyOf({ id, shape }: Occurrence): object {
  if (shape === "idempotency key") return { occurrence: id };
  const event = shape === "event alarm";
  return {
    alarm_name: "chaos",
    alarm_id: "5250471d-683f-48e7-9eeb-5c40b65e5497",
    severity: "critical",
    previous: "alarm",
    current: "alarm",
    reason: event ? `Event <id=${id},event_type=compute.instance.update> hits the query <query=[]>.` : id,
    reason_data: event
      ? { type: "event", event: { message_id: id, event_type: "compute.instance.update", traits: [] } }
      : { type: "threshold", disposition: "outside", count: 1, most_recent: 1 },
  };
}
