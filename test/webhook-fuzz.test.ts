/**
 * Requests of all kinds against the webhooks of a real edge, with nats-server and the Keystone double behind it.
 * Whatever is sent: never a 5xx, never a hang, nothing in the stream of a request that was refused, and exactly one
 * event, with the body as it was sent, of each that was taken, unless it is told to be a duplicate of an earlier one.
 * `VIGIL_FUZZ_S` lets it run for longer than the suite does.
 */

import { createEventPublisher, type EventPublisher } from "@vigil/bus";
import { MINOR_MAX } from "@vigil/http";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Documented } from "../packages/api/src/testing/documented.ts";
import { hostileBytes, hostileJson, hostileText } from "../packages/api/src/testing/fuzz-values.ts";
import { type RawAnswer, RawCaller, type RawRequest } from "../packages/api/src/testing/raw-call.ts";
import { AUDIT_UUID, EdgeFixture } from "../packages/edge/src/testing/edge-fixture.ts";

const SECONDS = Number(process.env.VIGIL_FUZZ_S ?? "8");
/** An answer takes some milliseconds; a machine that is very busy is no hang. The edge may take as long. */
const ANSWER_MS_MAX = 20_000;
const SEQUENCE_MAX = 30;
/** More than the broker takes of one event. */
const BODY_TOO_LARGE = new Uint8Array(1_100_000).fill(0x20);

const documented = new Documented(MINOR_MAX);

let fixture: EdgeFixture;
let publisher: EventPublisher;
let caller: RawCaller;
let tokens: Record<string, string>;
const statuses = new Map<string, number>();
/** Ids of events that were accepted. */
const known = new Set<string>();

beforeAll(async () => {
  fixture = await EdgeFixture.start();
  // Not into the spool, from which an event would come into the stream at some later time.
  publisher = createEventPublisher(fixture.bus, { deadlineMs: ANSWER_MS_MAX });
  const spool = await fixture.spool({ publisher, publishTimeoutMs: ANSWER_MS_MAX });
  const { listener } = await fixture.edge({ spool, limits: { answerTimeoutMs: ANSWER_MS_MAX } });
  caller = new RawCaller(listener.port, ANSWER_MS_MAX);
  tokens = makeTokens();
});

afterAll(async () => {
  caller?.close();
  publisher?.close();
  await fixture?.stop();
});

function makeTokens(): Record<string, string> {
  const issue = (user: string, role: string, more = {}) =>
    fixture.keystone.issueToken({ user, project: "demo", roles: [role], ...more });
  const revoked = issue("late", "admin");
  fixture.keystone.revoke(revoked);
  return {
    $admin: issue("operator", "admin"),
    $service: issue("aodh", "service"),
    $member: issue("someone", "member"),
    $trust: issue("owner", "admin", { trustee: "aodh" }),
    $ended: issue("operator", "admin", { lifeMs: -1_000 }),
    $revoked: revoked,
  };
}

/** What the line of a header may hold of a text, as the bytes of its UTF-8. */
const headerText = fc.oneof(hostileText, fc.string({ unit: "binary", maxLength: 300 })).map((text) =>
  Buffer.from(text)
    .toString("latin1")
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, ""),
);

/** One that fits, mostly. */
function mostly(good: fc.Arbitrary<string>, other: fc.Arbitrary<string> = headerText): fc.Arbitrary<string> {
  return fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: other });
}

const anyToken = fc.oneof(
  fc.constantFrom("$member", "$ended", "$revoked", "", "gAAAAA-of-nobody", "x".repeat(8_000)),
  headerText,
);

const headers = fc
  .record(
    {
      "x-auth-token": mostly(fc.constantFrom("$admin", "$service", "$trust"), anyToken),
      "x-service-token": mostly(fc.constant("$service"), anyToken),
      "idempotency-key": mostly(fc.constantFrom("order-1", "order-2", "k".repeat(255))),
      "content-type": mostly(
        fc.constantFrom("application/json", "", "text/plain", "application/x-www-form-urlencoded"),
      ),
      "openstack-api-version": mostly(fc.constantFrom("infra-optim latest", "infra-optim 1.4")),
      "x-openstack-request-id": mostly(fc.uuid().map((id) => `req-${id}`)),
      "x-roles": fc.constant("admin"),
      "x-user-id": headerText,
      traceparent: mostly(fc.constant("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")),
      accept: headerText,
      forwarded: headerText,
      "user-agent": headerText,
    },
    { requiredKeys: ["x-auth-token"] },
  )
  .map((record) => ({ ...record }) as Record<string, string>);

const ident = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(AUDIT_UUID, "1", "balance on alarm", "RUNNING", "failed") },
  { weight: 1, arbitrary: fc.constantFrom("cancelled", "periodic", "nobody", "x".repeat(9_000)) },
  { weight: 2, arbitrary: hostileText },
);

/** Encoded, or as it is where the line of a request can hold it. */
const segment = fc
  .tuple(ident, fc.boolean())
  .map(([text, isRaw]) => (isRaw && /^[!-~]+$/.test(text) ? text : encodeURIComponent(text.toWellFormed())));

const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.tuple(hostileText, hostileText), { maxLength: 3 })
      .map((pairs) => `?${new URLSearchParams(pairs)}`),
  },
  { weight: 1, arbitrary: fc.constantFrom("?", "?&&=&", "?a[b]=1", "?%=%zz", `?x=${"y".repeat(9_000)}`) },
);

const target = fc
  .tuple(
    mostly(fc.constant("/v1/webhooks/"), fc.constantFrom("/webhooks/", "//v1//webhooks/")),
    segment,
    query,
  )
  .map((parts) => parts.join(""));

