/** Watches what becomes of the runs and plans that a killed or paused process held. */

import type pg from "pg";

const POLL_MS = 50;

export interface Takeover {
  of: "run" | "plan";
  id: string;
  cause: string;
  beganAt: number;
  /** Until another process held it, or it had ended, ms. */
  takenMs?: number;
  /** Until it had ended, ms. */
  endedMs?: number;
}

const QUERIES = {
  run: {
    held: "select run_id as id, token from run where state = 'LIVE' and worker_id like $1",
    now: "select run_id as id, token, state in ('DUE', 'LIVE') as open from run where run_id = any($1)",
  },
  plan: {
    held: "select uuid as id, token from action_plan where state = 'ONGOING' and applier_id like $1",
    now: "select uuid as id, token, state in ('ONGOING', 'CANCELLING') as open from action_plan where uuid = any($1)",
  },
} as const;

export class Takeovers {
  readonly all: (Takeover & { token: string })[] = [];
  readonly #sql: pg.Pool;
  readonly #timer: NodeJS.Timeout;
  #looking = false;

  constructor(sql: pg.Pool) {
    this.#sql = sql;
    this.#timer = setInterval(() => void this.#look(), POLL_MS);
  }

  /** Notes what the process holds at this moment, as far as the database can be asked. */
  async note(of: Takeover["of"], pid: number, cause: string): Promise<void> {
    const beganAt = performance.now();
    try {
      const { rows } = await this.#sql.query<{ id: string; token: string }>(QUERIES[of].held, [`%:${pid}:%`]);
      for (const row of rows) this.all.push({ of, cause, beganAt, ...row });
    } catch {
      // The database is down as well: nothing to measure.
    }
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      await this.#update("run");
      await this.#update("plan");
    } catch {
      // Down; the next look tells.
    } finally {
      this.#looking = false;
    }
  }

  async #update(of: Takeover["of"]): Promise<void> {
    const open = this.all.filter((takeover) => takeover.of === of && takeover.endedMs === undefined);
    if (open.length === 0) return;
    const { rows } = await this.#sql.query<{ id: string; token: string; open: boolean }>(QUERIES[of].now, [
      open.map(({ id }) => id),
    ]);
    const now = new Map(rows.map((row) => [row.id, row]));
    for (const takeover of open) {
      const row = now.get(takeover.id);
      const ms = performance.now() - takeover.beganAt;
      if (row?.open !== true || row.token !== takeover.token) takeover.takenMs ??= ms;
      if (row?.open !== true) takeover.endedMs = ms;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
