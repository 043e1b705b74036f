/** Whatever a procedure is sent over HTTP: never a 5xx, never a hang, and no change where the input was refused. */

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, Fixture, type Served } from "../testing/fixture.ts";
import { encoded, hostileBytes, hostileJson, hostileText } from "../testing/fuzz-values.ts";
import { RawCaller } from "../testing/raw-call.ts";
import { StateRows } from "../testing/state-rows.ts";
import { appRouter } from "./router.ts";

const SECONDS = Number(process.env.VIGIL_FUZZ_S ?? "6");
/** An answer takes some milliseconds; a machine that is very busy is no hang. */
const ANSWER_MS_MAX = 20_000;

let fixture: Fixture;
let served: Served & { port: number };
let rows: StateRows;
let caller: RawCaller;

beforeAll(async () => {
  fixture = await Fixture.start();
  served = await fixture.serve();
  rows = await StateRows.open(fixture.env.DATABASE_URL as string);
  caller = new RawCaller(served.port, ANSWER_MS_MAX);
});

afterAll(async () => {
  caller?.close();
  await rows?.close();
  await served?.stop();
  await fixture?.stop();
});

interface Procedure {
  name: string;
  type: string;
}

/** All but subscriptions, which have no end that could be waited for. */
const procedures: Procedure[] = Object.entries(appRouter._def.procedures)
  .map(([name, procedure]) => ({ name, type: (procedure as { _def: { type: string } })._def.type }))
  .filter(({ type }) => type !== "subscription");

const MEMBERS = [
  "audit",
  "template",
  "uuid",
  "changes",
  "goal",
  "strategy",
  "name",
  "auditType",
  "parameters",
  "scope",
  "defaultParameters",
  "editId",
  "reason",
  "limit",
  "marker",
  "sortKey",
  "sortDir",
  "hash",
  "content",
  "body",
  "idempotencyKey",
  "runId",
  "planUuid",
  "auditUuid",
  "interval",
  "startTime",
  "__proto__",
];

const value = fc.oneof(
  { weight: 2, arbitrary: hostileJson },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom<unknown>(
        "dummy",
        "EVENT",
        "ONESHOT",
        1,
        1_000,
        "asc",
        "id",
        true,
        {},
        { name: "x" },
        { force: true },
      )
      .map((good) => JSON.stringify(good)),
  },
);

const member = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...MEMBERS) },
  { weight: 1, arbitrary: hostileText },
);

const input = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(fc.tuple(member, value), { maxLength: 5 })
      .map((members) => `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`),
  },
  { weight: 1, arbitrary: hostileJson },
);

const call = fc.tuple(
  fc.constantFrom(...procedures),
  fc.oneof({ weight: 8, arbitrary: input.map(encoded) }, { weight: 1, arbitrary: hostileBytes }),
  fc.oneof(
    { weight: 9, arbitrary: fc.constant("") },
    { weight: 1, arbitrary: fc.constantFrom("?batch=1", "?input=%zz", "?%=") },
  ),
);

test(
  "whatever a procedure is sent",
  async () => {
    let before = await rows.hash();
    await fc.assert(
      fc.asyncProperty(call, async ([{ name, type }, bytes, suffix]) => {
        const isQuery = type === "query";
        const text = Buffer.from(bytes).toString("latin1");
        const query =
          isQuery && suffix === "" ? `?input=${encodeURIComponent(text).slice(0, 6_000)}` : suffix;
        const answer = await caller.send({
          method: isQuery ? "GET" : "POST",
          target: `/trpc/${name}${query}`,
          headers: { ...ADMIN, "content-type": "application/json" },
          body: isQuery ? undefined : bytes,
        });
        const after = await rows.hash();
        const what = `${name} ${text.slice(0, 300)} answered ${answer.status} ${answer.body.slice(0, 500)}`;
        expect(answer.status, what).toBeLessThan(500);
        expect(
          () =>
            answer.body
              .split("\n")
              .filter(Boolean)
              .map((line) => JSON.parse(line)),
          what,
        ).not.toThrow();
        if (isQuery || answer.status >= 400) expect(after, what).toBe(before);
        before = after;
      }),
      { numRuns: 1_000_000, interruptAfterTimeLimit: SECONDS * 1_000, markInterruptAsFailure: false },
    );
  },
  SECONDS * 1_000 + 120_000,
);
