/** The data model and the states of strategies: what is read from the newest snapshot. */

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createModelStore } from "@vigil/bus";
import { mergeModels, readScenarioXml } from "@vigil/collectors";
import { encodeSnapshot } from "@vigil/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, Fixture, type Served } from "../testing/fixture.ts";

let fixture: Fixture;
let served: Served;

beforeAll(async () => {
  fixture = await Fixture.start();
  served = await fixture.serve();
});

afterAll(async () => {
  await served?.stop();
  await fixture?.stop();
});

const V1_3 = { "openstack-api-version": "infra-optim 1.3" };

const get = (path: string, headers = {}) =>
  call(`${served.url}${path}`, "GET", undefined, { ...V1_3, ...headers });

function scenario(name: string) {
  const path = new URL(`../../../../test/data/scenarios/${name}`, import.meta.url);
  return readScenarioXml(readFileSync(path, "utf8"));
}

async function importModel(...names: string[]): Promise<void> {
  const store = createModelStore(fixture.bus);
  const hash = await store.put(encodeSnapshot(mergeModels(names.map(scenario))));
  await store.setHead("compute", { hash, importedAt: new Date().toISOString() });
}

describe("before the first import", () => {
  test("rest-api 8.3: no model is an empty context", async () => {
    const answer = await get("/v1/data_model");
    expect(answer).toMatchObject({ status: 200, body: { context: [] } });
    expect(answer.headers.get("content-type")).toBe("application/json");
  });

  test("rest-api 4: nothing is available", async () => {
    const [datasource, , models] = (await get("/v1/strategies/basic/state")).body;
    expect(datasource.state).toBe("snapshot: not available");
    expect(models.state[0]).toEqual({ compute_model: "not available" });
  });
});

describe("rest-api 8.3 data model", () => {
  beforeAll(() => importModel("scenario_1_with_metrics.xml"));

  test("trap 25: rows have what clients read", async () => {
    for (const path of ["/v1/data_model", "/v1/data_model/?data_model_type=compute"]) {
      const { status, body, headers } = await get(path);
      expect(status).toBe(200);
      expect(headers.get("content-type")).toBe("application/json");
      expect(Object.keys(body)).toEqual(["context"]);
      expect(body.context.length).toBeGreaterThan(0);
      for (const row of body.context) {
        expect(Object.keys(row)).toEqual(
          expect.arrayContaining(["node_hostname", "node_uuid", "node_vcpus", "node_memory", "node_state"]),
        );
        expect(row).not.toHaveProperty("server_pinned_az");
      }
    }
    const newer = await get("/v1/data_model", { "openstack-api-version": "infra-optim 1.6" });
    expect(newer.body.context[0]).toHaveProperty("server_pinned_az", "");
  });

  test("trap 25: storage is 404, and so is any other type", async () => {
    for (const type of ["storage", "baremetal", "Compute", ""]) {
      expect(await get(`/v1/data_model?data_model_type=${type}`)).toMatchObject({
        status: 404,
        fault: `The ${type} data model could not be found`,
      });
    }
  });

  test("below 1.3 it is not acceptable", async () => {
    const answer = await get("/v1/data_model", { "openstack-api-version": "infra-optim 1.2" });
    expect(answer).toMatchObject({ status: 406, fault: "Request not acceptable." });
    expect(answer.headers.get("openstack-api-maximum-version")).toBe("1.7");
  });

  test("an audit that is no UUID is 400, an unknown one 404, ids and names included", async () => {
    expect((await get("/v1/data_model?audit_uuid=1")).status).toBe(400);
    const uuid = randomUUID();
    expect(await get(`/v1/data_model?audit_uuid=${uuid}`)).toMatchObject({
      status: 404,
      fault: `Audit ${uuid} could not be found`,
    });
    const name = uuid.replaceAll("-", "");
    const audit = { name, audit_type: "EVENT", goal: "dummy" };
    expect((await call(`${served.url}/v1/audits`, "POST", audit)).status).toBe(201);
    expect((await get(`/v1/data_model?audit_uuid=${name}`)).status).toBe(404);
  });

  test("with an audit, the model is cut to its scope", async () => {
    const all: { node_uuid: string; node_hostname: string }[] = (await get("/v1/data_model")).body.context;
    const hostname = all[0]?.node_hostname;
    const scope = [{ compute: [{ exclude: [{ compute_nodes: [{ name: hostname }] }] }] }];
    const { audit } = await fixture.state.records.createAudit({
      uuid: randomUUID(),
      auditType: "EVENT",
      goal: "dummy",
      scopeJson: JSON.stringify(scope),
    });
    const { body } = await get(`/v1/data_model?audit_uuid=${audit?.uuid}`);
    expect(body.context).toEqual(all.filter((row) => row.node_hostname !== hostname));
    expect(body.context.length).toBeLessThan(all.length);
  });

  test("an unknown parameter, another method, another path, and a caller without the role", async () => {
    expect(await get("/v1/data_model?limit=1")).toMatchObject({
      status: 400,
      fault: 'Unknown argument: "limit"',
    });
    const posted = await call(`${served.url}/v1/data_model`, "POST", {});
    expect(posted.status).toBe(405);
    expect(posted.headers.get("allow")).toBe("GET");
    expect((await get("/v1/data_model/compute")).status).toBe(404);
    expect(await get("/v1/data_model", { "x-roles": "member" })).toMatchObject({
      status: 403,
      fault: "Policy doesn't allow data_model:get_all to be performed.",
    });
  });
});

describe("rest-api 4 strategy state", () => {
  beforeAll(() => importModel("scenario_1_with_metrics.xml", "storage_scenario_1.xml"));

  test("four objects, from the newest snapshot", async () => {
    const { status, body } = await get("/v1/strategies/dummy/state");
    expect(status).toBe(200);
    expect(body).toEqual([
      {
        type: "Datasource",
        state: "Datasource is not presented for this strategy",
        mandatory: true,
        comment: "",
      },
      { type: "Metrics", state: [], mandatory: false, comment: "" },
      {
        type: "CDM",
        state: [
          { compute_model: "available" },
          { storage_model: "available" },
          { baremetal_model: "not available" },
        ],
        mandatory: true,
        comment: "",
      },
      { type: "Name", state: "dummy", mandatory: "", comment: "" },
    ]);
  });

  test("by name in any case, UUID and id; a slash at the end makes no difference", async () => {
    const { uuid } = (await get("/v1/strategies/basic")).body;
    const expected = (await get("/v1/strategies/basic/state")).body;
    for (const ident of ["BASIC", uuid]) {
      expect((await get(`/v1/strategies/${ident}/state/`)).body).toEqual(expected);
    }
  });

  test("unknown strategies, no strategy, other methods, and a caller without the role", async () => {
    expect(await get("/v1/strategies/nope/state")).toMatchObject({
      status: 404,
      fault: "Strategy nope could not be found",
    });
    expect(await get("/v1/strategies/state")).toMatchObject({
      status: 400,
      fault: 'Missing argument: "strategy"',
    });
    expect((await call(`${served.url}/v1/strategies/basic/state`, "POST", {})).status).toBe(405);
    expect((await get("/v1/strategies/basic/state?x=1")).status).toBe(400);
    expect(await get("/v1/strategies/nope/state", { "x-roles": "member" })).toMatchObject({
      status: 403,
      fault: "Policy doesn't allow strategy:state to be performed.",
    });
  });
});
