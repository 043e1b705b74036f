import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VigilError } from "../errors.ts";
import type { JsonValue } from "../json.ts";
import { openSnapshot } from "../model/open.ts";
import { NO_INSTANCE, Overlay } from "../model/overlay.ts";
import { cluster, instance, node, snapshotOf } from "../testing/clusters.ts";
import { applyScope } from "./apply.ts";

const SOURCE = cluster({
  nodes: [
    node("n0", { hostname: "h0", zone: "z1" }),
    node("n1", { hostname: "h1", zone: "z2" }),
    node("n2", { hostname: "h2", zone: "z2" }),
    node("n3", { hostname: "h3" }),
  ],
  instances: [
    instance("i0", 0, { projectId: "p1", metadata: { optimize: "False", tier: "gold" } }),
    instance("i1", 0, { projectId: "p2", metadata: { optimize: true } }),
    instance("i2", 1, { metadata: { optimize: "false" } }),
    instance("i3", null),
  ],
  serverGroups: [
    { uuid: "g1", name: "web", members: ["i0", "i3", "gone"] },
    { uuid: "g2", name: "web", members: ["i2"] },
  ],
  aggregates: [
    { id: 1, name: "fast", zone: null, hosts: ["h0", "h1", "long-gone"] },
    { id: 2, name: "slow", zone: null, hosts: ["h3"] },
  ],
});

function scoped(scope: JsonValue) {
  const overlay = new Overlay(openSnapshot(snapshotOf(SOURCE)));
  const report = applyScope({ overlay, storage: null, baremetal: null }, scope);
  const nodes = [...overlay.takesPart].flatMap((takesPart, at) => (takesPart ? [at] : []));
  const excluded = [...overlay.excluded].flatMap((flag, at) => (flag ? [at] : []));
  return { overlay, report, nodes, excluded };
}

function nodesOf(...compute: JsonValue[]): number[] {
  return scoped([{ compute }]).nodes;
}

function excludedBy(...exclude: JsonValue[]): number[] {
  return scoped([{ compute: [{ exclude }] }]).excluded;
}

