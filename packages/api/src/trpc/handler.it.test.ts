/** tRPC as it is on the wire: limits, methods, errors, and what a stop does to subscriptions. */

import { once } from "node:events";
import { request } from "node:http";
import { syntheticCluster, until } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN, Fixture, type Served } from "../testing/fixture.ts";
import { BATCH_ITEMS_MAX, REQUEST_BODY_BYTES_MAX } from "./limits.ts";

let fixture: Fixture;
let served: Served;

beforeAll(async () => {
  fixture = await Fixture.start();
  served = await fixture.serve();
});

afterAll(async () => {
  await served?.stop();
  await fixture?.stop();
});

async function send(path: string, method = "GET", body?: string, headers: Record<string, string> = ADMIN) {
  const response = await fetch(`${served.url}/trpc/${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const EMPTY = encodeURIComponent("{}");

describe("errors", () => {
  test("carry kind, and for a refused input its issues", async () => {
    const { status, body } = await send(`audits.list?input=${encodeURIComponent('{"limit":0,"x":1}')}`);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      message: expect.stringMatching(/^Invalid input: /),
      data: { kind: "invalid-input", code: "BAD_REQUEST", path: "audits.list" },
    });
    expect(body.error.data.issues).toContainEqual({ path: ["limit"], message: expect.any(String) });
    expect(body.error.data).not.toHaveProperty("stack");
  });

  test("an input nested without end is refused", async () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const payload = `{"audit":{"name":"deep","goal":"dummy","auditType":"EVENT","parameters":{"a":${deep}}}}`;
    for (const [path, body] of [
      ["audits.create", payload],
      ["audits.create", `{"parameters":{"a":${deep}},"goal":"dummy","auditType":"EVENT"}`],
      ["model.import", `{"content":${deep}}`],
    ] as const) {
      const answer = await send(path, "POST", body);
      expect(answer.status).toBe(400);
      expect(answer.body.error.message).toContain("nested deeper than 100 levels");
    }
  });

  test.each([
    ["unknown procedure", "GET", "nothing.here", undefined, 404, "not-found"],
    ["wrong method", "GET", `audits.create?input=${EMPTY}`, undefined, 405, "invalid-input"],
    ["broken JSON", "POST", "audits.create", "{", 400, "invalid-input"],
    [
      "no such row",
      "GET",
      `audits.get?input=${encodeURIComponent('{"audit":"x"}')}`,
      undefined,
      404,
      "not-found",
    ],
  ])("%s", async (_case, method, path, payload, status, kind) => {
    const answer = await send(path, method, payload);
    expect(answer.status).toBe(status);
    expect(answer.body.error.data.kind).toBe(kind);
  });

  test("without a role", async () => {
    const answer = await send(`audits.list?input=${EMPTY}`, "GET", undefined, {});
    expect(answer.status).toBe(403);
    expect(answer.body.error.message).toBe("Policy doesn't allow audit:get_all to be performed.");
  });
});

describe("hostile requests are the sender's fault, never a failure of ours", () => {
  const raw = (method: string, headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; allow: string | undefined }>((resolve, reject) => {
      const path = `${served.url}/trpc/audits.list?input=${EMPTY}`;
      request(path, { method, headers: { ...ADMIN, ...headers } }, (response) => {
        response.resume();
        resolve({ status: response.statusCode, allow: response.headers.allow });
      })
        .on("error", reject)
        .end();
    });

  test.each(["user@host", "a b", "[", "h:99999"])("Host: %s", async (host) => {
    expect((await raw("GET", { host })).status).toBe(200);
  });

  test.each(["TRACE", "HEAD", "DELETE", "PROPFIND"])("%s is 405", async (method) => {
    expect(await raw(method, {})).toEqual({ status: 405, allow: "GET, POST" });
  });

  test("OPTIONS is answered, as for every path", async () => {
    expect((await raw("OPTIONS", {})).status).toBe(200);
  });
});

describe("limits", () => {
  const batch = (calls: number) => {
    const inputs = Object.fromEntries(Array.from({ length: calls }, (_, index) => [index, {}]));
    const path = Array.from({ length: calls }, () => "audits.list").join(",");
    return send(`${path}?batch=1&input=${encodeURIComponent(JSON.stringify(inputs))}`);
  };

  test("a batch may have as many calls as the client sends, and no more", async () => {
    const full = await batch(BATCH_ITEMS_MAX);
    expect(full.status).toBe(200);
    expect(full.body).toHaveLength(BATCH_ITEMS_MAX);
    expect((await batch(BATCH_ITEMS_MAX + 1)).status).toBe(400);
  });

  const large = JSON.stringify({ content: " ".repeat(REQUEST_BODY_BYTES_MAX) });

  test("a body over the limit is 413", async () => {
    const answer = await send("audits.create", "POST", large);
    expect(answer.status).toBe(413);
    expect(answer.body.error.data.kind).toBe("invalid-input");
  });

  test("a large model may be imported, by those who may import", async () => {
    const content = JSON.stringify(syntheticCluster({ nodes: 200, instances: 4_000, seed: 1 }));
    expect(content.length).toBeGreaterThan(REQUEST_BODY_BYTES_MAX);
    const payload = JSON.stringify({ content });
    const answer = await send("model.import", "POST", payload);
    expect(answer.status).toBe(200);
    expect(answer.body.result.data.summary).toMatchObject({ nodes: 200, instances: 4_000 });
    expect((await send("model.import", "POST", payload, { "x-roles": "service" })).status).toBe(403);
  });
});

describe("imports at a time", () => {
  test("a second one is refused while the first is on its way", async () => {
    const { promise: answered, resolve } = Promise.withResolvers<number | undefined>();
    const slow = request(`${served.url}/trpc/model.import`, {
      method: "POST",
      headers: { ...ADMIN, "content-type": "application/json", expect: "100-continue" },
    });
    slow.on("response", (response) => resolve(response.resume().statusCode));
    // The server has begun with it once it says so; without that the two would race for the place.
    slow.flushHeaders();
    await once(slow, "continue");
    const refused = await send("model.import", "POST", '{"content":"nonsense"}');
    expect(refused.status).toBe(429);
    expect(refused.body.error).toMatchObject({ data: { kind: "overloaded", code: "TOO_MANY_REQUESTS" } });
    slow.end('{"content":"nonsense"}');
    expect(await answered).toBe(400);
    await until("room for the next", async () => {
      return (await send("model.import", "POST", '{"content":"nonsense"}')).status === 400;
    });
  });
});

describe("subscriptions", () => {
  test("ping, position and change as server-sent events; the stop of the role cuts them", async () => {
    const own = await fixture.serve();
    const response = await fetch(`${own.url}/trpc/changes?input=${EMPTY}`, {
      headers: { ...ADMIN, accept: "text/event-stream" },
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const text: string[] = [];
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    while (!text.join("").includes('"kind":"position"')) text.push((await reader.read()).value ?? "");
    expect(text.join("")).toMatch(/event: connected\n/);
    expect(text.join("")).toMatch(/data: {"kind":"position","missed":false}\nid: \d+\n/);
    const cut = (async () => {
      for (;;) if ((await reader.read()).done) return;
    })();
    await own.stop();
    // Cut, not ended: a proper end would tell the client not to come back.
    await expect(cut).rejects.toThrow();
  });
});
