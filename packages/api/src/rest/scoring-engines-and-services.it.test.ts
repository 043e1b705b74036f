import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fixture, type Served } from "../testing/fixture.ts";
import { ResourceCalls } from "../testing/resource-calls.ts";

let fixture: Fixture;
let served: Served;
let api: ResourceCalls;

beforeAll(async () => {
  fixture = await Fixture.start();
  for (const [name, host] of [
    ["watcher-decision-engine", "host-a"],
    ["watcher-applier", "host-a"],
    ["watcher-decision-engine", "host-b"],
  ] as const) {
    await fixture.state.records.reportService({ name, host });
  }
  served = await fixture.serve();
  api = new ResourceCalls(fixture, served);
});

afterAll(async () => {
  await served?.stop();
  await fixture?.stop();
});

describe("rest-api 8.1 scoring engines", () => {
  test("the four that ship, with the members of the list", async () => {
    const { scoring_engines } = (await api.get("/v1/scoring_engines")).body;
    expect(scoring_engines.map((engine: { name: string }) => engine.name).sort()).toEqual([
      "dummy_avg_scorer",
      "dummy_max_scorer",
      "dummy_min_scorer",
      "dummy_scorer",
    ]);
    expect(Object.keys(scoring_engines[0]).sort()).toEqual(["description", "links", "name", "uuid"]);
  });

  test("trap 19: show has exactly metainfo, description, name, uuid, links; detail as well", async () => {
    const { body } = await api.get("/v1/scoring_engines/dummy_scorer");
    expect(Object.keys(body).sort()).toEqual(["description", "links", "metainfo", "name", "uuid"]);
    expect((await api.get(`/v1/scoring_engines/${body.uuid}`)).body).toEqual(body);
    const { scoring_engines } = (await api.get("/v1/scoring_engines/detail")).body;
    expect(scoring_engines).toContainEqual(body);
  });

  test("unknown: 404 ScoringEngine x could not be found", async () => {
    const answer = await api.get("/v1/scoring_engines/nope");
    expect(answer.status).toBe(404);
    expect(answer.fault).toBe("ScoringEngine nope could not be found");
  });

  test("1.7: the policy comes before the lookup", async () => {
    for (const engine of ["dummy_scorer", "nope"]) {
      const answer = await api.get(`/v1/scoring_engines/${engine}`, 7, { "x-roles": "member" });
      expect(answer.status).toBe(403);
      expect(answer.fault).toBe("Policy doesn't allow scoring_engine:get to be performed.");
    }
  });

  test("paging and sort keys", async () => {
    const page = (await api.get("/v1/scoring_engines?limit=3&sort_key=name")).body;
    expect(page.next).toContain(`&limit=3&marker=${page.scoring_engines[2].uuid}`);
    for (const key of "id,uuid,name,description,metainfo,created_at,updated_at,deleted_at".split(",")) {
      expect((await api.get(`/v1/scoring_engines?sort_key=${key}`)).status).toBe(200);
    }
    expect((await api.get("/v1/scoring_engines?marker=nope")).status).toBe(404);
  });
});

describe("rest-api 8.2 services", () => {
  test("members of the list; ids are numbers, and links name them", async () => {
    const { services } = (await api.get("/v1/services")).body;
    expect(services).toHaveLength(3);
    const [first] = services;
    expect(first).toEqual({
      id: expect.any(Number),
      name: "watcher-decision-engine",
      host: "host-a",
      status: "ACTIVE",
      links: [
        { href: `${served.url}/v1/services/${first.id}`, rel: "self" },
        { href: `${served.url}/services/${first.id}`, rel: "bookmark" },
      ],
    });
  });

  test("trap 16: by name, with last_seen_up; of two hosts the lowest id", async () => {
    const { status, body } = await api.get("/v1/services/watcher-decision-engine");
    expect(status).toBe(200);
    expect(body).toMatchObject({ host: "host-a", deleted_at: null });
    expect(body.last_seen_up).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/);
    expect((await api.get(`/v1/services/${body.id}`)).body).toEqual(body);
    expect((await api.get("/v1/services/watcher-applier")).body.name).toBe("watcher-applier");
  });

  test("detail has the times", async () => {
    const { services } = (await api.get("/v1/services/detail")).body;
    expect(Object.keys(services[0]).sort()).toEqual([
      "created_at",
      "deleted_at",
      "host",
      "id",
      "last_seen_up",
      "links",
      "name",
      "status",
      "updated_at",
    ]);
  });

  test("the marker is the integer id, in next as well", async () => {
    const page = (await api.get("/v1/services?limit=2")).body;
    const { id } = page.services[1];
    expect(page.next).toBe(`${served.url}/v1/services?sort_key=id&sort_dir=asc&limit=2&marker=${id}`);
    const rest = (await api.get(page.next.slice(served.url.length))).body;
    expect(rest.services).toHaveLength(1);
    expect(rest).not.toHaveProperty("next");
    for (const marker of ["999999", "9".repeat(40), "-1"]) {
      expect((await api.get(`/v1/services?marker=${marker}`)).status).toBe(404);
    }
  });

  test("sort keys; status is none", async () => {
    for (const key of "id,name,host,last_seen_up,created_at,updated_at,deleted_at".split(",")) {
      expect((await api.get(`/v1/services?sort_key=${key}`)).status).toBe(200);
    }
    expect((await api.get("/v1/services?sort_key=status")).fault).toBe("Invalid sort key: status");
  });

  test("unknown: 404 The service x cannot be found.; 403 only for known ones", async () => {
    const member = { "x-roles": "member" };
    for (const headers of [{}, member]) {
      const answer = await api.get("/v1/services/nope", 7, headers);
      expect(answer.status).toBe(404);
      expect(answer.fault).toBe("The service nope cannot be found.");
    }
    const known = await api.get("/v1/services/watcher-applier", 7, member);
    expect(known.fault).toBe("Policy doesn't allow service:get to be performed.");
  });
});
