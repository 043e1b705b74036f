/** Senders that fill the memory with bodies that never end, or for which a disk has no time: others still get their 202. */

import { connect as dial, type Socket } from "node:net";
import { Metrics } from "@vigil/service";
import { readPrometheusText, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Accepted } from "./spool/event-store.ts";
import { AUDIT_UUID, EdgeFixture, faultString, postWebhook } from "./testing/edge-fixture.ts";

const KIB = 1024;
const BODY_BYTES_MAX = 128 * KIB;
const BODIES_BYTES_MAX = 2_048 * KIB;
const SHARE_BYTES = BODIES_BYTES_MAX / 4;
/** A byte less than it says. */
const STALLED_BYTES = BODY_BYTES_MAX - 1;
const LIMITS = {
  bodyBytesMax: BODY_BYTES_MAX,
  bodiesBytesMax: BODIES_BYTES_MAX,
  // Longer than any test here: nothing ends by its own limit of time.
  bodyTimeoutMs: 300_000,
};

let fixture: EdgeFixture;
const sockets: Socket[] = [];

beforeAll(async () => {
  fixture = await EdgeFixture.start();
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => fixture.stop());

const tokenOf = (user: string) => fixture.keystone.issueToken({ user, project: user, roles: ["admin"] });
const alarm = (url: string, user: string, body = `{"alarm_id":"${"x".repeat(1_500)}"}`) =>
  postWebhook(url, body, { "x-auth-token": tokenOf(user) });

async function edgeWithMetrics(options: Parameters<EdgeFixture["edge"]>[0] = {}) {
  const metrics = new Metrics();
  const { url } = await fixture.edge({ limits: LIMITS, ...options, metrics });
  const figure = async (name: string, labels: Record<string, string> = {}) =>
    readPrometheusText(await metrics.text()).sum(name, labels) ?? 0;
  const bodyBytes = () => figure("vigil_webhook_body_bytes");
  const refused = () => figure("vigil_webhooks_total", { code: "503", reason: "memory" });
  return { url, bodyBytes, refused };
}

/** Sends all of a body but its last byte, and what it is answered. */
function stall(url: string, token: string): { answer: string } {
  const stalled = { answer: "" };
  const socket = dial(Number(new URL(url).port), "127.0.0.1", () => {
    socket.write(
      `POST /v1/webhooks/${AUDIT_UUID} HTTP/1.1\r\nhost: x\r\nx-auth-token: ${token}\r\ncontent-length: ${BODY_BYTES_MAX}\r\n\r\n`,
    );
    socket.write("x".repeat(STALLED_BYTES));
  });
  socket.on("error", () => undefined).setEncoding("utf8");
  socket.on("data", (text: string) => {
    stalled.answer += text;
  });
  sockets.push(socket);
  return stalled;
}

describe("bodies that stop a byte before their end", () => {
  it("one sender holds its share and no more; another's small alarm is taken meanwhile", async () => {
    const { url, bodyBytes, refused } = await edgeWithMetrics();
    const hostile = tokenOf("hostile");
    const stalled = Array.from({ length: 40 }, () => stall(url, hostile));
    await until("a share that is used up", async () => (await refused()) === 36);
    await until("all that may be held", async () => (await bodyBytes()) === 4 * STALLED_BYTES);
    expect((await alarm(url, "honest")).status).toBe(202);
    await until("the answers", () => stalled.filter(({ answer }) => answer !== "").length === 36);
    const { answer } = stalled.find((one) => one.answer !== "")!;
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/\r\nretry-after: 1\r\n/i);
    expect(answer).toContain("VIGIL_WEBHOOK_BODIES_BYTES_MAX");
  });

  it("its own small alarm is taken as well, once its stalled ones have been silent for a second", async () => {
    const { url, bodyBytes, refused } = await edgeWithMetrics();
    const hostile = tokenOf("hostile");
    const stalled = Array.from({ length: 8 }, () => stall(url, hostile));
    await until("a share that is used up", async () => (await refused()) === 4);
    await until("room for a new one", async () => (await alarm(url, "hostile")).status === 202);
    await until("one that was given up", () =>
      stalled.some(({ answer }) => answer.includes("Other bodies needed")),
    );
    await until("three that are left", async () => (await bodyBytes()) === 3 * STALLED_BYTES);
  });

  it("many senders that hold all the room together make room for small alarms", async () => {
    const { url, bodyBytes, refused } = await edgeWithMetrics();
    const stalled = Array.from({ length: 6 }, (_, n) => tokenOf(`hostile-${n}`)).flatMap((token) =>
      Array.from({ length: 8 }, () => stall(url, token)),
    );
    await until("room that is used up", async () => (await refused()) === 48 - 16);
    await until("all that may be held", async () => (await bodyBytes()) === 16 * STALLED_BYTES);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => alarm(url, `honest-${n}`, "x".repeat(BODY_BYTES_MAX / 16))),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(await bodyBytes()).toBeLessThanOrEqual(BODIES_BYTES_MAX);
    await until("the end of one of theirs", () =>
      stalled.some(({ answer }) => answer.includes("Other bodies needed the memory of this one")),
    );
  });
});

describe("bodies for which neither broker nor disk has time", () => {
  it("stay within the room, those already answered included, and are let go when stored", async () => {
    const stored = Promise.withResolvers<Accepted>();
    const kept = Promise.withResolvers<void>();
    const spool = { accept: () => stored.promise, readiness: () => ({ name: "spool", ready: true }) };
    const { url, bodyBytes } = await edgeWithMetrics({ spool });
    const large = "x".repeat(BODY_BYTES_MAX);
    const taken = Array.from({ length: 4 }, () => alarm(url, "busy", large));
    await until("four that wait", async () => (await bodyBytes()) === SHARE_BYTES);
    const refused = await alarm(url, "busy", large);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await faultString(refused)).toContain(`Bodies of this sender hold ${SHARE_BYTES} bytes`);
    const late = await Promise.all(taken);
    expect(late.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    expect(await bodyBytes()).toBe(SHARE_BYTES);
    const other = alarm(url, "other");
    await until("the other's", async () => (await bodyBytes()) > SHARE_BYTES);
    stored.resolve({ duplicate: false, kept: kept.promise });
    expect((await other).status).toBe(202);
    expect(await bodyBytes()).toBeGreaterThan(SHARE_BYTES);
    kept.resolve();
    await until("all let go", async () => (await bodyBytes()) === 0);
  });
});

it("a share that has no room for the largest body is refused at the start", async () => {
  await expect(fixture.edge({ limits: { ...LIMITS, bodiesBytesMax: 256 * KIB } })).rejects.toThrow(
    "VIGIL_WEBHOOK_BODIES_BYTES_MAX is 262144: one sender may hold a quarter of it, which has no room for a body of VIGIL_WEBHOOK_BODY_BYTES_MAX, 131072; make it 524288 or more",
  );
});
