/** 8.3: the data model. */

import { describe, expect, it } from "vitest";
import { call, outcome } from "../calls.ts";
import { contract, NODES, SERVERS } from "../contract.ts";
import { NOWHERE, newAudit, newTemplate } from "../given.ts";

const NODE = [
  ...["uuid", "hostname", "status", "disabled_reason", "state", "memory", "memory_mb_reserved", "disk"],
  ...["disk_gb_reserved", "vcpus", "vcpu_reserved", "memory_ratio", "vcpu_ratio", "disk_ratio"],
].map((name) => `node_${name}`);
const SERVER = [
  ...["uuid", "name", "state", "memory", "disk", "vcpus", "metadata", "project_id", "locked"],
  "watcher_exclude",
].map((name) => `server_${name}`);
const EXTENDED = ["server_pinned_az", "server_flavor_extra_specs"];

interface Item extends Record<string, unknown> {
  node_uuid: string;
  server_uuid?: string;
}
const PATH = "GET /v1/data_model";
const context = async (query: string, version = "1.7"): Promise<Item[]> => {
  const { status, body } = await call(`${PATH}${query}`, { version });
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(["context"]);
  return body.context;
};

describe("8.3 data_model", () => {
  it("members: one object per server with its node's members, sorted by node and server", async () => {
    const items = await context("?data_model_type=compute");
    expect(items.filter(({ server_uuid: server }) => server !== undefined)).toHaveLength(SERVERS);
    for (const item of items) {
      const wanted = item.server_uuid === undefined ? NODE : [...NODE, ...SERVER, ...EXTENDED];
      expect(Object.keys(item).sort()).toEqual([...wanted].sort());
    }
    const keys = items.map(({ node_uuid: node, server_uuid: server }) => `${node} ${server ?? ""}`);
    expect(keys).toEqual([...keys].sort());
    expect(new Set(keys.map((key) => key.split(" ")[0])).size).toBe(NODES);
  });

  it("a node without servers appears once, with its own members only", async () => {
    const items = await context("?data_model_type=compute");
    const empty = items
      .filter(({ server_uuid: server }) => server === undefined)
      .map((item) => item.node_uuid);
    expect(empty.length).toBeGreaterThanOrEqual(NODES - SERVERS);
    for (const node of empty) expect(items.filter((item) => item.node_uuid === node)).toHaveLength(1);
  });

  it("no model is an empty context", () => {
    expect(contract().withoutModel).toEqual({ context: [] });
  });

  it("members: below 1.6 without the extended ones", async () => {
    for (const item of await context("?data_model_type=compute", "1.5")) {
      for (const name of EXTENDED) expect(item).not.toHaveProperty(name);
    }
  });

  it("data_model_type: compute is the default", async () => {
    expect(await context("")).toEqual(await context("?data_model_type=compute"));
  });

  it.each(["storage", "baremetal", "nonsense"])("data_model_type: %s is 404", async (type) => {
    expect(outcome(await call(`${PATH}?data_model_type=${type}`))).toEqual([
      404,
      expect.stringContaining(`The ${type} data model could not be found`),
    ]);
  });

  it("audit_uuid: no uuid is 400, an unknown audit 404 (fix)", async () => {
    expect((await call(`${PATH}?data_model_type=compute&audit_uuid=name`)).status).toBe(400);
    expect((await call(`${PATH}?data_model_type=compute&audit_uuid=${NOWHERE}`)).status).toBe(404);
  });

  it("audit_uuid: the model is cut to the audit's scope", async () => {
    const all = await context("?data_model_type=compute");
    const whole = await newAudit();
    expect(await context(`?data_model_type=compute&audit_uuid=${whole.uuid}`)).toEqual(all);
    const excluded = all[0]!.node_hostname;
    const scope = [{ compute: [{ exclude: [{ compute_nodes: [{ name: excluded }] }] }] }];
    const { uuid: template } = await newTemplate({ scope });
    const cut = await newAudit({ goal: undefined, strategy: undefined, audit_template_uuid: template });
    expect(await context(`?data_model_type=compute&audit_uuid=${cut.uuid}`)).toEqual(
      all.filter(({ node_hostname: name }) => name !== excluded),
    );
  });
});
