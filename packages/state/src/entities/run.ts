import { defineEntity, p } from "@mikro-orm/core";
import { RUN_STATES } from "@vigil/core";
import { AuditSchema } from "./audit.ts";
import { createdAt, id, json, time, uuid } from "./columns.ts";

/**
 * One execution of an audit's strategy, over all its attempts. At most one run of an audit is due or live: the
 * database itself says so, whatever the code believes.
 */
export const RunSchema = defineEntity({
  name: "Run",
  tableName: "run",
  properties: {
    id: id(),
    runId: uuid(),
    audit: () => p.manyToOne(AuditSchema).index("run_audit_id_index"),
    state: p.enum(() => RUN_STATES),
    cause: p.enum(() => ["EVENT", "ONESHOT", "CONTINUOUS"] as const),
    attempts: p.integer().default(0),
    /** Fencing token: grows with every lease. */
    token: p.bigint("string").default(0),
    workerId: p.text().nullable(),
    /** Counter, not a clock: the lease is dead when it has not moved for the lease time. */
    heartbeat: p.bigint("string").default(0),
    /** 0 .. 2^32-1, drawn once for all attempts. */
    seed: p.bigint("string"),
    /** The action plan under way that keeps this DUE run from starting. */
    blockedBy: p.bigint("string").nullable(),
    /** A worker that held it died, it ended its thread, or the run before it was given up alone: it is computed in a process of its own. */
    isSuspect: p.boolean().default(false),
    /** What the attempts came to that count, oldest first. */
    failures: json<string[]>().nullable(),
    /** The question by which it was claimed, known again when its answer got lost. */
    claimId: p.uuid().nullable(),
    dueAt: time().defaultRaw("clock_timestamp()"),
    /** What a repeated Complete of the same token is answered. */
    leaseAnswer: p.json<Record<string, unknown>>().nullable(),
    snapshotHash: p.text().nullable(),
    /** Until there is a plan: the one the audit names; null: its goal's default. */
    strategyName: p.text().nullable(),
    strategyVersion: p.text().nullable(),
    error: p.text().nullable(),
    computeMs: p.double().nullable(),
    explanation: json<Record<string, unknown>>().nullable(),
    /** What the run was started with, anew at each attempt: the audit may be changed later. */
    goalName: p.text().nullable(),
    auditType: p.text().nullable(),
    parameters: json<Record<string, unknown>>().nullable(),
    scope: json<unknown[]>().nullable(),
    history: json<Record<string, unknown>>().nullable(),
    /** The operator's options; the worker tells them with the plan. */
    options: json<Record<string, unknown>>().nullable(),
    createdAt: createdAt(),
    startedAt: time().nullable(),
    finishedAt: time().nullable(),
  },
  uniques: [{ name: "run_one_open_unique", properties: ["audit"], where: "state in ('DUE', 'LIVE')" }],
  indexes: [
    { name: "run_due_index", properties: ["dueAt"], where: "state = 'DUE' and blocked_by is null" },
    { name: "run_blocked_by_index", properties: ["blockedBy"], where: "blocked_by is not null" },
    {
      name: "run_culprit_index",
      properties: ["audit", "id"],
      where: "is_suspect and state in ('FAILED', 'DEAD_LETTER')",
    },
    { name: "run_claim_id_index", properties: ["claimId"], where: "state = 'LIVE'" },
    {
      name: "run_snapshot_hash_index",
      properties: ["snapshotHash", "finishedAt"],
      where: "snapshot_hash is not null",
    },
    { name: "run_live_index", properties: ["id"], where: "state = 'LIVE'" },
  ],
});
