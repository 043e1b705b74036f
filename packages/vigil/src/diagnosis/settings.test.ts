/** What the doctor makes of numbers and settings, apart from any server. */

import { describe, expect, test } from "vitest";
import { brokerFindings } from "./broker.ts";
import { dateFinding } from "./clock.ts";
import { installationFindings } from "./installation.ts";
import { poolFindings } from "./machine.ts";
import { dateFindings } from "./reach.ts";
import type { System } from "./system.ts";

const NOW_MS = Date.parse("2026-01-01T00:00:00Z");
const codes = (findings: readonly { code: string }[]) => findings.map(({ code }) => code);

describe("NATS", () => {
  const facts = {
    server: "n1",
    version: "2.10.22",
    cluster: "",
    payloadBytesMax: 8_388_608,
    storeBytesMax: -1,
    storeBytes: 0,
    streams: [{ name: "VIGIL_EVENTS", messages: 0, bytes: 0, bytesMax: 1, replicas: 1, replicasCurrent: 1 }],
    clockMs: NOW_MS,
    consumer: undefined,
  };
  const config = { webhookBodyBytesMax: 1_048_576, natsReplicas: 1 };
  const found = (over: object, settings = {}) =>
    codes(brokerFindings({ ...facts, ...over }, { ...config, ...settings }, NOW_MS));

  test.each<[string[], object, object?]>([
    [[], {}],
    [["nats-version"], { version: "2.8.4" }],
    [[], { version: "3.0.0" }],
    [["nats-max-payload"], { payloadBytesMax: 1_048_576 }],
    [["nats-replicas", "stream-replicas"], {}, { natsReplicas: 3 }],
    [["nats-one-copy"], { cluster: "c" }],
    [["nats-store-room"], { storeBytesMax: 1_000_000 }],
    [["clock-skew"], { clockMs: NOW_MS - 60_000 }],
    [[], { clockMs: undefined }],
  ])("%j of %j %j", (wanted, over, settings) => expect(found(over, settings)).toEqual(wanted));
});

test.each([
  [[], { cores: 4, memoryMiB: 8_192, threads: 3, heapMiB: 1_024 }],
  [["pool-too-large"], { cores: 2, memoryMiB: 64_000, threads: 3, heapMiB: 1_024 }],
  [["pool-too-small"], { cores: 16, memoryMiB: 64_000, threads: 2, heapMiB: 1_024 }],
  [["pool-memory"], { cores: 4, memoryMiB: 2_000, threads: 3, heapMiB: 1_024 }],
])("%j of a worker with %j", (wanted, machine) => expect(codes(poolFindings("it", machine))).toEqual(wanted));

describe("PostgreSQL", () => {
  const WELL = {
    max_connections: "100",
    superuser_reserved_connections: "3",
    fsync: "on",
    server_encoding: "UTF8",
  };
  const found = (version: string, settings: Record<string, string>) =>
    codes(
      installationFindings({
        database: {
          version,
          clockMs: 0,
          settings: { ...WELL, ...settings },
          connections: 1,
          pool: 24,
          bytes: 1,
        },
        processes: [],
      } as unknown as System),
    );

  test.each<[string[], string, Record<string, string>]>([
    [[], "16.4 (Debian 16.4-1)", {}],
    [["postgresql-version"], "14.9", {}],
    [["postgresql-durability"], "16.4", { fsync: "off" }],
    [["postgresql-durability"], "16.4", { synchronous_commit: "off" }],
    [["postgresql-connections"], "16.4", { max_connections: "20" }],
    [["postgresql-encoding"], "16.4", { server_encoding: "SQL_ASCII" }],
  ])("%j of %s with %j", (wanted, version, settings) => expect(found(version, settings)).toEqual(wanted));
});

test("certificates: ended, ending, not begun, good", () => {
  const at = (days: number) => new Date(NOW_MS + days * 86_400_000).toUTCString();
  const found = (from: number, to: number) => codes(dateFindings("x", at(from), at(to), NOW_MS));
  expect([found(-9, -1), found(-9, 9), found(1, 99), found(-9, 99)]).toEqual([
    ["tls-expired"],
    ["tls-expiring"],
    ["tls-not-yet"],
    [],
  ]);
});

test("clocks by the date of an answer", () => {
  const found = (header: string | null) => codes(dateFinding("x", header, NOW_MS));
  expect(found("Thu, 01 Jan 2026 00:00:02 GMT")).toEqual([]);
  expect(found("Thu, 01 Jan 2026 00:01:00 GMT")).toEqual(["clock-skew"]);
  expect(found(null)).toEqual([]);
  expect(found("soon")).toEqual([]);
});
