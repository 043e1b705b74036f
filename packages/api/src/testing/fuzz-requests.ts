/** Requests of all kinds: nearly right ones for every operation, and some that nobody can have meant. */

import fc from "fast-check";
import { OPERATIONS } from "../openapi/operations.ts";
import { anyBody, fittingBody } from "./fuzz-bodies.ts";
import { hostileText } from "./fuzz-values.ts";

export interface FuzzRequest {
  method: string;
  /** Path and query; `$audit` and the like stand for rows that there are. */
  target: string;
  /** `$admin` and the like stand for tokens. */
  headers: Record<string, string>;
  body: Uint8Array | undefined;
}

/** Rows that requests may name. */
export const ROW_NAMES = ["$template", "$audit", "$plan", "$action", "$finished", "$deleted"] as const;

/** Tokens that requests may carry: of whom, and whether they are good still. */
export const TOKEN_NAMES = ["$admin", "$member", "$service", "$trust", "$ended", "$revoked"] as const;

const UUID_OF_NOBODY = "4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21";

const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<string>(...ROW_NAMES) },
  { weight: 2, arbitrary: fc.constantFrom("dummy", "DUMMY", "basic", "1", "dummy_scorer", UUID_OF_NOBODY) },
  { weight: 2, arbitrary: hostileText },
);

