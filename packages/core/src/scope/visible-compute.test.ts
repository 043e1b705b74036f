import { expect, it } from "vitest";
import type { JsonValue } from "../json.ts";
import { openSnapshot } from "../model/open.ts";
import { cluster, instance, node, snapshotOf } from "../testing/clusters.ts";
import { visibleCompute } from "./visible-compute.ts";

const MODEL = openSnapshot(
  snapshotOf(
    cluster({
      nodes: [node("n0", { zone: "z1" }), node("n1", { zone: "z2" })],
      instances: [instance("i0", 0), instance("i1", 1, { watcherExclude: true }), instance("i2", 1)],
    }),
  ),
);

it("shows everything to an empty scope, with the flags that the model holds", () => {
  const { nodeTakesPart, instanceExcluded } = visibleCompute(MODEL, []);
  expect([...nodeTakesPart]).toEqual([1, 1]);
  expect([...instanceExcluded]).toEqual([0, 1, 0]);
});

it("leaves out nodes and flags instances as the scope says, and the model stays as it is", () => {
  const compute: JsonValue = [
    { availability_zones: [{ name: "z2" }] },
    { exclude: [{ instances: [{ uuid: "i2" }] }] },
  ];
  const { nodeTakesPart, instanceExcluded } = visibleCompute(MODEL, [{ compute }]);
  expect([...nodeTakesPart]).toEqual([0, 1]);
  expect([...instanceExcluded]).toEqual([0, 1, 1]);
  expect([...MODEL.instances.watcherExclude]).toEqual([0, 1, 0]);
});

it("refuses a scope of another form", () => {
  expect(() => visibleCompute(MODEL, [{ compute: ["z1"] }])).toThrow("an object is wanted");
});
