/** `node_resource_consolidation` against itself: the rules once more as plain objects and loops. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { ClusterModelSource, InstanceSource, NodeSource } from "../../model/source.ts";
import { anyCluster } from "../../testing/clusters.ts";
import { computeOn } from "../../testing/plans.ts";

interface Host {
  node: NodeSource;
  held: InstanceSource[];
  before: InstanceSource[];
}

const RESOURCES = ["vcpus", "memoryMiB", "diskGb"] as const;
type Room = Record<(typeof RESOURCES)[number], number>;

function room({ node, held }: Host): Room {
  const free = (key: keyof Room, total: number): number =>
    total - held.reduce((sum, one) => sum + one[key], 0);
  return {
    vcpus: free("vcpus", (node.vcpus - node.vcpusReserved) * node.vcpuRatio),
    memoryMiB: free("memoryMiB", (node.memoryMiB - node.memoryReservedMiB) * node.memoryRatio),
    diskGb: free("diskGb", (node.diskGb - node.diskReservedGb) * node.diskRatio),
  };
}

const used = ({ held }: Host): number => held.reduce((sum, one) => sum + one.vcpus, 0);

function fits(free: Room, { node }: Host, moved: InstanceSource): boolean {
  const zoned = !moved.pinnedAz || node.zone === null || node.zone === moved.pinnedAz;
  return zoned && RESOURCES.every((key) => moved[key] <= free[key]);
}

const MOVABLE = ["active", "paused", "stopped"];
const mayMove = ({ state, locked, watcherExclude }: InstanceSource): boolean =>
  MOVABLE.includes(state) && !locked && !watcherExclude;

/** As a list from which is removed while it is walked: who stands behind a taken one is not looked at. */
function pack(waiting: InstanceSource[], target: Host): boolean {
  const free = room(target);
  const before = waiting.length;
  for (let at = 0; at < waiting.length; at++) {
    const one = waiting[at] as InstanceSource;
    if (!fits(free, target, one)) continue;
    for (const key of RESOURCES) free[key] -= one[key];
    waiting.splice(at, 1);
  }
  return waiting.length < before;
}

function group(hosts: readonly Host[]): { sources: Host[]; destinations: Host[]; paired: boolean } {
  const order = [...hosts].sort((a, b) => used(a) - used(b));
  const sources: Host[] = [];
  const destinations: Host[] = [];
  let paired = true;
  for (const host of order) {
    if (destinations.includes(host)) break;
    if (used(host) === 0) continue;
    const enabled = host.node.status === "enabled";
    if (!host.held.every(mayMove)) {
      if (enabled) destinations.push(host);
      continue;
    }
    const waiting = [...host.held].sort((a, b) => placeInModel(a) - placeInModel(b));
    let takers = 0;
    for (const target of order.toReversed()) {
      if (waiting.length === 0) break;
      if (target.node.status !== "enabled" || destinations.includes(target)) continue;
      if (target === host) {
        destinations.push(host);
        break;
      }
      if (used(target) === 0 || !pack(waiting, target)) continue;
      destinations.push(target);
      takers += 1;
    }
    if (takers > 0) sources.push(host);
    if (takers > 1 || (takers === 1 && waiting.length > 0)) paired = false;
  }
  return { sources, destinations, paired };
}

/** Place in the model: instances are named by it. */
const placeInModel = ({ uuid }: InstanceSource): number => Number(uuid.slice(1));

function empty(host: Host, targets: readonly Host[]): boolean {
  const before = targets.map(({ held }) => [...held]);
  for (const moved of [...host.held].sort((a, b) => b.vcpus - a.vcpus || placeInModel(a) - placeInModel(b))) {
    const sorted = [...targets].sort((a, b) => room(a).vcpus - room(b).vcpus);
    const target = sorted.find((one) => fits(room(one), one, moved));
    if (target === undefined) {
      targets.forEach((one, at) => {
        one.held = before[at] as InstanceSource[];
      });
      return false;
    }
    target.held.push(moved);
  }
  host.held = [];
  return true;
}

function byTheText({ nodes, instances }: ClusterModelSource): string[] {
  const all = nodes.map((node, at): Host => {
    const held = instances.filter(({ nodeIndex }) => nodeIndex === at);
    return { node, held: [...held], before: held };
  });
  const hosts = all.filter(({ node }) => node.state === "up");
  const emptied: Host[] = [];
  for (let round = 1; ; round++) {
    const { sources, destinations, paired } = group(hosts);
    const left: Host[] = [];
    const done: Host[] = [];
    for (const source of sources) {
      const targets = destinations.filter((one) => !sources.includes(one) || left.includes(one));
      (empty(source, targets) ? done : left).push(source);
    }
    emptied.push(...done);
    if (done.length === 0 || (round === 1 && paired && left.length === 0)) break;
  }
  return emptied.flatMap(({ node, before }) =>
    [...before]
      .sort((a, b) => b.vcpus - a.vcpus)
      .map((moved) => {
        const at = hosts.find(({ held }) => held.includes(moved));
        return `${moved.state === "stopped" ? "cold" : "live"} ${moved.uuid} ${node.hostname} ${at?.node.hostname}`;
      }),
  );
}

it("node_resource_consolidation plans what its rules say", () => {
  let longest = 0;
  fc.assert(
    fc.property(anyCluster, (source) => {
      const result = computeOn(source, {
        strategyName: "node_resource_consolidation",
        parameters: { host_choice: "specify" },
      });
      if (!result.ok) throw new Error(result.error.message);
      const planned = result.plan.actions.map(
        ({ inputParameters: given }) =>
          `${given.migration_type} ${given.resource_id} ${given.source_node} ${given.destination_node}`,
      );
      const expected = byTheText(source);
      longest = Math.max(longest, expected.length);
      expect(planned).toEqual(expected);
    }),
    { numRuns: 400 },
  );
  expect(longest).toBeGreaterThan(3);
});
