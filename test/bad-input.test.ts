/** Bad input: the right code in the right envelope, and no trace in ledger or stream. */

import { connect } from "nats";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RoleProcess } from "./harness/role-process.ts";
import { type HttpAnswer, type System, startSystem } from "./harness/system.ts";

let system: System;
let api: RoleProcess;
let edge: RoleProcess;
let audit: string;

beforeAll(async () => {
  system = await startSystem();
  ({ api, edge } = await system.startAll());
  audit = await system.createAudit(api);
});

afterEach(async (context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(() => system?.stop());

async function traces(): Promise<{ stream: number; ledger: number }> {
  const connection = await connect(system.natsOptions);
  const info = await (await connection.jetstreamManager()).streams.info("VIGIL_EVENTS");
  await connection.close();
  const [row] = await system.rows<{ n: number }>("select count(*)::int as n from event");
  return { stream: info.state.messages, ledger: row!.n };
}

/** The text that clients of the reference show: JSON inside a JSON string. */
function fault(answer: HttpAnswer): { faultcode: string; faultstring: string } {
  expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
  return JSON.parse(answer.body.error_message);
}

const webhook = (body: unknown, headers = {}, ident = audit) =>
  system.request(edge, "POST", `/v1/webhooks/${ident}`, body, headers);

describe("a webhook refused leaves no trace", () => {
  it.each([
    ["oversize body", 413, () => webhook(`"${"x".repeat(2 * 1024 * 1024)}"`)],
    ["unknown audit", 404, () => webhook({}, {}, "00000000-0000-4000-8000-000000000000")],
    [
      "missing role",
      403,
      () => {
        const token = system.keystone.issueToken({ user: "reader", project: "demo", roles: ["member"] });
        return webhook({}, { "x-auth-token": token });
      },
    ],
    [
      "audit of another type",
      400,
      async () =>
        webhook({}, {}, await system.createAudit(api, { audit_type: "CONTINUOUS", interval: "3600" })),
    ],
  ] as const)("%s: %i", async (_, status, send) => {
    const before = await traces();
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(fault(answer).faultstring).not.toBe("");
    expect(await traces()).toEqual(before);
  });

  it("wrong token: 401 in Keystone's form, with WWW-Authenticate", async () => {
    const before = await traces();
    const answer = await webhook({}, { "x-auth-token": "gAAAAA-not-a-token" });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe(`Keystone uri="${system.keystone.url}"`);
    expect(answer.body.error).toMatchObject({ code: 401, title: "Unauthorized" });
    expect(await traces()).toEqual(before);
  });

  it("identity headers of the caller count for nothing", async () => {
    const forged = {
      "x-auth-token": "",
      "x-roles": "admin",
      "x-user-id": "u",
      "x-identity-status": "Confirmed",
    };
    expect((await webhook({}, forged)).status).toBe(401);
  });
});

describe("REST refuses", () => {
  it("broken JSON with 400 in the envelope", async () => {
    const answer = await system.request(api, "POST", "/v1/audits", '{"audit_type": ', {});
    expect(answer.status).toBe(400);
    expect(fault(answer)).toMatchObject({
      faultcode: "Client",
      faultstring: "Request is not in valid JSON format",
    });
  });

  it("an unknown audit with 404", async () => {
    const answer = await system.request(api, "GET", "/v1/audits/no-such-audit");
    expect(answer.status).toBe(404);
    expect(fault(answer).faultstring).toContain("no-such-audit");
  });

  it("a missing token with 401 before anything else", async () => {
    const answer = await system.request(api, "GET", "/v1/nothing", undefined, { "x-auth-token": "" });
    expect(answer.status).toBe(401);
  });
});
