import { createLogger } from "@vigil/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BareApp, REACHED_STATE, type Sent, startBareApp } from "../testing/bare-app.ts";
import { ADMIN } from "../testing/fixture.ts";

/** Everything that is answered before a row is needed: routing, versions, types, policy. */

const UUID = "4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21";
const lines: string[] = [];

let app: BareApp;

beforeAll(async () => {
  const logger = createLogger({ role: "api", level: "debug", destination: { write: (l) => lines.push(l) } });
  app = await startBareApp({ logger });
});

afterAll(() => app.stop());

const call = (method: string, url: string, sent?: Sent) => app.call(method, url, sent);

const post = (payload: string, headers: Record<string, string> = {}) =>
  call("POST", "/v1/audits", {
    payload,
    headers: { ...ADMIN, "content-type": "application/json", ...headers },
  });

describe("rest-api 1.1 paths", () => {
  test.each(["/v1", "/v1/", "//v1", "/", "//"])("%s is served", async (url) => {
    expect((await call("GET", url)).statusCode).toBe(200);
  });

  test.each([
    "/v1/goals",
    "/goals",
    "/v1/goals/",
    "//v1/goals",
    "/v1//goals",
    "/v1/goals/detail",
    "/goals/x%20y",
  ])("%s reaches the state service", async (url) => {
    expect((await call("GET", url)).statusCode).toBe(REACHED_STATE);
  });

  test.each(["/v1/goals/detail/", "/v2/goals", "/v1/goals/%ff", "/v1/goals/100%"])("%s", async (url) => {
    const wanted = url.includes("%") ? REACHED_STATE : 404;
    expect((await call("GET", url)).statusCode).toBe(wanted);
  });
});

describe("rest-api 1.2 methods", () => {
  test.each([
    "/v1/nothing",
    "/v1/goals/dummy/extra",
    "/v1/goals/dummy/detail",
    `/v1/audits/${UUID}/detail`,
    "/v1/action_plans/start/extra",
  ])("GET %s is 404", async (url) => {
    const answer = await call("GET", url);
    expect(answer.statusCode).toBe(404);
    expect(answer.fault).toContain("The resource could not be found.");
  });

  test.each([
    ["PUT", "/v1/audits", "GET, POST, PATCH, DELETE"],
    ["PUT", "/v1/audit_templates", "GET, POST, PATCH, DELETE"],
    ["POST", `/v1/audits/${UUID}`, "GET, PATCH, DELETE"],
    ["PUT", `/v1/audit_templates/${UUID}`, "GET, PATCH, DELETE"],
    ["POST", "/v1/action_plans", "GET, PATCH, DELETE"],
    ["POST", `/v1/action_plans/${UUID}`, "GET, PATCH, DELETE"],
    ["GET", `/v1/action_plans/${UUID}/start`, "POST"],
    ["POST", "/v1/actions", "GET, PATCH"],
    ["DELETE", `/v1/actions/${UUID}`, "GET, PATCH"],
    ["POST", "/v1/goals", "GET"],
    ["DELETE", "/v1/strategies/dummy", "GET"],
    ["PATCH", "/v1/scoring_engines/dummy_scorer", "GET"],
    ["POST", "/v1/services", "GET"],
    ["POST", "/v1/data_model", "GET"],
    ["POST", "/v1/audits/detail", "GET"],
    ["POST", "/v1", "GET"],
    ["POST", "/", "GET"],
    ["PROPFIND", "/v1/goals", "GET"],
    ["GET", "/v1/webhooks", "POST"],
    ["GET", `/v1/webhooks/${UUID}`, "POST"],
    ["PUT", `/v1/webhooks/${UUID}`, "POST"],
  ])("%s %s is 405 and says what is offered", async (method, url, allow) => {
    const answer = await call(method, url);
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe(allow);
    expect(answer.fault).toContain("405");
  });

  test("a path or query of any length is answered", async () => {
    expect((await call("GET", `/v1/goals/${"x".repeat(7_000)}`)).statusCode).toBe(REACHED_STATE);
    for (const url of [`/v1/goals/${"x".repeat(9_000)}`, `/v1/goals?goal=${"x".repeat(9_000)}`]) {
      const answer = await call("GET", url);
      expect(answer.statusCode).toBe(414);
      expect(answer.fault).toContain("at most 8192 are taken");
    }
  });

  test.each(["/", "/v1", "/v1/goals", "/v1/audits", `/v1/actions/${UUID}`])("HEAD %s is 405", async (url) => {
    const answer = await call("HEAD", url);
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toContain("GET");
  });

  test("405 comes before the body is looked at", async () => {
    const headers = { ...ADMIN, "content-type": "text/plain" };
    expect((await call("PUT", "/v1/audits", { headers, payload: "x" })).statusCode).toBe(405);
  });

  test("404 comes before the body is looked at", async () => {
    const headers = { ...ADMIN, "content-type": "nonsense" };
    expect((await call("POST", "/v1/nothing", { headers, payload: "x" })).statusCode).toBe(404);
  });

  test.each(["/", "/v1/goals", "/v1/nothing"])(
    "OPTIONS %s is 200 and empty, without identity",
    async (url) => {
      const answer = await call("OPTIONS", url, { headers: {} });
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toBe("");
      expect(answer.headers["content-length"]).toBe("0");
    },
  );

  test("a webhook sent to a process without an edge says so", async () => {
    const headers = { ...ADMIN, "content-type": "application/json" };
    const answer = await call("POST", `/v1/webhooks/${UUID}`, { headers, payload: "{}" });
    expect(answer.statusCode).toBe(404);
    expect(answer.fault).toContain("edge");
  });
});

