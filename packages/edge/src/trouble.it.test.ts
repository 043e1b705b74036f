/** What an edge does when something it needs is away, or a sender misbehaves. */

import { connect as dial } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AUDIT_UUID, EdgeFixture, faultString } from "./testing/edge-fixture.ts";

let fixture: EdgeFixture;
let admin: string;

beforeAll(async () => {
  fixture = await EdgeFixture.start();
  admin = fixture.keystone.issueToken({ user: "operator", project: "admin", roles: ["admin"] });
});
afterAll(() => fixture.stop());

const SPOOL_READY = { name: "spool", ready: true };

const send = (url: string, token = admin) =>
  fetch(`${url}/v1/webhooks/${AUDIT_UUID}`, {
    method: "POST",
    headers: { "x-auth-token": token },
    body: "{}",
  });

describe("Keystone away", () => {
  it("tokens that are known pass, unknown ones are 503, none is 401; readiness names it", async () => {
    const { url } = await fixture.edge();
    expect((await send(url)).status).toBe(202);
    const unknown = fixture.keystone.issueToken({ user: "late", project: "admin", roles: ["admin"] });
    const before = await fixture.messages();
    fixture.keystone.setOutage("reset");
    const refused = await send(url, unknown);
    expect(refused.status).toBe(503);
    expect(await faultString(refused)).toBe("The Keystone service is temporarily unavailable.");
    expect(await fixture.messages()).toBe(before);
    expect((await send(url)).status).toBe(202);
    expect((await fetch(`${url}/v1/webhooks/x`, { method: "POST" })).status).toBe(401);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    const { parts } = (await ready.json()) as { parts: { name: string; ready: boolean }[] };
    expect(parts.filter((part) => !part.ready).map((part) => part.name)).toEqual(["keystone"]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    fixture.keystone.setOutage("none");
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 10_000 }).toBe(200);
  });

  it("one that does not answer costs a sender no more than the time limit", async () => {
    const { url } = await fixture.edge({ limits: { answerTimeoutMs: 300 } });
    const unknown = fixture.keystone.issueToken({ user: "later", project: "admin", roles: ["admin"] });
    fixture.keystone.setOutage("hang");
    const answer = await send(url, unknown);
    expect(answer.status).toBe(503);
    expect(await faultString(answer)).toContain("while checking the token at Keystone");
    fixture.keystone.setOutage("none");
  });
});

describe("the broker away", () => {
  it("an event that is stored nowhere in time is 503 and says what to do", async () => {
    const spool = { accept: () => new Promise<never>(() => undefined), readiness: () => SPOOL_READY };
    const { url } = await fixture.edge({ spool, limits: { answerTimeoutMs: 300 } });
    const answer = await send(url);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(await faultString(answer)).toContain("300 ms while storing the event");
  });

  it("a connection that breaks changes nothing for senders: 202, and readiness stays green", async () => {
    const { url } = await fixture.edge();
    const before = await fixture.messages();
    await fixture.bus.connection().close();
    for (let n = 0; n < 3; n++) {
      expect((await send(url)).status).toBe(202);
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
    }
    await expect.poll(() => fixture.messages().catch(() => 0), { timeout: 10_000 }).toBe(before + 3);
  });
});

describe("senders that misbehave", () => {
  /** Writes to the edge by hand and collects what it answers until it hangs up. */
  const talk = (url: string, text: string, then?: (socket: ReturnType<typeof dial>) => void) =>
    new Promise<string>((resolve) => {
      const socket = dial(Number(new URL(url).port), "127.0.0.1");
      let received = "";
      socket.setEncoding("utf8").on("data", (chunk: string) => {
        received += chunk;
      });
      socket.on("error", () => undefined).once("close", () => resolve(received));
      socket.write(text, () => then?.(socket));
    });
  const head = (token: string, rest: string) =>
    `POST /v1/webhooks/${AUDIT_UUID} HTTP/1.1\r\nhost: x\r\nx-auth-token: ${token}\r\n${rest}\r\n\r\n`;

  it("a body that dribbles in is cut, and nothing is stored", async () => {
    const { url } = await fixture.edge({ limits: { bodyTimeoutMs: 300 } });
    const before = await fixture.messages();
    expect(await talk(url, `${head(admin, "content-length: 100")}{"a"`)).toMatch(/^HTTP\/1\.1 408 /);
    expect(await fixture.messages()).toBe(before);
  });

  it("a chunked body that grows beyond the limit is refused", async () => {
    const { url } = await fixture.edge({ limits: { bodyBytesMax: 1_000 } });
    const before = await fixture.messages();
    const chunk = `400\r\n${"x".repeat(1_024)}\r\n`;
    const answer = await talk(url, `${head(admin, "transfer-encoding: chunked")}${chunk}`, (socket) =>
      socket.end("0\r\n\r\n"),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(await fixture.messages()).toBe(before);
  });

  it("without a right to send, no body is asked for", async () => {
    const { url } = await fixture.edge();
    const answer = await talk(url, head("gAAAAA-wrong", "expect: 100-continue\r\ncontent-length: 100"));
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).not.toContain("100 Continue");
  });

  it("one that hangs up in the middle is logged and harms nobody", async () => {
    const { url } = await fixture.edge();
    const before = await fixture.messages();
    fixture.log.length = 0;
    await talk(url, `${head(admin, "content-length: 100")}{"a"`, (socket) => socket.destroy());
    await expect.poll(() => fixture.log.join("")).toContain("connection ended before the body was complete");
    expect(await fixture.messages()).toBe(before);
    expect((await send(url)).status).toBe(202);
  });
});

describe("the end", () => {
  it("waits for webhooks under way, but not for ever", async () => {
    const { edge, listener, url } = await fixture.edge({ limits: { stopGraceMs: 10_000 } });
    await send(url);
    const begun = performance.now();
    await listener.stop();
    await edge.stop();
    expect(performance.now() - begun).toBeLessThan(5_000);
    const spool = { accept: () => new Promise<never>(() => undefined), readiness: () => SPOOL_READY };
    const stuck = await fixture.edge({ spool, limits: { stopGraceMs: 300 } });
    const lost = send(stuck.url).catch(() => "cut");
    await expect.poll(() => stuck.edge.readiness().length).toBe(4);
    await stuck.edge.stop();
    await stuck.listener.stop();
    expect(await lost).not.toHaveProperty("status", 202);
  });
});
