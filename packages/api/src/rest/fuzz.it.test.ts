/**
 * Requests of all kinds against the API with the state service and PostgreSQL behind it. Whatever is sent: never a 5xx,
 * never a hang, never a change by a request that was refused or only reads, and each answer as the OpenAPI document
 * has it; whether the sender is believed or has to show a token. `VIGIL_FUZZ_S` lets it run for longer than the suite does.
 */

import { randomUUID } from "node:crypto";
import { createAuthenticator, MINOR_MAX } from "@vigil/http";
import {
  type KeystoneAccount,
  type KeystoneDouble,
  openKeystoneAccount,
  startKeystone,
} from "@vigil/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Documented } from "../testing/documented.ts";
import { chain, Fixture, type Served } from "../testing/fixture.ts";
import { type FuzzRequest, fuzzRequest, ROW_NAMES, type TOKEN_NAMES } from "../testing/fuzz-requests.ts";
import { type RawAnswer, RawCaller } from "../testing/raw-call.ts";
import { StateRows } from "../testing/state-rows.ts";

const SECONDS = Number(process.env.VIGIL_FUZZ_S ?? "8");
/** An answer takes some milliseconds; a machine that is very busy is no hang. */
const ANSWER_MS_MAX = 20_000;
/** Requests of one sequence, with rows of its own. */
const SEQUENCE_MAX = 30;

const documents = Array.from({ length: MINOR_MAX + 1 }, (_, minor) => new Documented(minor));

let fixture: Fixture;
let keystone: KeystoneDouble;
let account: KeystoneAccount;
/** The API that believes what senders say of themselves, and the one that asks Keystone. */
let served: (Served & { port: number })[];
let rows: StateRows;
let callers: RawCaller[];
let tokens: Record<Token, string>;
const statuses = new Map<string, number>();

beforeAll(async () => {
  fixture = await Fixture.start();
  const vigil = { name: "vigil", password: "service-secret", project: "service", roles: ["service"] };
  keystone = await startKeystone({ users: [vigil] });
  account = await openKeystoneAccount(keystone, vigil);
  tokens = makeTokens();
  const { validator } = account;
  const authenticator = createAuthenticator({ mode: "keystone", validator, keystoneUri: keystone.url });
  served = [await fixture.serve(), await fixture.serve({ authenticator })];
  rows = await StateRows.open(fixture.env.DATABASE_URL as string);
  callers = served.map(({ port }) => new RawCaller(port, ANSWER_MS_MAX));
});

afterAll(async () => {
  for (const caller of callers ?? []) caller.close();
  await rows?.close();
  for (const one of served ?? []) await one.stop();
  await account?.close();
  await keystone?.stop();
  await fixture?.stop();
});

const LATEST = {
  "openstack-api-version": "infra-optim latest",
  "content-type": "application/json",
  "x-roles": "admin",
  "x-auth-token": "$admin",
};

const request = (method: string, target: string, body?: string, headers = {}): FuzzRequest => ({
  method,
  target,
  headers: { ...LATEST, ...headers },
  body: body === undefined ? undefined : new TextEncoder().encode(body),
});

/** Always sent, so that a run that had little time has seen both sides too. */
const WELL_MEANT: FuzzRequest[] = [
  request("POST", "/v1/audits", '{"audit_type":"EVENT","goal":"dummy"}'),
  request("PATCH", "/v1/audits/$audit", '[{"op":"replace","path":"/force","value":true}]'),
  request("PATCH", "/v1/audits/$audit", '[{"op":"replace","path":"/state","value":"SUCCEEDED"}]'),
  request("PATCH", "/v1/actions/$action", '[{"op":"replace","path":"/state","value":"SKIPPED"}]'),
  request("PATCH", "/v1/actions/$action", '[{"op":"replace","path":"/state","value":"PENDING"}]'),
  request("POST", "/v1/action_plans/$plan/start", "{}"),
  request("DELETE", "/v1/action_plans/$plan"),
  request("PATCH", "/v1/audit_templates/$template", '[{"op":"add","path":"/name","value":"\\u0000"}]'),
  request("PATCH", "/v1/audit_templates/$template", "[]", { "content-type": "text/plain" }),
  request("DELETE", "/v1/audit_templates/$template"),
  request("DELETE", "/v1/audits/$deleted"),
  request("GET", "/v1/audits/$audit", undefined, { "x-roles": "member" }),
  request("GET", "/v1/audits/$audit", undefined, { "x-auth-token": "$member" }),
  request("PUT", "/v1/audits/$audit", "{}"),
  request("GET", "/v1/data_model", undefined, { "openstack-api-version": "infra-optim 1.2" }),
];

type Row = (typeof ROW_NAMES)[number];
type Token = (typeof TOKEN_NAMES)[number];

function makeTokens(): Record<Token, string> {
  const issue = (user: string, role: string, more = {}) =>
    keystone.issueToken({ user, project: "demo", roles: [role], ...more });
  const revoked = issue("late", "admin");
  keystone.revoke(revoked);
  return {
    $admin: issue("operator", "admin"),
    $member: issue("someone", "member"),
    $service: issue("nova", "service"),
    $trust: issue("owner", "member", { trustee: "aodh" }),
    $ended: issue("operator", "admin", { lifeMs: -1_000 }),
    $revoked: revoked,
  };
}

/** Whether Keystone takes the sender for one who may change things: an administrator, or one by the word of a service. */
function isAdmins({ headers }: FuzzRequest): boolean {
  const { "x-auth-token": token, "x-service-token": service } = headers;
  return token === "$admin" || (token === "$ended" && service === "$service");
}

