import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BareApp, REACHED_STATE, startBareApp } from "../testing/bare-app.ts";
import { ADMIN } from "../testing/fixture.ts";

/** Requests that change objects, as far as they are answered without one: form, types, versions. */

const UUID = "4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21";

let app: BareApp;

beforeAll(async () => {
  app = await startBareApp();
});

afterAll(() => app.stop());

function send(method: string, url: string, payload?: string, headers: Record<string, string> = {}) {
  return app.call(method, url, {
    headers: {
      ...ADMIN,
      "content-type": "application/json",
      "openstack-api-version": "infra-optim 1.7",
      ...headers,
    },
    ...(payload !== undefined && { payload }),
  });
}

const OBJECTS = [
  "/v1/audits/name",
  "/v1/audit_templates/name",
  `/v1/action_plans/${UUID}`,
  `/v1/actions/${UUID}`,
];

describe.each(OBJECTS)("rest-api 1.3 and 9: PATCH %s", (url) => {
  test.each([
    ["absent body", undefined, 'Missing argument: "patch"'],
    ["empty body", "", 'Missing argument: "patch"'],
    ["broken JSON", "[", "Request is not in valid JSON format"],
    ["an object", "{}", "Invalid input for field/attribute patch."],
    ["null", "null", "Invalid input for field/attribute patch."],
    ["a text", '"x"', "Invalid input for field/attribute patch."],
    ["an operation that is none", "[1]", "Invalid input for field/attribute patch."],
    ["no op", '[{"path":"/name","value":1}]', "Mandatory field missing."],
    ["op move", '[{"op":"move","path":"/name"}]', "Value should be one of: add, remove, replace"],
    ["no path", '[{"op":"remove"}]', "Mandatory field missing."],
    ["a path with a dot", '[{"op":"remove","path":"/a.b"}]', "Invalid input for field/attribute path."],
    ["a path with a tilde", '[{"op":"remove","path":"/a~1b"}]', "Invalid input for field/attribute path."],
    ["no value", '[{"op":"add","path":"/name"}]', "'add' and 'replace' operations needs value"],
    ["a further member", '[{"op":"remove","path":"/name","from":"/x"}]', "from"],
    ["U+0000", '[{"op":"add","path":"/name","value":"\\u0000"}]', "U+0000"],
  ])("%s is 400", async (_case, payload, text) => {
    const answer = await send("PATCH", url, payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.fault).toContain(text);
  });

  test.each(["text/plain", "application/octet-stream", "application/json-patch+json"])(
    "a body of %s is 415",
    async (type) => {
      const answer = await send("PATCH", url, "[]", { "content-type": type });
      expect(answer.statusCode).toBe(415);
      expect(answer.fault).toBe(`Unknown mimetype: ${type}`);
    },
  );

  test("a form is 400", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await send("PATCH", url, "name=x", headers);
    expect(answer.statusCode).toBe(400);
    expect(answer.fault).toBe('Unknown argument: "name"');
  });

  test("a query parameter is 400", async () => {
    const answer = await send("PATCH", `${url}?force=1`, "[]");
    expect(answer.statusCode).toBe(400);
    expect(answer.fault).toBe('Unknown argument: "force"');
  });

  test("the form comes before the object, the object before the policy", async () => {
    const member = { "x-roles": "member" };
    expect((await send("PATCH", url, "{}", member)).statusCode).toBe(400);
    expect((await send("PATCH", url, "[]", member)).statusCode).toBe(REACHED_STATE);
  });
});