describe("rest-api 1.3 request bodies and content types", () => {
  test("GET with a JSON content type and no body is accepted", async () => {
    const headers = { ...ADMIN, "content-type": "application/json" };
    expect((await call("GET", "/v1", { headers })).statusCode).toBe(200);
  });

  test.each(["text/plain", "application/octet-stream", "application/json-patch+json", "nonsense"])(
    "POST of %s is 415",
    async (type) => {
      const answer = await post("{}", { "content-type": type });
      expect(answer.statusCode).toBe(415);
      expect(answer.fault).toBe(`Unknown mimetype: ${type}`);
    },
  );

  test("POST of a body without a content type", async () => {
    const answer = await call("POST", "/v1/audits", { headers: ADMIN, payload: '{"a":1}' });
    expect(answer.statusCode).toBe(400);
    expect(answer.fault).toBe('Unknown argument: "{"a":1}"');
  });

  test.each([
    ["broken JSON", "{", "Request is not in valid JSON format"],
    ["no body", "", 'Missing argument: "audit_p"'],
    [
      "a list",
      "[]",
      "Invalid input for field/attribute audit_p. Value: '[]'. Wrong type. Expected 'object', got 'list'",
    ],
    ["null", "null", "Invalid input for field/attribute audit_p. Value: 'null'. Mandatory field missing."],
    ["an unknown member", '{"audit_type":"EVENT","x":1}', "Unknown attribute for argument audit_p: x"],
  ])("POST of %s is 400", async (_case, payload, text) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.fault).toBe(text);
  });

  test("a POST with a query is refused for the query", async () => {
    const headers = { ...ADMIN, "content-type": "application/json" };
    const answer = await call("POST", "/v1/audits?x=1", { headers, payload: "{}" });
    expect(answer.fault).toBe('Unknown argument: "x"');
  });

  test.each([
    "/?colour=red",
    "/v1?colour=red",
    "/v1/goals?colour=red",
    "/v1/goals/dummy?limit=1",
    "/v1/goals?fields=uuid",
    "/v1/audits?name=x",
  ])("unknown query parameter: %s", async (url) => {
    const answer = await call("GET", url);
    expect(answer.statusCode).toBe(400);
    expect(answer.fault).toMatch(/^Unknown argument: "\w+"$/);
  });

  test("the same query parameter twice", async () => {
    const answer = await call("GET", "/v1/goals?limit=1&limit=2");
    expect(answer.statusCode).toBe(400);
    expect(answer.fault).toContain("Given more than once");
  });

  test("a body nested without end is 400", async () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const answer = await post(`{"audit_type":"EVENT","parameters":{"a":${deep}}}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.fault).toContain("nested deeper than 100 levels");
  });

  test("too large a body is 413", async () => {
    const answer = await post(JSON.stringify({ name: "x".repeat(2 * 1024 * 1024) }));
    expect(answer.statusCode).toBe(413);
    expect(answer.fault).toContain("1048576");
  });

  test.each(["text/html", "application/xml"])("Accept: %s is 406", async (accept) => {
    expect((await call("GET", "/v1", { headers: { ...ADMIN, accept } })).statusCode).toBe(406);
  });
});

describe("rest-api 1.4 response headers", () => {
  test.each([
    ["/v1", 200],
    ["/v1/nothing", 404],
    ["/v1/goals?x=1", 400],
    ["/v1/goals", REACHED_STATE],
  ])("version headers on %s (%i)", async (url, status) => {
    const headers = { ...ADMIN, "OpenStack-API-Version": "infra-optim 1.3" };
    const answer = await call("GET", url, { headers });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers).toMatchObject({
      "openstack-api-version": "infra-optim 1.3",
      "openstack-api-minimum-version": "1.0",
      "openstack-api-maximum-version": "1.7",
      vary: "OpenStack-API-Version",
      "content-type": "application/json",
    });
  });

  test("GET / has none of the version headers, and ignores the request's", async () => {
    const headers = { "OpenStack-API-Version": "infra-optim 2.0" };
    const answer = await call("GET", "/", { headers });
    expect(answer.statusCode).toBe(200);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("openstack"))).toEqual([]);
    expect(answer.headers["content-type"]).toBe("application/json");
  });

  test("a fresh request id; the sender's is logged", async () => {
    const sent = "req-00000000-0000-4000-8000-000000000001";
    const answer = await call("GET", "/v1", { headers: { ...ADMIN, "X-Openstack-Request-Id": sent } });
    expect(answer.headers["x-openstack-request-id"]).toMatch(/^req-[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(answer.headers["x-openstack-request-id"]).not.toBe(sent);
    expect(lines.some((line) => line.includes(sent))).toBe(true);
  });

  test("what changes something, or was refused to, is in the log at info; reads are not", async () => {
    const ofInfo = (id: unknown) =>
      lines.map((line) => JSON.parse(line)).filter((line) => line.level === "info" && line.request === id);
    const { headers, statusCode } = await post("{}");
    const [logged] = ofInfo(headers["x-openstack-request-id"]);
    expect(logged).toMatchObject({
      status: statusCode,
      method: "POST",
      url: "/v1/audits",
      msg: "change asked",
    });
    const read = await call("GET", "/v1/goals");
    expect(ofInfo(read.headers["x-openstack-request-id"])).toEqual([]);
  });
});

describe("rest-api 1.5 microversions", () => {
  const used = async (header: string) => {
    const answer = await call("GET", "/v1", { headers: { ...ADMIN, "openstack-api-version": header } });
    return answer.headers["openstack-api-version"] ?? answer.statusCode;
  };

  test.each([
    ["row 1: the last entry of ours", "infra-optim 1.2, infra-optim 1.4", "infra-optim 1.4"],
    ["row 1: any case", "Infra-Optim 1.2", "infra-optim 1.2"],
    ["row 1: other services are ignored", "compute 2.1, infra-optim 1.2, identity 3", "infra-optim 1.2"],
    ["row 2: no usable entry", "1.4", "infra-optim 1.0"],
    ["row 3: latest", "infra-optim LATEST", "infra-optim 1.7"],
    ["row 4: not an integer", "infra-optim 1.x", "infra-optim 1.0"],
    ["row 5: 1 alone", "infra-optim 1", "infra-optim 1.0"],
  ])("%s", async (_row, header, wanted) => {
    expect(await used(header)).toBe(wanted);
  });

  test.each([
    ["row 6: not two numbers", "infra-optim 1.2.3", "Invalid value for OpenStack-API-Version header"],
    ["row 6: one number", "infra-optim 10", "Invalid value for OpenStack-API-Version header"],
    [
      "row 7: major not 1",
      "infra-optim 2.0",
      "Mutually exclusive versions requested. Version 2.0 requested but not supported by this service. The supported version range is: [1.0, 1.7].",
    ],
    [
      "row 8: minor out of range",
      "infra-optim 1.999",
      "Version 1.999 was requested but the minor version is not supported by this service. The supported version range is: [1.0, 1.7].",
    ],
  ])("%s is 406 with the range", async (_row, header, text) => {
    const answer = await call("GET", "/v1/goals", { headers: { ...ADMIN, "openstack-api-version": header } });
    expect(answer.statusCode).toBe(406);
    expect(answer.fault).toBe(text);
    expect(answer.headers["openstack-api-version"]).toBeUndefined();
    expect(answer.headers).toMatchObject({
      "openstack-api-minimum-version": "1.0",
      "openstack-api-maximum-version": "1.7",
    });
  });

  test("1.1: start_time below it is 406, at it goes on", async () => {
    const body = '{"audit_type":"EVENT","goal":"dummy","start_time":"2027-01-01"}';
    const answer = await post(body);
    expect(answer.statusCode).toBe(406);
    expect(answer.fault).toBe("Request not acceptable.");
    expect(answer.headers["openstack-api-maximum-version"]).toBe("1.7");
    expect((await post(body, { "openstack-api-version": "infra-optim 1.1" })).statusCode).toBe(REACHED_STATE);
  });

  test("1.1: null times are no times", async () => {
    const body = '{"audit_type":"EVENT","goal":"dummy","start_time":null,"end_time":null}';
    expect((await post(body)).statusCode).toBe(REACHED_STATE);
  });

  test("1.2: force is accepted at any version", async () => {
    expect((await post('{"audit_type":"EVENT","goal":"dummy","force":true}')).statusCode).toBe(REACHED_STATE);
  });
});

describe("rest-api 1.6 error envelope", () => {
  test("5xx: a server fault", async () => {
    const answer = await call("GET", "/v1/goals");
    const outer = JSON.parse(answer.body) as { error_message: string };
    expect(JSON.parse(outer.error_message)).toMatchObject({ faultcode: "Server", debuginfo: null });
  });
});

describe("rest-api 1.7 authorization", () => {
  const roles = (text: string) => ({ headers: { "x-roles": text, "content-type": "application/json" } });

  test("/ and /v1 need no role", async () => {
    expect((await call("GET", "/", { headers: {} })).statusCode).toBe(200);
    expect((await call("GET", "/v1", { headers: {} })).statusCode).toBe(200);
  });

  test.each([
    ["/v1/goals", "goal:get_all"],
    ["/v1/goals/detail", "goal:detail"],
    ["/v1/strategies", "strategy:get_all"],
    ["/v1/strategies/detail", "strategy:detail"],
    ["/v1/audit_templates", "audit_template:get_all"],
    ["/v1/audit_templates/detail", "audit_template:detail"],
    ["/v1/scoring_engines", "scoring_engine:get_all"],
    ["/v1/scoring_engines/detail", "scoring_engine:detail"],
    ["/v1/scoring_engines/dummy_scorer", "scoring_engine:get"],
    ["/v1/services", "service:get_all"],
    ["/v1/services/detail", "service:detail"],
    ["/v1/audits", "audit:get_all"],
    ["/v1/audits/detail", "audit:detail"],
    ["/v1/action_plans", "action_plan:get_all"],
    ["/v1/action_plans/detail", "action_plan:detail"],
    ["/v1/actions", "action:get_all"],
    ["/v1/actions/detail", "action:detail"],
  ])("GET %s without the role is 403", async (url, rule) => {
    for (const given of ["", "member", "service"]) {
      const answer = await call("GET", url, roles(given));
      expect(answer.statusCode).toBe(403);
      expect(answer.fault).toBe(`Policy doesn't allow ${rule} to be performed.`);
    }
  });

  test("POST of an audit without the role is 403", async () => {
    const answer = await call("POST", "/v1/audits", {
      ...roles("member"),
      payload: '{"audit_type":"NONSENSE"}',
    });
    expect(answer.statusCode).toBe(403);
    expect(answer.fault).toBe("Policy doesn't allow audit:create to be performed.");
  });

  test.each(["admin", "Administrator", "member, ADMIN"])("role %s is enough", async (given) => {
    expect((await call("GET", "/v1/goals", roles(given))).statusCode).toBe(REACHED_STATE);
  });

  test.each([
    ["406 before 404", "/v1/nothing", { "openstack-api-version": "infra-optim 2.0" }, 406],
    ["404 before 400", "/v1/nothing?x=1", {}, 404],
    ["400 before 403", "/v1/goals?x=1", { "x-roles": "member" }, 400],
    ["403 before the value of limit", "/v1/goals?limit=0", { "x-roles": "member" }, 403],
    ["the object is looked up before 403", "/v1/goals/dummy", { "x-roles": "member" }, REACHED_STATE],
  ])("order of checks: %s", async (_row, url, headers, status) => {
    expect(
      (await call("GET", url, { headers: { ...ADMIN, ...headers } as Record<string, string> })).statusCode,
    ).toBe(status);
  });
});

