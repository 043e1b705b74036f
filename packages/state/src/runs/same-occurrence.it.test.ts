/** Which events the ledger takes for one occurrence, on PostgreSQL: its clock, its rows of one audit. */

import { hash } from "node:crypto";
import { identifyOccurrence, readAlarmBody } from "@vigil/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { autoCommit, rows } from "../database/transaction.ts";
import { event, openRunWorld, type RunWorld } from "./testing/run-world.ts";

let world: RunWorld;
let ingest: RunWorld["ingest"];
let complete: RunWorld["complete"];
let newAudit: RunWorld["newAudit"];
let fates: RunWorld["fates"];

beforeAll(async () => {
  world = await openRunWorld(600_000);
  ({ ingest, complete, newAudit, fates } = world);
});

afterAll(() => world.close());

it("records duplicates of one occurrence, by base hash within the window", async () => {
  const audit = await newAudit();
  const first = event(audit, { exact: false });
  const { lease } = await ingest(first);
  await complete(lease);
  const again = event(audit, { exact: false, baseHash: first.baseHash });
  expect(await ingest(again)).toMatchObject({ outcome: "DUPLICATE", lease: null });
  const later = event(audit, {
    exact: false,
    baseHash: first.baseHash,
    streamTimeMs: String(Number(first.streamTimeMs) + 61_000),
  });
  const third = await ingest(later);
  expect(third.outcome).toBe("STARTED");
  await complete(third.lease);
  expect(await fates(audit)).toEqual({ DONE: 2, DUPLICATE: 1 });
});

it("remembers an exact identity for a day: by the time of its arrival at the edge, and by its row's", async () => {
  const audit = await newAudit();
  const HOUR_MS = 3_600_000;
  const first = event(audit);
  const after = (hours: number) =>
    event(audit, {
      baseHash: first.baseHash,
      receivedAtMs: String(Number(first.receivedAtMs) + hours * HOUR_MS),
    });
  await complete((await ingest(first)).lease);
  // On either side of midnight: another id, the same occurrence.
  expect(await ingest(after(23))).toMatchObject({ outcome: "DUPLICATE", lease: null });
  // The first lay on an edge's disk for a day, and its row is new.
  const nextDay = await ingest(after(25));
  expect(nextDay.outcome).toBe("STARTED");
  await complete(nextDay.lease);
  // The edge's clock says an hour, but the row is old: that clock was set back.
  const age = "update event set arrived_at = arrived_at - interval '25 hours' where base_hash = $1";
  await rows(autoCommit(world.orm), age, [first.baseHash]);
  const again = await ingest(after(1));
  expect(again.outcome).toBe("STARTED");
  await complete(again.lease);
  // A message that is delivered again is no new one, however late.
  expect(await ingest(first)).toMatchObject({ outcome: "WAITING", lease: null });
  expect(await fates(audit)).toEqual({ DONE: 3, DUPLICATE: 1 });
});

it("takes one alarm once, by whichever name of its audit its edges know it, and once for each audit", async () => {
  const [audit, other] = [await newAudit(), await newAudit()];
  const body = Buffer.from("{}");
  const sent = (auditUuid: string, auditIdent: string, idempotencyKey: string) => {
    const occurrence = identifyOccurrence(
      {
        ...{ audit: auditUuid || auditIdent, body: readAlarmBody(body), bytes: body, idempotencyKey },
        ...{ requestId: "", userId: "u", nonce: "" },
        clock: { processId: "", wallMs: Date.now(), steadyMs: Date.now() },
      },
      (data) => hash("sha256", data, "hex"),
    );
    return event(auditUuid, { auditIdent, body, ...occurrence });
  };
  const first = await ingest(sent(audit, audit, "one-by-one"));
  expect(first.outcome).toBe("STARTED");
  await complete(first.lease);
  expect((await ingest(sent("", `audit ${audit}`, "one-by-one"))).outcome).toBe("DUPLICATE");
  const another = await ingest(sent("", `audit ${other}`, "one-by-one"));
  expect(another.outcome).toBe("STARTED");
  await complete(another.lease);
  const together = [sent("", `audit ${audit}`, "at-once"), sent(audit, audit, "at-once")];
  const answers = await Promise.all(together.map((one) => ingest(one)));
  expect(answers.map(({ outcome }) => outcome).sort()).toEqual(["DUPLICATE", "STARTED"]);
  for (const { lease } of answers) if (lease) await complete(lease);
  expect(await fates(audit)).toEqual({ DONE: 2, DUPLICATE: 2 });
  expect(await fates(other)).toEqual({ DONE: 1 });
});