describe("rest-api 6.6, 7.2 and 7.6: what no object of the kind lets be patched is refused before it is looked up", () => {
  const patch = (url: string, op: string, path: string, value?: unknown) =>
    send("PATCH", url, JSON.stringify([{ op, path, ...(op !== "remove" && { value }) }]));
  const [audit, , plan, action] = OBJECTS as [string, string, string, string];

  test.each([
    [audit, "replace", "/audit_template_uuid", UUID, "/audit_template_uuid can't be updated."],
    [audit, "replace", "/type", "EVENT", "/type can't be updated."],
    [audit, "replace", "/state", null, "/state can't be updated."],
    [audit, "remove", "/state", undefined, "/state can't be updated."],
    [audit, "replace", "/uuid", UUID, "'/uuid' is an internal attribute and can not be updated"],
    [
      audit,
      "replace",
      "/status_message",
      "x",
      "'/status_message' is an internal attribute and can not be updated",
    ],
    [plan, "replace", "/state", "NOPE", "Invalid state: NOPE"],
    [
      plan,
      "replace",
      "/status_message",
      "x",
      "'/status_message' is an internal attribute and can not be updated",
    ],
    [plan, "add", "/created_at", "x", "'/created_at' is an internal attribute and can not be updated"],
    [action, "replace", "/uuid", "x", "'/uuid' is not an allowed attribute and can not be updated"],
    [
      action,
      "replace",
      "/input_parameters",
      {},
      "'/input_parameters' is not an allowed attribute and can not be updated",
    ],
    [action, "remove", "/state", undefined, "'/state' is a mandatory attribute and can not be removed"],
    [
      action,
      "remove",
      "/status_message",
      undefined,
      "'/status_message' is a mandatory attribute and can not be removed",
    ],
    [action, "replace", "/state", "NOPE", "Invalid state: NOPE"],
  ])("%s: %s %s %j", async (url, op, path, value, text) => {
    const answer = await patch(url, op, path, value);
    expect(answer.statusCode).toBe(400);
    expect(answer.fault).toBe(text);
  });
});

describe("rest-api 1.2 and 1.3 DELETE", () => {
  test.each(OBJECTS.slice(0, 3))(
    "trap 5: DELETE %s with an octet stream and no body is taken",
    async (url) => {
      const headers = { "content-type": "application/octet-stream" };
      expect((await send("DELETE", url, undefined, headers)).statusCode).toBe(REACHED_STATE);
    },
  );

  test.each(["", " ", "nonsense", "text/plain", "application/json"])(
    "DELETE as %j is not about its type",
    async (type) => {
      const headers = { "content-type": type };
      for (const payload of [undefined, "", "x"]) {
        expect((await send("DELETE", "/v1/audits/name", payload, headers)).statusCode).toBe(REACHED_STATE);
      }
    },
  );

  test.each(OBJECTS.slice(0, 3))("DELETE %s with a query parameter is 400", async (url) => {
    expect((await send("DELETE", `${url}?cascade=1`)).fault).toBe('Unknown argument: "cascade"');
  });

  test.each([
    ["DELETE", "/v1/audits", "audit"],
    ["DELETE", "/v1/audits/", "audit"],
    ["PATCH", "/v1/audits", "audit"],
    ["DELETE", "/v1/audit_templates", "audit_template"],
    ["PATCH", "/v1/audit_templates", "audit_template"],
    ["DELETE", "/v1/action_plans", "action_plan_uuid"],
    ["PATCH", "/v1/action_plans", "action_plan_uuid"],
    ["POST", "/v1/action_plans/start", "action_plan_uuid"],
    ["PATCH", "/v1/actions", "action_uuid"],
  ])("%s %s without an object is 400", async (method, url, argument) => {
    const answer = await send(method, url, "[]");
    expect(answer.statusCode).toBe(400);
    expect(answer.fault).toBe(`Missing argument: "${argument}"`);
  });
});

describe("rest-api 1.10 action plans and actions are named by UUID only", () => {
  test.each([
    ["PATCH", "/v1/action_plans/name"],
    ["DELETE", "/v1/action_plans/5"],
    ["POST", "/v1/action_plans/name/start"],
    ["PATCH", "/v1/actions/name"],
  ])("%s %s is 400", async (method, url) => {
    const answer = await send(method, url, method === "POST" ? "{}" : "[]");
    expect(answer.statusCode).toBe(400);
    expect(answer.fault).toContain("Expected a uuid but received");
  });
});