/** Encoded, or as it is where the line of a request can hold it. */
const segment = fc.tuple(name, fc.boolean()).map(([text, isRaw]) => {
  if (isRaw && /^[!-~]+$/.test(text) && !/[?#/]/.test(text)) return text;
  return ROW_NAMES.includes(text as "$audit") ? text : encodeURIComponent(text.toWellFormed());
});

const SORT_KEYS = [
  "id",
  "uuid",
  "name",
  "state",
  "created_at",
  "scope",
  "parameters",
  "goal_name",
  "strategy_name",
  "goal",
  "audit_uuid",
  "parents",
  "global_efficacy",
  "host",
  "last_seen_up",
  "status",
];

const parameter = fc.oneof(
  fc.tuple(
    fc.constant("limit"),
    fc.oneof(fc.constantFrom("1", "2", "1000", "99999999999999999999"), hostileText),
  ),
  fc.tuple(fc.constant("marker"), name),
  fc.tuple(fc.constant("sort_key"), fc.oneof(fc.constantFrom(...SORT_KEYS), hostileText)),
  fc.tuple(fc.constant("sort_dir"), fc.oneof(fc.constantFrom("asc", "desc"), hostileText)),
  fc.tuple(
    fc.constantFrom("goal", "strategy", "audit_uuid", "action_plan_uuid", "data_model_type"),
    fc.oneof(name, fc.constant("compute")),
  ),
  fc.tuple(hostileText, hostileText),
);

const query = fc.oneof(
  { weight: 4, arbitrary: fc.constant("") },
  {
    weight: 4,
    arbitrary: fc
      .array(parameter, { minLength: 1, maxLength: 4 })
      .map((pairs) => `?${pairs.map(([key, value]) => `${part(key)}=${part(value)}`).join("&")}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "?",
      "?&&=&",
      "?limit",
      "?limit=%zz",
      "?%=%",
      "?a[b]=1",
      `?x=${"y".repeat(9_000)}`,
    ),
  },
);

/** What stands in a query: names of rows stay as they are, to be replaced. */
function part(text: string): string {
  return ROW_NAMES.includes(text as "$audit") ? text : encodeURIComponent(text.toWellFormed());
}

const version = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 7 }).map((minor) => `infra-optim 1.${minor}`) },
  { weight: 3, arbitrary: fc.constant("infra-optim latest") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "infra-optim 1.99",
      "infra-optim 2.0",
      "infra-optim 1.2.3",
      "compute 2.1",
      "infra-optim",
      ",",
    ),
  },
);

/** What the line of a header may hold: bytes, of whatever encoding, but those that end it or are no text. */
const headerText = fc.string({
  unit: fc
    .oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff }))
    .map((code) => String.fromCharCode(code)),
  maxLength: 40,
});

const otherToken = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<string>(...TOKEN_NAMES) },
  { weight: 1, arbitrary: fc.constantFrom("", "gAAAAA-of-nobody", "x".repeat(8_000)) },
  { weight: 1, arbitrary: headerText },
);

const token = fc.oneof(
  { weight: 12, arbitrary: fc.constant<string>("$admin") },
  { weight: 3, arbitrary: otherToken },
);

const serviceToken = fc.oneof(
  { weight: 12, arbitrary: fc.constant<string>("$service") },
  { weight: 2, arbitrary: otherToken },
);

const contentType = fc.oneof(
  { weight: 12, arbitrary: fc.constant("application/json") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "application/json; charset=utf-16",
      "text/plain",
      "application/octet-stream",
      "application/json-patch+json",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "",
      ";",
    ),
  },
  { weight: 1, arbitrary: headerText },
);

const headers = fc
  .record(
    {
      "openstack-api-version": version,
      "content-type": contentType,
      "x-roles": fc.oneof(
        { weight: 12, arbitrary: fc.constant("admin") },
        { weight: 1, arbitrary: headerText },
      ),
      "x-show-deleted": fc.constantFrom("", "1", "false"),
      accept: fc.oneof(
        { weight: 8, arbitrary: fc.constant("application/json") },
        { weight: 1, arbitrary: headerText },
      ),
      forwarded: headerText,
      origin: headerText,
      "x-openstack-request-id": headerText,
      "x-project-id": headerText,
      "x-auth-token": token,
      "x-service-token": serviceToken,
    },
    { requiredKeys: ["openstack-api-version", "content-type", "x-roles", "x-auth-token"] },
  )
  .map((record) => ({ ...record }) as Record<string, string>);

/** Idents that an operation may well take, by the parameter in its path. */
const FITTING: Readonly<Record<string, readonly string[]>> = {
  goal: ["dummy", "1"],
  strategy: ["basic", "dummy"],
  audit_template: ["$template"],
  audit: ["$audit", "$finished"],
  action_plan: ["$plan"],
  action: ["$action"],
  scoring_engine: ["dummy_scorer"],
  service: ["watcher-applier"],
};

/** A known operation with what fits it, mostly; and with whatever its path, query and body may hold. */
const known = fc.constantFrom(...OPERATIONS).chain((operation) => {
  const [parameterName = ""] = Object.keys(operation.parameters ?? {});
  const ident = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...(FITTING[parameterName] ?? ["x"])) },
    { weight: 2, arbitrary: segment },
  );
  const search = fc.oneof(
    { weight: operation.query ? 0 : 8, arbitrary: fc.constant("") },
    { weight: 2, arbitrary: query },
  );
  const payload = fc.oneof(
    { weight: 4, arbitrary: fittingBody(operation) },
    { weight: 1, arbitrary: anyBody },
  );
  return fc.tuple(ident, search, headers, payload).map(
    ([text, asked, sent, bytes]): FuzzRequest => ({
      method: operation.method.toUpperCase(),
      target: operation.path.replaceAll(/\{\w+\}/g, () => text) + asked,
      headers: sent,
      body: bytes,
    }),
  );
});

const anyMethod = fc.constantFrom(
  "GET",
  "POST",
  "PATCH",
  "DELETE",
  "PUT",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PROPFIND",
  "SEARCH",
);

const anyTarget = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.constantFrom(
          "v1",
          "v2",
          "goals",
          "audits",
          "action_plans",
          "actions",
          "detail",
          "start",
          "state",
          "",
          ".",
          "..",
        ),
        fc.constantFrom(
          "webhooks",
          "data_model",
          "%2e%2e",
          "%2F",
          "%00",
          "%ff",
          "%",
          "%zz",
          "goals.json",
          "openapi.json",
        ),
        segment,
      ),
      { maxLength: 5 },
    ),
    query,
  )
  .map(([parts, search]) => `/${parts.join("/")}${search}`);

const any = fc
  .tuple(anyMethod, anyTarget, headers, anyBody)
  .map(([method, target, sent, bytes]): FuzzRequest => ({ method, target, headers: sent, body: bytes }));

/** One request. */
export const fuzzRequest: fc.Arbitrary<FuzzRequest> = fc.oneof(
  { weight: 5, arbitrary: known },
  { weight: 1, arbitrary: any },
);
