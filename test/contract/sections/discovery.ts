/** 2: discovery. */

import { describe, expect, it } from "vitest";
import { call } from "../calls.ts";
import { tokenOf } from "../given.ts";

const HOST = { host: "vigil.example:9322" };
const ORIGIN = "http://vigil.example:9322";

describe("2.1 GET /", () => {
  it("is public and names the versions", async () => {
    const { status, body } = await call("GET /", { token: null, headers: HOST });
    const v1 = {
      id: "v1",
      status: "CURRENT",
      max_version: "1.7",
      min_version: "1.0",
      links: [{ href: `${ORIGIN}/v1/`, rel: "self" }],
    };
    expect(status).toBe(200);
    expect(body).toEqual({
      name: "OpenStack Watcher API",
      description: expect.stringMatching(/./),
      versions: [v1],
      default_version: v1,
    });
  });
});

describe("2.2 GET /v1", () => {
  const COLLECTIONS = ["audit_templates", "audits", "actions", "action_plans", "scoring_engines", "services"];

  it.each([
    ["1.0", COLLECTIONS],
    ["1.3", [...COLLECTIONS, "data_model"]],
    ["1.4", [...COLLECTIONS, "data_model", "webhooks"]],
  ])("at %s has exactly its members, and needs no role", async (version, collections) => {
    const token = tokenOf("nobody");
    for (const path of ["/v1", "/v1/"]) {
      const { status, body } = await call(`GET ${path}`, { version, headers: HOST, token });
      expect(status).toBe(200);
      expect(Object.keys(body).sort()).toEqual(["id", "links", "media_types", ...collections].sort());
      expect(body.id).toBe("v1");
      expect(body.media_types).toEqual([
        { base: "application/json", type: "application/vnd.openstack.watcher.v1+json" },
      ]);
      for (const name of collections) {
        expect(body[name]).toEqual([
          { href: `${ORIGIN}/v1/${name}/`, rel: "self" },
          { href: `${ORIGIN}/${name}/`, rel: "bookmark" },
        ]);
      }
      expect(body.links).toEqual([
        { href: `${ORIGIN}/v1/`, rel: "self" },
        { href: expect.stringMatching(/^https?:\/\//), rel: "describedby", type: "text/html" },
      ]);
    }
  });
});