describe("rest-api 1.8 lists", () => {
  test.each([
    ["/v1/goals?limit=0", "Limit must be positive"],
    ["/v1/goals?limit=-3", "Limit must be positive"],
    ["/v1/goals?limit=many", "unable to convert to int"],
    ["/v1/goals?limit=1.5", "unable to convert to int"],
    ["/v1/audits?marker=name", "Expected a uuid but received name"],
    ["/v1/audit_templates?marker=name", "Expected a uuid but received name"],
    ["/v1/services?marker=watcher-applier", "unable to convert to int"],
    ["/v1/action_plans?marker=1", "Expected a uuid but received 1"],
    ["/v1/actions?marker=1", "Expected a uuid but received 1"],
    ["/v1/action_plans?audit_uuid=name", "Expected a uuid but received name"],
    ["/v1/actions?action_plan_uuid=name", "Expected a uuid but received name"],
    [
      `/v1/actions?action_plan_uuid=${UUID}&audit_uuid=${UUID}`,
      "Filtering actions on both audit and action-plan is prohibited",
    ],
  ])("%s is 400", async (url, text) => {
    const answer = await call("GET", url);
    expect(answer.statusCode).toBe(400);
    expect(answer.fault).toContain(text);
  });
});

describe("rest-api 1.10 identifiers", () => {
  test.each(["/v1/action_plans/5", "/v1/action_plans/name", "/v1/actions/5", "/v1/actions/name"])(
    "%s: a UUID only",
    async (url) => {
      const answer = await call("GET", url);
      expect(answer.statusCode).toBe(400);
      expect(answer.fault).toContain("Expected a uuid but received");
    },
  );

  test("a UUID in another form is looked for", async () => {
    expect((await call("GET", `/v1/actions/${UUID.toUpperCase()}`)).statusCode).toBe(REACHED_STATE);
  });
});

describe("rest-api 2 discovery", () => {
  test("links follow the request's host", async () => {
    const answer = await call("GET", "/v1", { headers: { ...ADMIN, host: "cloud:9322" } });
    expect(JSON.parse(answer.body)).toMatchObject({
      id: "v1",
      audits: [
        { href: "http://cloud:9322/v1/audits/", rel: "self" },
        { href: "http://cloud:9322/audits/", rel: "bookmark" },
      ],
    });
  });

  test("proxies are not believed unless told to", async () => {
    const headers = { host: "cloud:9322", "x-forwarded-host": "elsewhere" };
    expect((await call("GET", "/", { headers })).body).not.toContain("elsewhere");
  });
});
