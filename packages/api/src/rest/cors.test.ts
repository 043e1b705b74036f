import { afterEach, describe, expect, test } from "vitest";
import { type BareApp, startBareApp } from "../testing/bare-app.ts";

const DASHBOARD = "https://dashboard.example";

let app: BareApp;

afterEach(() => app.stop());

const preflight = { origin: DASHBOARD, "access-control-request-method": "PATCH" };

describe("rest-api 10 cors", () => {
  test("a preflight of an allowed origin names methods and headers, without a token", async () => {
    app = await startBareApp({ allowedOrigins: [DASHBOARD] });
    const answer = await app.call("OPTIONS", "/v1/audits/x", { headers: preflight });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe("");
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": DASHBOARD,
      "access-control-allow-methods": "GET, PUT, POST, DELETE, PATCH",
      "access-control-max-age": "3600",
      vary: "Origin",
    });
    for (const name of ["X-Auth-Token", "X-Roles", "X-User-Id", "X-OpenStack-Request-ID"]) {
      expect(answer.headers["access-control-allow-headers"]).toContain(name);
    }
  });

  test("answers, refusals among them, may be read by it", async () => {
    app = await startBareApp({ allowedOrigins: ["https://other.example", DASHBOARD] });
    for (const [url, status] of [
      ["/v1", 200],
      ["/v1/nothing", 404],
      ["/v1/goals", 403],
    ] as const) {
      const answer = await app.call("GET", url, { headers: { origin: DASHBOARD } });
      expect(answer.statusCode).toBe(status);
      expect(answer.headers).toMatchObject({
        "access-control-allow-origin": DASHBOARD,
        vary: "OpenStack-API-Version, Origin",
      });
    }
  });

  test("any origin, when so configured, and then without credentials", async () => {
    app = await startBareApp({ allowedOrigins: ["*"] });
    const answer = await app.call("GET", "/v1", { headers: { origin: DASHBOARD } });
    expect(answer.headers["access-control-allow-origin"]).toBe("*");
    expect(answer.headers).not.toHaveProperty("access-control-allow-credentials");
  });

  test.each([
    ["none is configured", [], preflight],
    ["another is", ["https://other.example"], preflight],
    ["the sender names none", [DASHBOARD], {}],
  ])("nothing is allowed when %s", async (_case, allowedOrigins, headers) => {
    app = await startBareApp({ allowedOrigins });
    for (const method of ["OPTIONS", "GET"]) {
      const answer = await app.call(method, "/v1", { headers });
      expect(answer.statusCode).toBe(200);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});
