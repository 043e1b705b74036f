/**
 * The runs this worker holds a lease of: pure bookkeeping, times are given in.
 *
 * A run passes through phases: waiting (nothing computed yet, may be handed back), computing, finishing
 * (the result is being written). It leaves by `remove`, whatever happened to it. Its signal is aborted when
 * it is no longer worth going on, with a reason.
 *
 * A lease is trusted for `leaseMs` after the beginning of the last call that moved its heartbeat: state
 * began to count no earlier than that, so this worker gives up no later than state may.
 */

import type { Lease__Output } from "@vigil/proto";

export type RunPhase = "waiting" | "computing" | "finishing";

/** Why a run ends without a result of its own. */
export type AbortReason =
  /** State says that it is somebody else's or ended. */
  | "lost"
  /** No heartbeat got through for the lease time. */
  | "expired"
  /** This worker got a newer lease of the same run. */
  | "superseded"
  /** The worker stops. */
  | "stopping";

export interface ActiveRun {
  readonly lease: Lease__Output;
  readonly signal: AbortSignal;
  phase: RunPhase;
  /** Monotonic time until which the lease is this worker's for sure, ms. */
  trustedUntilMs: number;
}

export interface LeaseRef {
  runId: string;
  token: string;
}

export class ActiveRuns {
  readonly #runs = new Map<string, { run: ActiveRun; controller: AbortController }>();

  get size(): number {
    return this.#runs.size;
  }

  /**
   * Takes a lease.
   * @param askedAtMs monotonic time at which the call that brought the lease began
   * @returns undefined when it is held already or is older than the one held
   */
  add(lease: Lease__Output, askedAtMs: number): ActiveRun | undefined {
    const held = this.#runs.get(lease.runId);
    if (held !== undefined) {
      if (BigInt(lease.token) <= BigInt(held.run.lease.token)) return undefined;
      this.abort(held.run, "superseded");
    }
    const controller = new AbortController();
    const run: ActiveRun = {
      lease,
      signal: controller.signal,
      phase: "waiting",
      trustedUntilMs: askedAtMs + lease.leaseMs,
    };
    this.#runs.set(lease.runId, { run, controller });
    return run;
  }

  abort(run: ActiveRun, reason: AbortReason): void {
    const held = this.#runs.get(run.lease.runId);
    if (held?.run === run) held.controller.abort(reason);
  }

  /** Idempotent; a newer lease of the same run stays. */
  remove(run: ActiveRun): void {
    if (this.#runs.get(run.lease.runId)?.run === run) this.#runs.delete(run.lease.runId);
  }

  all(): ActiveRun[] {
    return [...this.#runs.values()].map(({ run }) => run);
  }

  /** What a heartbeat has to name. */
  refs(): LeaseRef[] {
    return this.all().map(refOf);
  }

  /**
   * The heartbeats of these leases got through, except those of the lost runs, which are aborted and
   * returned. A run whose result is being written is left alone: state may have taken it just now.
   */
  beaten(refs: LeaseRef[], lostRunIds: string[], askedAtMs: number): ActiveRun[] {
    const lost = new Set(lostRunIds);
    const aborted: ActiveRun[] = [];
    for (const { runId, token } of refs) {
      const run = this.#runs.get(runId)?.run;
      if (run === undefined || run.lease.token !== token) continue;
      if (!lost.has(runId)) {
        run.trustedUntilMs = Math.max(run.trustedUntilMs, askedAtMs + run.lease.leaseMs);
      } else if (run.phase !== "finishing") {
        this.abort(run, "lost");
        aborted.push(run);
      }
    }
    return aborted;
  }

  /** Aborts the runs whose lease can't be trusted any more. Returns them. */
  expire(nowMs: number): ActiveRun[] {
    const expired = this.all().filter((run) => run.trustedUntilMs <= nowMs && !run.signal.aborted);
    for (const run of expired) this.abort(run, "expired");
    return expired;
  }

  /** The shortest heartbeat that a held lease asks for, ms; undefined without leases. */
  heartbeatMs(): number | undefined {
    const periods = this.all().map((run) => run.lease.heartbeatMs);
    return periods.length === 0 ? undefined : Math.min(...periods);
  }
}

export function refOf(run: ActiveRun): LeaseRef {
  return { runId: run.lease.runId, token: run.lease.token };
}
