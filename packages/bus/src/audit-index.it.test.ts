import { until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type AuditIndex,
  auditIndexMark,
  completeAuditIndex,
  openAuditIndex,
  writeAuditIndex,
} from "./audit-index.ts";
import type { AuditIndexEntry } from "./audit-map.ts";
import type { Bus } from "./connection.ts";
import { TestBroker } from "./testing/broker.ts";
import { ensureTopology } from "./topology.ts";

let broker: TestBroker;
/** The state service's connection. */
let writer: Bus;
/** The edge's connection. */
let reader: Bus;
const opened: AuditIndex[] = [];

beforeAll(async () => {
  broker = await TestBroker.start();
  [writer, reader] = await Promise.all([broker.connect(), broker.connect()]);
});
afterAll(() => broker.end());

beforeEach(async () => {
  await until("the connection", () => writer.status().connected);
  const manager = await writer.manager();
  await manager.streams.delete("KV_vigil_audits").catch(() => undefined);
  await ensureTopology(writer);
  await complete();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((index) => index.close()));
});

async function open(bus = reader, catchUpMs = 5_000): Promise<AuditIndex> {
  const index = await openAuditIndex(bus, { catchUpMs });
  opened.push(index);
  return index;
}

/** What state says when it has written every audit. */
async function complete(): Promise<void> {
  await completeAuditIndex(writer, await auditIndexMark(writer));
}

function uuidOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
}

function entry(n: number, over: Partial<AuditIndexEntry> = {}): AuditIndexEntry {
  const common = { type: "EVENT", state: "PENDING", version: "1", deleted: false };
  return { uuid: uuidOf(n), id: String(n), name: `audit-${n}`, ...common, ...over };
}

async function foundState(index: AuditIndex, ident: string): Promise<string> {
  const found = await index.lookup(ident);
  return "found" in found ? found.found.state : Object.keys(found)[0]!;
}

describe("lookup", () => {
  test("sees an audit that was written just before, every time, and confirms what is missing", async () => {
    const index = await open();
    for (let n = 1; n <= 200; n++) {
      await writeAuditIndex(writer, entry(n));
      const ident = [uuidOf(n), String(n), `AUDIT-${n}`][n % 3]!;
      expect(await index.lookup(ident)).toEqual({ found: entry(n) });
      expect(await index.lookup(`audit-${n + 1}`)).toEqual({ missing: true });
    }
  });

  test("many misses at once share few questions to the leader, and late ones are not answered early", async () => {
    const index = await open();
    await until("the replica", () => index.ready());
    const before = (await writer.manager()).streams;
    const misses = Array.from({ length: 500 }, (_, n) => index.lookup(`nobody-${n}`));
    await writeAuditIndex(writer, entry(1));
    const hit = index.lookup("audit-1");
    expect((await Promise.all(misses)).every((answer) => "missing" in answer)).toBe(true);
    expect(await hit).toEqual({ found: entry(1) });
    expect(await before.info("KV_vigil_audits")).toBeDefined();
  });

  test("follows changes, and forgets what was deleted", async () => {
    const index = await open();
    await writeAuditIndex(writer, entry(1));
    await until("the audit", async () => (await foundState(index, "1")) === "PENDING");
    await writeAuditIndex(writer, entry(1, { version: "2", state: "ONGOING" }));
    await until("the change", async () => (await foundState(index, "1")) === "ONGOING");
    await writeAuditIndex(writer, entry(1, { version: "3", deleted: true }));
    await until("the end", async () => (await foundState(index, "1")) === "missing");
  });

  test("opens onto a full bucket", async () => {
    const numbers = Array.from({ length: 300 }, (_, n) => n + 1);
    await Promise.all(numbers.map((n) => writeAuditIndex(writer, entry(n))));
    await writeAuditIndex(writer, entry(7, { version: "2", name: "renamed" }));
    const index = await open();
    await until("the copy", () => index.ready());
    expect(index.size()).toBe(300);
    expect(await foundState(index, "renamed")).toBe("PENDING");
    expect(await foundState(index, "audit-7")).toBe("missing");
  });
});

