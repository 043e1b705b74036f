/** How soon the whole system works again after a server was away: an event accepted, a run completed. */

import type pg from "pg";
import type { Outage } from "./faults.ts";
import type { Load } from "./load.ts";

const POLL_MS = 100;

export interface Recovery {
  what: string;
  /** From the server's return to the next 202, ms. */
  acceptedMs?: number;
  /** To the next run that succeeded, ms. */
  completedMs?: number;
}

export class Pulse {
  readonly #samples: { atMs: number; accepted: number; completed: number }[] = [];
  readonly #timer: NodeJS.Timeout;
  #looking = false;

  constructor(sql: pg.Pool, load: Load) {
    this.#timer = setInterval(() => {
      if (this.#looking) return;
      this.#looking = true;
      void sql
        .query<{ n: number }>("select count(*)::int as n from run where state = 'SUCCEEDED'")
        .then(
          ({ rows }) => {
            const accepted = load.latenciesMs.length;
            this.#samples.push({ atMs: performance.now(), accepted, completed: rows[0]!.n });
          },
          () => undefined,
        )
        .finally(() => {
          this.#looking = false;
        });
    }, POLL_MS);
  }

  after({ what, backAt }: Outage): Recovery {
    const later = this.#samples.filter(({ atMs }) => atMs >= backAt);
    const [first] = later;
    const since = (of: "accepted" | "completed") => {
      const next = later.find((sample) => first !== undefined && sample[of] > first[of]);
      return next && next.atMs - backAt;
    };
    return { what, acceptedMs: since("accepted"), completedMs: since("completed") };
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