describe("rest-api 7.3 POST /v1/action_plans/{uuid}/start", () => {
  const url = `/v1/action_plans/${UUID}/start`;

  test.each([undefined, "", "{}", '{"anything":1}'])("body %j is taken", async (payload) => {
    expect((await send("POST", url, payload)).statusCode).toBe(REACHED_STATE);
  });

  test.each(["[]", "null", "5", "{"])("body %j is 400", async (payload) => {
    expect((await send("POST", url, payload)).statusCode).toBe(400);
  });

  test("a body of another type is 415", async () => {
    expect((await send("POST", url, "{}", { "content-type": "text/plain" })).statusCode).toBe(415);
  });

  test("a query parameter is 400", async () => {
    expect((await send("POST", `${url}?now=1`, "{}")).statusCode).toBe(400);
  });
});

describe("rest-api 7.6 row 1: PATCH of an action below 1.5", () => {
  test.each(["1.0", "1.4"])("%s is 400, whatever else is wrong", async (version) => {
    const headers = { "openstack-api-version": `infra-optim ${version}` };
    for (const [url, payload] of [
      [`/v1/actions/${UUID}`, '[{"op":"replace","path":"/state","value":"SKIPPED"}]'],
      [`/v1/actions/${UUID}?x=1`, "{"],
      ["/v1/actions/name", ""],
    ] as const) {
      const answer = await send("PATCH", url, payload, { ...headers, "x-roles": "member" });
      expect(answer.statusCode).toBe(400);
      expect(answer.fault).toBe("API microversion 1.5 or higher is required.");
    }
  });
});

describe("rest-api 5.2 POST /v1/audit_templates", () => {
  const post = (body: unknown, version = "1.7", roles = "admin") =>
    send("POST", "/v1/audit_templates", JSON.stringify(body), {
      "openstack-api-version": `infra-optim ${version}`,
      "x-roles": roles,
    });
  const given = { name: "my at", goal: "dummy" };

  test.each([
    [
      "no name",
      { goal: "dummy" },
      "Invalid input for field/attribute name. Value: ''. Mandatory field missing.",
    ],
    ["no goal", { name: "x" }, "Mandatory field missing."],
    ["a null goal", { name: "x", goal: null }, "Mandatory field missing."],
    [
      "trap 18: a uuid",
      { ...given, uuid: "INVALID" },
      "Unknown attribute for argument audit_template_postdata: uuid",
    ],
    ["a scope that is no list", { ...given, scope: {} }, "Expected 'list', got 'object'"],
    ["parameters that are no object", { ...given, default_parameters: [] }, "Expected 'object', got 'list'"],
    ["a list", [], "Expected 'object', got 'list'"],
    ["null", null, "Mandatory field missing."],
    ["a name with U+0000", { ...given, name: "\0" }, "U+0000"],
    ["a scope with U+0000", { ...given, scope: [{ compute: "\0" }] }, "U+0000"],
  ])("%s is 400", async (_case, body, text) => {
    const answer = await post(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.fault).toContain(text);
  });

  test("no body", async () => {
    expect((await send("POST", "/v1/audit_templates")).fault).toBe(
      'Missing argument: "audit_template_postdata"',
    );
  });

  test("trap 34: null and empty members as the dashboard sends them", async () => {
    const body = { ...given, strategy: null, description: "", scope: [], default_parameters: null };
    expect((await post(body, "1.0")).statusCode).toBe(REACHED_STATE);
  });

  test("1.7: default_parameters below it are 406, empty ones and those at it go on", async () => {
    const full = { ...given, strategy: "dummy", default_parameters: { para1: 1 } };
    const refused = await post(full, "1.6");
    expect(refused.statusCode).toBe(406);
    expect(refused.fault).toBe("Request not acceptable.");
    expect((await post({ ...full, default_parameters: {} }, "1.6")).statusCode).toBe(REACHED_STATE);
    expect((await post(full)).statusCode).toBe(REACHED_STATE);
  });

  test("without the role: 403, after the types", async () => {
    const answer = await post(given, "1.7", "member");
    expect(answer.statusCode).toBe(403);
    expect(answer.fault).toBe("Policy doesn't allow audit_template:create to be performed.");
    expect((await post({}, "1.7", "member")).statusCode).toBe(400);
  });
});