/** New rows for one sequence: what it does to them meets no other. */
async function makeRows(): Promise<Record<Row, string>> {
  const { records, edits } = fixture.state;
  const audit = async () => {
    const request = { uuid: randomUUID(), auditType: "EVENT", goal: "dummy", strategy: "dummy", force: true };
    await records.createAudit(request);
    return request.uuid;
  };
  const template = { uuid: randomUUID(), name: `template ${randomUUID()}`, goal: "dummy" };
  await edits.createAuditTemplate(template);
  const [first, finished, deleted] = [await audit(), await audit(), await audit()];
  const plan = await fixture.plan(first, chain(2));
  const { actions } = await records.listActions({ actionPlanUuid: plan });
  const patchJson = '[{"op":"replace","path":"/state","value":"CANCELLED"}]';
  for (const ident of [finished, deleted]) await edits.patchAudit({ editId: randomUUID(), ident, patchJson });
  await edits.deleteAudit({ editId: randomUUID(), ident: deleted });
  return {
    $template: template.uuid,
    $audit: first,
    $plan: plan,
    $action: actions[0]?.uuid ?? "",
    $finished: finished,
    $deleted: deleted,
  };
}

/** The request with the rows' UUIDs and the tokens in the place of their names. */
function filledIn({ method, target, headers, body }: FuzzRequest, uuids: Record<Row, string>): FuzzRequest {
  const fill = (text: string) =>
    ROW_NAMES.reduce((filled, name) => filled.replaceAll(name, uuids[name]), text);
  // Latin-1 keeps every byte as it is.
  const bytes = body && Buffer.from(fill(Buffer.from(body).toString("latin1")), "latin1");
  const sent = Object.entries(headers).map(([name, value]) => [name, tokens[value as Token] ?? value]);
  return { method, target: fill(target), headers: Object.fromEntries(sent), body: bytes };
}

test.each([
  ["by whoever calls himself so", 0],
  ["with whatever token", 1],
])(
  "whatever is sent %s",
  async (_how, api) => {
    const caller = callers[api] as RawCaller;
    const sequence = fc.array(fuzzRequest, { minLength: 5, maxLength: SEQUENCE_MAX });
    await fc.assert(
      fc.asyncProperty(sequence, async (requests) => {
        const uuids = await makeRows();
        let before = await rows.hash();
        for (const one of requests) {
          const sent = filledIn(one, uuids);
          const answer = await caller.send(sent);
          const after = await rows.hash();
          const what = `${sent.method} ${sent.target} answered ${answer.status} ${answer.body.slice(0, 500)}`;
          note(sent, answer);
          expect(answer.status, what).toBeLessThan(500);
          if (answer.status >= 400 || sent.method === "GET") expect(after, what).toBe(before);
          if (api === 1 && !isAdmins(one)) expect(after, what).toBe(before);
          checkBody(sent, answer, what);
          checkDocumented(sent, answer, what);
          before = after;
        }
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }),
      {
        numRuns: 1_000_000,
        interruptAfterTimeLimit: SECONDS * 1_000,
        markInterruptAsFailure: false,
        examples: [[WELL_MEANT]],
      },
    );
    if (process.env.VIGIL_FUZZ_S !== undefined) process.stdout.write(`${summary()}\n`);
  },
  SECONDS * 1_000 + 120_000,
);

test("answers of all kinds were seen", () => {
  const reached = [...statuses.keys()];
  for (const status of [200, 201, 204, 400, 401, 403, 404, 405, 406, 409, 415]) {
    expect(
      reached.some((key) => key.endsWith(` ${status}`)),
      `status ${status}`,
    ).toBe(true);
  }
});

/** Errors have the envelope that clients decode twice; answers without a body have none. */
function checkBody({ method }: FuzzRequest, { status, headers, body }: RawAnswer, what: string): void {
  if (method === "HEAD" || method === "OPTIONS" || status === 204) {
    expect(body, what).toBe("");
    return;
  }
  expect(headers["content-type"], what).toBe("application/json");
  const value = JSON.parse(body) as { error_message?: unknown };
  if (status < 400) return;
  if (status === 401) {
    expect(value, what).toMatchObject({ error: { code: 401 } });
    return;
  }
  expect(Object.keys(value), what).toEqual(["error_message"]);
  const fault = JSON.parse(String(value.error_message)) as object;
  expect(Object.keys(fault).sort(), what).toEqual(["debuginfo", "faultcode", "faultstring"]);
}

/** Paths of the plainest form are those of the document. */
function checkDocumented(
  { method, target }: FuzzRequest,
  { status, headers, body }: RawAnswer,
  what: string,
): void {
  if (!/^\/(?:v1(?:\/[\w-]+){1,3})?(?:\?|$)/.test(target) || status === 405 || status === 404) return;
  const version = String(headers["openstack-api-version"] ?? "infra-optim 1.7");
  const document = documents[Number(version.split(".")[1])] as Documented;
  const { operation, errors } = document.check({
    method,
    url: target,
    status,
    body: body === "" ? undefined : JSON.parse(body),
  });
  if (operation !== undefined) expect(errors, what).toEqual([]);
}

function note({ method, target }: FuzzRequest, { status }: RawAnswer): void {
  const collection = target.split("?")[0]?.split("/")[2] ?? "";
  const key = `${method} ${/^\w{1,20}$/.test(collection) ? collection : "..."} ${status}`;
  statuses.set(key, (statuses.get(key) ?? 0) + 1);
}

/** How often which answer was given, for whoever lets it run for long. */
function summary(): string {
  const counted = [...statuses.entries()].filter(([key]) => !key.includes("...")).sort();
  const total = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  return [`${total} requests`, ...counted.map(([key, count]) => `${key}: ${count}`)].join("\n");
}
