import { describe, expect, test } from "vitest";
import { findingsOf, type System } from "./system.ts";

const NOW_MS = Date.parse("2026-01-02T00:00:00Z");

type Process = System["processes"][number];

function processOf(role: string, over: Partial<Process> = {}): Process {
  const who = { role, instance: `${role}-1`, host: "h1", version: "0.1.0" };
  const when = { startedAt: "2026-01-01T00:00:00Z", silentMs: 10_000, clockAheadMs: 3 };
  return { ...who, ...when, facts: {}, ...over };
}

const SPOOL = {
  edge: "h1:9322",
  version: "0.1.0",
  clockAheadMs: 0,
  records: 0,
  bytes: 0,
  oldestMs: 0,
  refused: 0,
  journaled: 0,
  recorded: 0,
  unreadable: 0,
};
const STREAM = {
  name: "VIGIL_EVENTS",
  messages: 9,
  bytes: 900,
  bytesMax: 1_000_000,
  replicas: 3,
  replicasCurrent: 3,
};
const BROKER = {
  server: "n1",
  version: "2.10.22",
  cluster: "c",
  payloadBytesMax: 1_048_576,
  storeBytesMax: -1,
  storeBytes: 900,
  streams: [STREAM],
  consumer: { pending: 0, ackPending: 0, redelivered: 0 },
};

const WELL: System = {
  version: "0.1.0",
  clockMs: NOW_MS,
  apiClockMs: NOW_MS,
  processes: ["api", "state", "worker"].map((role) => processOf(role)),
  database: { version: "16.4", clockMs: NOW_MS, settings: {}, connections: 9, pool: 24, bytes: 1 },
  broker: BROKER,
  brokerProblem: null,
  spools: [SPOOL],
  events: {},
  oldestEventMs: 0,
  runs: {},
  oldestDueMs: 0,
  deadLettersOpen: 0,
  plans: { RECOMMENDED: 4 },
  audits: {},
  model: { hash: "ab", importedAt: "2026-01-01T23:00:00Z", revision: 1 },
};

const codes = (over: Partial<System>) => findingsOf({ ...WELL, ...over }, NOW_MS).map(({ code }) => code);

test("nothing is said of a system that is well", () => {
  expect(codes({})).toEqual([]);
});

describe("each thing that needs a hand is named", () => {
  const withWorker = (over: Partial<Process>) => [...WELL.processes.slice(0, 2), processOf("worker", over)];
  test.each<[string, Partial<System>]>([
    ["no-worker", { processes: WELL.processes.slice(0, 2) }],
    ["no-applier", { plans: { PENDING: 1 } }],
    ["no-edge", { spools: [] }],
    [
      "role-silent",
      { processes: [...WELL.processes, processOf("worker", { host: "h2", silentMs: 400_000 })] },
    ],
    ["mixed-releases", { processes: withWorker({ version: "0.2.0" }) }],
    ["clock-skew", { processes: withWorker({ clockAheadMs: -60_000 }) }],
    ["clock-skew", { apiClockMs: NOW_MS + 60_000 }],
    ["broker-away", { broker: null, brokerProblem: "no connection", spools: [] }],
    ["no-consumer", { broker: { ...BROKER, consumer: null } }],
    ["workers-lag", { broker: { ...BROKER, consumer: { pending: 20_000, ackPending: 0, redelivered: 0 } } }],
    ["replica-missing", { broker: { ...BROKER, streams: [{ ...STREAM, replicasCurrent: 2 }] } }],
    ["stream-full", { broker: { ...BROKER, streams: [{ ...STREAM, bytes: 900_000 }] } }],
    ["spool-waits", { spools: [{ ...SPOOL, records: 3, oldestMs: 120_000 }] }],
    ["spool-unreadable", { spools: [{ ...SPOOL, unreadable: 2 }] }],
    ["spool-refused", { spools: [{ ...SPOOL, refused: 1 }] }],
    ["runs-due", { oldestDueMs: 90_000, runs: { DUE: 3 } }],
    ["events-wait", { oldestEventMs: 3_600_000 }],
    ["dead-letters", { deadLettersOpen: 2 }],
    ["no-model", { model: null }],
    ["model-old", { model: { hash: "ab", importedAt: "2025-12-24T00:00:00Z", revision: 1 } }],
  ])("%s", (code, over) => {
    expect(codes(over)).toEqual([code]);
    const [finding] = findingsOf({ ...WELL, ...over }, NOW_MS);
    expect(`${finding!.seen}${finding!.wanted}${finding!.advice}`).not.toMatch(/undefined|NaN/);
  });
});

test("a worker that was killed and is back in its place is not missed", () => {
  const dead = processOf("worker", { instance: "old", silentMs: 600_000 });
  expect(codes({ processes: [...WELL.processes, dead] })).toEqual([]);
});

test("a stream of changes is full as a matter of course", () => {
  expect(
    codes({ broker: { ...BROKER, streams: [{ ...STREAM, name: "VIGIL_CHANGES", bytes: 999_999 }] } }),
  ).toEqual([]);
});