describe("audit scope", () => {
  it("takes as many names as a large cloud has, and no nesting without end", () => {
    const names = Array.from({ length: 300_000 }, (_, at) => ({ name: `gone-${at}`, uuid: `gone-${at}` }));
    const exclude: JsonValue = [{ compute_nodes: names }, { instances: names }, { projects: names }];
    const { report } = scoped([{ compute: [{ exclude }, { availability_zones: [{ name: "z1" }] }] }]);
    expect(report).toMatchObject({ nodes: 1, unknown: { count: 900_000 } });
    const deep = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
    expect(() => scoped([{ compute: deep }])).toThrow("scope is nested deeper than 64 levels");
  });

  it("is everything when it says nothing about compute", () => {
    for (const scope of [[], [{ storage: [{ volume_types: [{ name: "t" }] }] }], [{ compute: [] }], [{}]]) {
      expect(scoped(scope)).toMatchObject({ report: null, nodes: [0, 1, 2, 3], excluded: [] });
    }
  });

  it("includes aggregates by id and name, and zones, all together", () => {
    expect(nodesOf({ host_aggregates: [{ id: 1 }] })).toEqual([0, 1]);
    expect(nodesOf({ host_aggregates: [{ name: "slow" }] })).toEqual([3]);
    expect(nodesOf({ availability_zones: [{ name: "z2" }] })).toEqual([1, 2]);
    expect(nodesOf({ host_aggregates: [{ id: 2 }] }, { availability_zones: [{ name: "z1" }] })).toEqual([
      0, 3,
    ]);
  });

  it("takes the wildcard for all, and only alone", () => {
    expect(nodesOf({ host_aggregates: [{ id: "*" }] })).toEqual([0, 1, 3]);
    expect(nodesOf({ availability_zones: [{ name: "*" }] })).toEqual([0, 1, 2, 3]);
    expect(() => nodesOf({ host_aggregates: [{ id: "*" }, { id: 1 }] })).toThrow(/WildcardCharacterIsUsed/);
  });

  it("leaves no node when include rules find none, and says which names are unknown", () => {
    const { nodes, report, overlay } = scoped([
      {
        compute: [
          { host_aggregates: [{ id: 9 }, { name: "nope" }] },
          { availability_zones: [{ name: "z9" }] },
        ],
      },
    ]);
    expect(nodes).toEqual([]);
    expect(overlay.countInstances()).toBe(1);
    expect(report).toEqual({
      nodes: 0,
      nodesLeftOut: 4,
      instancesExcluded: 0,
      unknown: { count: 3, first: ["nope", "host aggregate 9", "z9"] },
    });
  });

  it("leaves out nodes by name and by aggregate", () => {
    expect(nodesOf({ exclude: [{ compute_nodes: [{ name: "h1" }, { name: "nope" }] }] })).toEqual([0, 2, 3]);
    expect(nodesOf({ exclude: [{ host_aggregates: [{ name: "fast" }] }] })).toEqual([2, 3]);
    expect(
      nodesOf({ availability_zones: [{ name: "z2" }] }, { exclude: [{ compute_nodes: [{ name: "h2" }] }] }),
    ).toEqual([1]);
  });

  it("excludes instances by uuid, project and metadata", () => {
    expect(excludedBy({ instances: [{ uuid: "i1" }, { uuid: "i3" }, { uuid: "p1" }] })).toEqual([1, 3]);
    expect(excludedBy({ projects: [{ uuid: "p1" }] })).toEqual([0]);
    expect(excludedBy({ instance_metadata: [{ optimize: "FALSE" }] })).toEqual([0, 2]);
    expect(excludedBy({ instance_metadata: [{ optimize: "true" }] })).toEqual([1]);
    // All pairs have to match.
    expect(excludedBy({ instance_metadata: [{ optimize: "false" }, { tier: "gold" }] })).toEqual([0]);
    expect(excludedBy({ instance_metadata: [{ nothing: null }] })).toEqual([]);
    expect(excludedBy({ instances: [{ uuid: "i2" }] }, { projects: [{ uuid: "p2" }] })).toEqual([1, 2]);
  });

  it("excludes instances of server groups by uuid and by name", () => {
    expect(excludedBy({ server_groups: [{ uuid: "g1" }] })).toEqual([0, 3]);
    expect(excludedBy({ server_groups: [{ name: "web" }] })).toEqual([0, 2, 3]);
    expect(excludedBy({ server_groups: [{ uuid: "g2" }, { name: "nope" }] })).toEqual([2]);
    expect(() => excludedBy({ server_groups: [{ id: 1 }] })).toThrow(/server_groups.uuid or name .* null/);
  });

  it("puts an excluded instance at the end of its node's list", () => {
    const { overlay } = scoped([{ compute: [{ exclude: [{ instances: [{ uuid: "i0" }] }] }] }]);
    expect([overlay.firstInstance(0), overlay.nextInstance(1), overlay.nextInstance(0)]).toEqual([
      1,
      0,
      NO_INSTANCE,
    ]);
  });

  it("counts one key per rule object, aggregates before zones before exclusions", () => {
    expect(nodesOf({ exclude: [{ compute_nodes: [{ name: "h0" }] }], host_aggregates: [{ id: 1 }] })).toEqual(
      [0, 1],
    );
  });

  it("uses the first element that has compute rules", () => {
    const scope: JsonValue = [
      { storage: [] },
      { compute: [{ host_aggregates: [{ id: 1 }] }] },
      { compute: [{ host_aggregates: [{ id: 2 }] }] },
    ];
    expect(scoped(scope).nodes).toEqual([0, 1]);
  });

  it("refuses other forms, and never fails otherwise", () => {
    expect(() => scoped([{ compute: "all" }])).toThrow(/compute of the scope is "all", a list of objects/);
    expect(() => scoped([{ compute: [{ host_aggregates: [{ id: 1.5 }] }] }])).toThrow(
      /an integer id or a name/,
    );
    expect(() => scoped([{ compute: [{ exclude: [{ instances: [{ name: "x" }] }] }] }])).toThrow(
      /instances.uuid/,
    );
    const key = fc.constantFrom(
      "compute",
      "exclude",
      "host_aggregates",
      "instances",
      "instance_metadata",
      "id",
      "name",
      "uuid",
    );
    const { value } = fc.letrec((tie) => ({
      leaf: fc.oneof(fc.constantFrom("*", "i0", "h0"), fc.jsonValue()),
      list: fc.array(tie("value"), { maxLength: 3 }),
      object: fc.dictionary(key, tie("value"), { maxKeys: 3 }),
      value: fc.oneof({ maxDepth: 6 }, tie("leaf"), tie("list"), tie("object")),
    }));
    fc.assert(
      fc.property(fc.oneof(fc.array(value), value), (scope) => {
        try {
          scoped(scope as JsonValue);
        } catch (error) {
          expect(error).toBeInstanceOf(VigilError);
          expect((error as VigilError).kind).toBe("invalid-input");
        }
      }),
    );
  });
});
