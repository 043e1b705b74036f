/** Bodies of requests, as bytes: good ones, nearly good ones, and others. */

import fc from "fast-check";
import type { Operation } from "../openapi/operation.ts";
import { encoded, hostileBytes, hostileJson, hostileText } from "./fuzz-values.ts";

const MEMBERS = [
  "audit_type",
  "name",
  "goal",
  "strategy",
  "audit_template_uuid",
  "interval",
  "parameters",
  "auto_trigger",
  "start_time",
  "end_time",
  "force",
  "state",
  "scope",
  "hostname",
  "description",
  "default_parameters",
  "status_message",
  "uuid",
  "goal_uuid",
  "links",
  "type",
  "__proto__",
];

const STATES = [
  "PENDING",
  "ONGOING",
  "SUCCEEDED",
  "CANCELLED",
  "CANCELLING",
  "SUSPENDED",
  "DELETED",
  "SKIPPED",
  "RECOMMENDED",
];

/** Values that some member takes. */
const goodJson = fc
  .oneof(
    fc.constantFrom<unknown>(
      "EVENT",
      "ONESHOT",
      "CONTINUOUS",
      "dummy",
      "basic",
      "$template",
      "60",
      "*/5 * * * *",
    ),
    fc.constantFrom<unknown>(...STATES),
    fc.constantFrom<unknown>(
      true,
      false,
      "yes",
      null,
      "",
      [],
      {},
      "2027-01-01T10:00:00",
      "2027-01-01 10:00+02:00",
    ),
    fc.constantFrom<unknown>({ para1: 1 }, { para1: 2, para2: "two" }, [{ storage: [] }], "a reason"),
    fc.string({ maxLength: 80 }).map((text) => `fuzz ${text.toWellFormed()}`),
  )
  .map((value) => JSON.stringify(value));

const value = fc.oneof({ weight: 3, arbitrary: goodJson }, { weight: 2, arbitrary: hostileJson });

/** An object as text: members may come twice. */
const object = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...MEMBERS) }, { weight: 1, arbitrary: hostileText }),
      value,
    ),
    { maxLength: 6 },
  )
  .map((members) => asObject(members));

const GOOD_AUDITS: [string, string][][] = [
  [
    ["audit_type", '"EVENT"'],
    ["goal", '"dummy"'],
    ["strategy", '"dummy"'],
  ],
  [
    ["audit_type", '"ONESHOT"'],
    ["goal", '"dummy"'],
  ],
  [
    ["audit_type", '"CONTINUOUS"'],
    ["goal", '"dummy"'],
    ["interval", '"3600"'],
  ],
  [
    ["audit_type", '"EVENT"'],
    ["audit_template_uuid", '"$template"'],
  ],
];

/** One that would do, and mostly something beside. */
const nearlyGoodAudit = nearlyGood(fc.constantFrom(...GOOD_AUDITS));

const nearlyGoodTemplate = nearlyGood(
  fc.uuid().map((text): [string, string][] => [
    ["name", JSON.stringify(`fuzz ${text}`)],
    ["goal", '"dummy"'],
    ["strategy", '"dummy"'],
  ]),
);

function nearlyGood(good: fc.Arbitrary<[string, string][]>): fc.Arbitrary<string> {
  const more = fc.array(fc.tuple(fc.constantFrom(...MEMBERS), value), { maxLength: 2 });
  return fc.tuple(good, more).map(([members, others]) => asObject([...members, ...others]));
}

function asObject(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(",")}}`;
}

const path = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...MEMBERS).map((member) => `/${member}`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "/parameters/para1",
      "/scope/0",
      "/scope/-",
      "/scope/0/compute",
      "/parameters/a/b",
      "/name/x",
    ),
  },
  { weight: 1, arbitrary: hostileText },
);

const operation = fc
  .tuple(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom("add", "replace", "remove") },
      { weight: 1, arbitrary: hostileText },
    ),
    path,
    fc.option(value, { nil: undefined, freq: 6 }),
  )
  .map(([op, at, json]) =>
    asObject([
      ["op", JSON.stringify(op)],
      ["path", JSON.stringify(at)],
      ...(json === undefined ? [] : [["value", json] as const]),
    ]),
  );

const patch = fc.array(operation, { maxLength: 3 }).map((operations) => `[${operations.join(",")}]`);

const STATE_CHANGE = fc
  .constantFrom(...STATES)
  .map((state) => `[{"op":"replace","path":"/state","value":"${state}"}]`);

/** Each is taken by some row, in some state. */
const GOOD_PATCHES = [
  '[{"op":"replace","path":"/interval","value":"60"}]',
  '[{"op":"remove","path":"/interval"}]',
  '[{"op":"add","path":"/force","value":true},{"op":"add","path":"/auto_trigger","value":"no"}]',
  '[{"op":"replace","path":"/parameters/para1","value":4}]',
  '[{"op":"replace","path":"/end_time","value":"2031-01-01 10:00"}]',
  '[{"op":"replace","path":"/scope","value":[{"compute":[{"availability_zones":[{"name":"z"}]}]}]}]',
  '[{"op":"replace","path":"/description","value":"x"}]',
  '[{"op":"replace","path":"/strategy","value":"dummy"},{"op":"add","path":"/default_parameters","value":{}}]',
  '[{"op":"replace","path":"/state","value":"SKIPPED"},{"op":"add","path":"/status_message","value":"no"}]',
  "[]",
];

/** A body, or none, for whatever request. */
export const anyBody: fc.Arbitrary<Uint8Array | undefined> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 5, arbitrary: fc.oneof(nearlyGoodAudit, nearlyGoodTemplate).map(encoded) },
  { weight: 4, arbitrary: patch.map(encoded) },
  { weight: 2, arbitrary: STATE_CHANGE.map(encoded) },
  { weight: 2, arbitrary: object.map(encoded) },
  { weight: 2, arbitrary: hostileJson.map(encoded) },
  { weight: 1, arbitrary: hostileBytes },
);

/** A body that the operation may well take, or nearly so. */
export function fittingBody({ method, tag, answer }: Operation): fc.Arbitrary<Uint8Array | undefined> {
  if (method === "patch") return fc.oneof(patch, STATE_CHANGE, fc.constantFrom(...GOOD_PATCHES)).map(encoded);
  if (answer.status === 201) return (tag === "audits" ? nearlyGoodAudit : nearlyGoodTemplate).map(encoded);
  return fc.constant(undefined);
}