/** Texts of JSON: an alarm of Aodh's, with whatever in its members. */
const alarm = fc
  .record(
    {
      alarm_id: fc.oneof(fc.constantFrom('"a"', '"b"'), hostileJson),
      current: fc.oneof(fc.constantFrom('"alarm"', '"ok"', '"insufficient data"'), hostileJson),
      previous: hostileJson,
      reason: hostileJson,
      reason_data: fc.oneof(
        fc.constant('{"type":"event","event":{"message_id":"m","traits":[]}}'),
        fc.constant('{"most_recent":NaN,"count":Infinity}'),
        hostileJson,
      ),
    },
    { requiredKeys: [] },
  )
  .map((members) => `{${Object.entries(members).map(([name, json]) => `"${name}":${json}`)}}`);

const body: fc.Arbitrary<Uint8Array | undefined> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 4, arbitrary: alarm.map((text) => new TextEncoder().encode(text)) },
  { weight: 3, arbitrary: hostileJson.map((text) => new TextEncoder().encode(text)) },
  { weight: 2, arbitrary: hostileBytes },
);

const method = mostly(
  fc.constant("POST"),
  fc.constantFrom("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"),
);

const anyRequest: fc.Arbitrary<RawRequest> = fc.record({ method, target, headers, body });

const post = (sent: Partial<RawRequest> = {}): RawRequest => ({
  method: "POST",
  target: `/v1/webhooks/${AUDIT_UUID}`,
  body: undefined,
  ...sent,
  headers: { "x-auth-token": "$admin", ...sent.headers },
});

/** Always sent, so that a run that had little time has seen all sides too. */
const WELL_MEANT: RawRequest[] = [
  post(),
  post({ headers: { "idempotency-key": "order-1" } }),
  post({ headers: { "idempotency-key": "order-1" } }),
  post({ headers: { "x-auth-token": "$ended", "x-service-token": "$service" } }),
  post({ headers: { "x-auth-token": "$ended" } }),
  post({ headers: { "x-auth-token": "$member" } }),
  post({ headers: { "content-type": "text/plain" }, body: Uint8Array.of(0xff) }),
  post({ headers: { "openstack-api-version": "infra-optim 1.99" } }),
  post({ target: "/v1/webhooks/cancelled" }),
  post({ target: "/v1/webhooks/nobody" }),
  post({ method: "GET" }),
];

test(
  "whatever is sent",
  async () => {
    const sequence = fc.array(anyRequest, { minLength: 5, maxLength: SEQUENCE_MAX });
    await fc.assert(
      fc.asyncProperty(sequence, async (requests) => {
        for (const request of requests) await sendAndCheck(request);
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }),
      {
        numRuns: 1_000_000,
        interruptAfterTimeLimit: SECONDS * 1_000,
        markInterruptAsFailure: false,
        examples: [[WELL_MEANT]],
      },
    );
    if (process.env.VIGIL_FUZZ_S !== undefined) process.stdout.write(`${JSON.stringify([...statuses])}\n`);
  },
  SECONDS * 1_000 + 120_000,
);

// Not among the others, whose failure would print it.
test("too large a body", () => sendAndCheck(post({ body: BODY_TOO_LARGE })));

test.each([202, 400, 401, 403, 404, 405, 406, 413, 415])("status %i was seen", (status) => {
  expect([...statuses.keys()].some((key) => key.endsWith(` ${status}`))).toBe(true);
});

async function sendAndCheck(request: RawRequest): Promise<void> {
  const before = await fixture.messages();
  const sent = withTokens(request);
  const answer = await caller.send(sent);
  const { status } = answer;
  const what = `${sent.method} ${sent.target.slice(0, 300)} answered ${status} ${answer.body.slice(0, 500)}`;
  const key = `${sent.method} ${status}`;
  statuses.set(key, (statuses.get(key) ?? 0) + 1);
  expect(status, what).toBeLessThan(500);
  const isStored = status === 202 && isNew(answer, what);
  expect(await fixture.messages(), what).toBe(before + (isStored ? 1 : 0));
  if (isStored) await checkStored(sent, answer);
  checkBody(sent, answer, what);
}

function withTokens(request: RawRequest): RawRequest {
  const sent = Object.entries(request.headers).map(([name, value]) => [name, tokens[value] ?? value]);
  return { ...request, headers: Object.fromEntries(sent) };
}

/** Only an event that was accepted before may be called a duplicate, and only a new one may not be. */
function isNew({ headers }: RawAnswer, what: string): boolean {
  const eventId = String(headers["vigil-event-id"]);
  const isDuplicate = headers["vigil-duplicate"] === "true";
  expect(known.has(eventId), what).toBe(isDuplicate);
  known.add(eventId);
  return !isDuplicate;
}

async function checkStored({ body }: RawRequest, { headers }: RawAnswer): Promise<void> {
  const stored = await fixture.lastEvent();
  expect(stored.event.eventId).toBe(headers["vigil-event-id"]);
  expect(stored.body).toBe(new TextDecoder().decode(body ?? new Uint8Array()));
}

/** Errors have the envelope that clients decode twice, or Keystone's; and are documented, as far as the path is plain. */
function checkBody({ method, target }: RawRequest, { status, body }: RawAnswer, what: string): void {
  if (method === "HEAD" || method === "OPTIONS" || status === 202) {
    expect(body, what).toBe("");
    return;
  }
  const value = JSON.parse(body) as object;
  expect(Object.keys(value), what).toEqual([status === 401 ? "error" : "error_message"]);
  if (method !== "POST" || !/^\/v1\/webhooks\/[\w-]+(?:\?|$)/.test(target)) return;
  expect(documented.check({ method, url: target, status, body: value }).errors, what).toEqual([]);
}
