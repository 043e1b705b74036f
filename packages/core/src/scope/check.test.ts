import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VigilError } from "../errors.ts";
import type { JsonValue } from "../json.ts";
import { checkScope } from "./check.ts";
import { readScopeRules } from "./rules.ts";
import { readExcludedMachines, readStorageRules } from "./storage-rules.ts";

function refusal(scope: JsonValue): VigilError {
  try {
    checkScope(scope);
  } catch (error) {
    return error as VigilError;
  }
  throw new Error("it was accepted");
}

describe("checkScope (rest-api 5.3)", () => {
  it("takes every member there is, and gives the scope back as it was", () => {
    const scope: JsonValue = [
      {
        compute: [
          { host_aggregates: [{ id: 1 }, { id: "*" }, { name: "rack" }] },
          { availability_zones: [{ name: "AZ1" }] },
          {
            exclude: [
              { instances: [{ uuid: "no uuid at all" }] },
              { compute_nodes: [{ name: "n1" }, { name: "n2" }] },
              { instance_metadata: [{ a: 1 }, { b: { deep: [] } }] },
              { projects: [{ uuid: "p" }] },
              { server_groups: [{ uuid: "g" }, { name: "group" }] },
            ],
          },
        ],
        storage: [
          { availability_zones: [{ name: "z" }] },
          { volume_types: [{ name: "t" }] },
          { exclude: [{ storage_pools: [{ name: "p" }] }, { volumes: [{ uuid: "v" }] }, { other: 1 }] },
        ],
        baremetal: [{ exclude: [{ ironic_nodes: [{ uuid: "i" }] }] }],
      },
    ];
    expect(checkScope(scope)).toEqual(scope);
    const excluded: JsonValue = [{ compute: [{ exclude: [{ host_aggregates: [{ name: "rack" }] }] }] }];
    expect(checkScope(excluded)).toEqual(excluded);
  });

  it("takes an empty scope, storage alone, and later elements that are empty", () => {
    const storage: JsonValue = [{ storage: [{ volume_types: [{ name: "t" }] }] }];
    for (const scope of [[], storage, [{ compute: [] }, {}]] as JsonValue[]) {
      expect(checkScope(scope)).toEqual(scope);
    }
  });

  it("wraps a compute scope that stands bare: the first key of the first object decides", () => {
    const rules: JsonValue = [{ availability_zones: [{ name: "AZ1" }] }, { exclude: [] }];
    expect(checkScope(rules)).toEqual([{ compute: rules }]);
    expect(refusal([{ compute: [], availability_zones: [] }]).message).toBe(
      'Invalid scope: 0: {"compute":[],"availability_zones":[]} must not have the member availability_zones',
    );
    expect(refusal([{ availability_zones: [], compute: [] }]).message).toMatch(
      /^Invalid scope: 0\.compute\.0: .* must not have the member compute$/,
    );
  });

  it.each<[JsonValue, string]>([
    [[{}], "its first object is empty"],
    [{}, "a list of objects is wanted"],
    ["*", "a list of objects is wanted"],
    [null, "a list of objects is wanted"],
    [[1], "0: 1 must be object"],
    [[null], "0: null must be object"],
    [[{ compute: {} }], "0.compute: {} must be array"],
    [[{ compute: null }], "0.compute: null must be array"],
    [[{ compute: [{ zones: [] }] }], '0.compute.0: {"zones":[]} must not have the member zones'],
    [[{ zones: [] }], '0.compute.0: {"zones":[]} must not have the member zones'],
    [[{ compute: [{ host_aggregates: [{ id: "1" }] }] }], '0.compute.0.host_aggregates.0.id: "1" must match'],
    [[{ compute: [{ host_aggregates: [{ id: 1.5 }] }] }], "host_aggregates.0.id: 1.5 must be integer"],
    [[{ compute: [{ host_aggregates: [{ id: 1, name: "a" }] }] }], "must NOT have more than 1"],
    [[{ compute: [{ availability_zones: [{ name: 1 }] }] }], "availability_zones.0.name: 1 must be string"],
    [[{ compute: [{ availability_zones: ["a"] }] }], 'availability_zones.0: "a" must be object'],
    [[{ compute: [{ exclude: [{ instances: [{ name: "a" }] }] }] }], "must not have the member name"],
    [[{ compute: [{ exclude: [{ instances: [{}] }] }] }], "must NOT have fewer than 1"],
    [[{ compute: [{ exclude: [{ pools: [] }] }] }], "0.compute.0.exclude.0"],
    [[{ compute: [{ exclude: [{ instance_metadata: ["a"] }] }] }], "instance_metadata.0"],
    [[{ storage: [{ pools: [] }] }], "0.storage.0"],
    [[{ storage: [{ exclude: [{ volumes: [{ name: "v" }] }] }] }], "0.storage.0.exclude.0.volumes.0"],
    [[{ baremetal: [{ ironic_nodes: [] }] }], "0.baremetal.0"],
  ])("refuses %j: %s", (scope, text) => {
    const error = refusal(scope);
    expect(error.kind).toBe("invalid-input");
    expect(error.message).toMatch(/^Invalid scope: /);
    expect(error.message).toContain(text);
  });

  it("refuses host aggregates that are included and excluded together, in Watcher's words", () => {
    const aggregates: JsonValue = [{ name: "a" }];
    const include: JsonValue = { host_aggregates: aggregates };
    const exclude: JsonValue = {
      exclude: [{ compute_nodes: [{ name: "n" }] }, { host_aggregates: aggregates }],
    };
    for (const scope of [
      [{ compute: [include, exclude] }],
      [{ compute: [] }, { compute: [exclude, include] }],
      [include, exclude],
    ]) {
      expect(refusal(scope)).toMatchObject({
        kind: "invalid-input",
        message: "host_aggregates can't be included and excluded together",
      });
    }
    // Only the first rules of compute count when an audit runs.
    expect(checkScope([{ compute: [include] }, { compute: [exclude] }])).toHaveLength(2);
  });

  it("takes as many names as a large cloud has, and no nesting without end", () => {
    const names = Array.from({ length: 20_000 }, (_, at) => ({ name: `node-${at}` }));
    expect(checkScope([{ compute: [{ exclude: [{ compute_nodes: names }] }] }])).toHaveLength(1);
    const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as JsonValue;
    const metadata: JsonValue = [{ compute: [{ exclude: [{ instance_metadata: [{ a: deep }] }] }] }];
    expect(refusal(metadata).message).toContain("nested deeper than 64 levels");
    const long = "x".repeat(1_000_000);
    expect(refusal([{ compute: [{ [long]: long }] }]).message.length).toBeLessThan(1_000);
  });

  it("whatever it takes can be read when the audit runs, but for wildcards beside others", () => {
    const key = fc.constantFrom(
      ...["compute", "storage", "baremetal", "exclude", "host_aggregates", "availability_zones", "instances"],
      ...["volume_types", "volumes", "storage_pools", "projects", "server_groups", "name", "uuid", "id", "x"],
    );
    const { scope } = fc.letrec<{ scope: JsonValue }>((tie) => ({
      scope: fc.oneof(
        { depthSize: "medium", maxDepth: 8 },
        fc.constantFrom<JsonValue>(1, "a", "*", null, true),
        fc.array(tie("scope"), { maxLength: 3 }),
        fc.dictionary(key, tie("scope"), { maxKeys: 2 }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(scope, { maxLength: 2 }), (given) => {
        try {
          const taken = checkScope(given);
          readScopeRules(taken);
          readStorageRules(taken);
          readExcludedMachines(taken);
        } catch (error) {
          expect(error).toBeInstanceOf(VigilError);
          expect((error as VigilError).message).toMatch(
            /^(Invalid scope|host_aggregates can't|WildcardCharacterIsUsed)/,
          );
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