describe("writing", () => {
  test("an older or equal version never replaces a newer one", async () => {
    await writeAuditIndex(writer, entry(1, { version: "10", state: "ONGOING" }));
    await writeAuditIndex(writer, entry(1, { version: "9", state: "FAILED" }));
    await writeAuditIndex(reader, entry(1, { version: "10", state: "FAILED" }));
    const index = await open();
    expect(await foundState(index, "1")).toBe("ONGOING");
  });

  test("of many writers in any order the latest version stays", async () => {
    const versions = Array.from({ length: 40 }, (_, n) => String(9_007_199_254_740_993n + BigInt(n)));
    const shuffled = versions.toSorted((a, b) =>
      (BigInt(a) * 7919n) % 41n < (BigInt(b) * 7919n) % 41n ? -1 : 1,
    );
    const connections = await Promise.all([broker.connect(), broker.connect(), broker.connect()]);
    await Promise.all(
      shuffled.map((version, n) =>
        // A conflict is the caller's to repeat, as the outbox does.
        until("the write", () =>
          writeAuditIndex(connections[n % 3]!, entry(1, { version, state: version })).then(
            () => true,
            () => false,
          ),
        ),
      ),
    );
    expect(await foundState(await open(), "1")).toBe(versions.at(-1));
  });

  test("is not called complete when it was lost while it was being written", async () => {
    const mark = await auditIndexMark(writer);
    await (await writer.manager()).streams.delete("KV_vigil_audits");
    await ensureTopology(writer);
    await expect(completeAuditIndex(writer, mark)).rejects.toMatchObject({ kind: "conflict" });
  });

  test("writes again what the broker has lost", async () => {
    await writeAuditIndex(writer, entry(1, { version: "5" }));
    await (await writer.manager()).streams.delete("KV_vigil_audits");
    await ensureTopology(writer);
    await writeAuditIndex(writer, entry(1, { version: "5" }));
    await writeAuditIndex(writer, entry(1, { version: "6", state: "ONGOING" }));
    expect(await foundState(await open(), "1")).toBe("ONGOING");
  });
});

describe("a broker that breaks", () => {
  test("away: what is known is found, what is not is unreachable; back: everything is seen", async () => {
    const index = await open();
    await writeAuditIndex(writer, entry(1));
    await until("the audit", async () => (await foundState(index, "1")) === "PENDING");
    await broker.stop();
    await until("the loss", () => !reader.status().connected);
    expect(await foundState(index, "1")).toBe("PENDING");
    expect(await index.lookup("2")).toEqual({ unreachable: true });
    await broker.startAgain();
    await until("the connections", () => writer.status().connected && reader.status().connected);
    await writeAuditIndex(writer, entry(2));
    expect(await foundState(index, "2")).toBe("PENDING");
    await writeAuditIndex(writer, entry(1, { version: "2", state: "FAILED" }));
    await until("changes again", async () => (await foundState(index, "1")) === "FAILED");
  });

  test("frozen: a miss ends at its deadline", async () => {
    const index = await open(reader, 200);
    await until("the replica", () => index.ready());
    await broker.freeze();
    expect(await index.lookup("1").finally(() => broker.thaw())).toEqual({ unreachable: true });
    await until("an answer", async () => (await foundState(index, "1")) === "missing");
  });

  test("killed in mid-watch, many times: nothing is missed", async () => {
    const index = await open();
    for (let round = 1; round <= 4; round++) {
      const numbers = Array.from({ length: 30 }, (_, n) => n + 1);
      const writing = Promise.all(
        numbers.map((n) =>
          until(`writing ${n}`, () =>
            writeAuditIndex(writer, entry(n, { version: String(round), state: `round-${round}` })).then(
              () => true,
              () => false,
            ),
          ),
        ),
      );
      await broker.kill();
      await broker.startAgain();
      await writing;
      for (const n of numbers) {
        await until(`audit ${n}`, async () => (await foundState(index, String(n))) === `round-${round}`);
      }
    }
  });

  test("a bucket that was deleted and made again is read from its start", async () => {
    const index = await open();
    for (let n = 1; n <= 5; n++) await writeAuditIndex(writer, entry(n));
    await until("the audits", async () => (await foundState(index, "5")) === "PENDING");
    await (await writer.manager()).streams.delete("KV_vigil_audits");
    await ensureTopology(writer);
    await writeAuditIndex(writer, entry(6));
    await until("the new audit", async () => (await foundState(index, "6")) === "PENDING");
    // Whoever writes it is not done yet: an audit that is not there may come.
    expect(await foundState(index, "1")).toBe("unreachable");
    await complete();
    expect(await foundState(index, "1")).toBe("missing");
    expect(broker.log.has("stream was made anew")).toBe(true);
  });

  test("a bucket that was made again and holds more than before is read from its start too", async () => {
    const index = await open();
    for (let n = 1; n <= 2; n++) await writeAuditIndex(writer, entry(n));
    await until("the audits", async () => (await foundState(index, "2")) === "PENDING");
    await (await writer.manager()).streams.delete("KV_vigil_audits");
    await ensureTopology(writer);
    for (let n = 3; n <= 8; n++) await writeAuditIndex(writer, entry(n));
    await until("the last audit", async () => (await foundState(index, "8")) === "PENDING");
    expect(await foundState(index, "3")).toBe("PENDING");
    expect(await foundState(index, "1")).toBe("unreachable");
  });
});
