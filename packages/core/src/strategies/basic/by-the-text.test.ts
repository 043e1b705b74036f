/** `basic` against itself: the rules once more as plain objects and loops, slow and obvious. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { ClusterModelSource, InstanceSource, NodeSource } from "../../model/source.ts";
import { anyCluster, withColumns } from "../../testing/clusters.ts";
import { computeOn } from "../../testing/plans.ts";

type Placed = InstanceSource & { cpu: number | null };
interface Host {
  node: NodeSource;
  cpu: number | null;
  held: Placed[];
}

function hostsOf({ nodes, instances, metrics }: ClusterModelSource): Host[] {
  const column = (name: string) => metrics.find((one) => one.name === name)?.values ?? [];
  const placed = instances.map((one, at) => ({ ...one, cpu: column("instance_cpu_usage")[at] ?? null }));
  return nodes.map((node, at) => ({
    node,
    cpu: column("host_cpu_usage")[at] ?? null,
    held: placed.filter(({ nodeIndex }) => nodeIndex === at),
  }));
}

function takes({ node, held }: Host, moved: Placed): boolean {
  const used = (key: "vcpus" | "memoryMiB" | "diskGb"): number =>
    held.reduce((sum, one) => sum + one[key], moved[key]);
  return (
    node.status === "enabled" &&
    (!moved.pinnedAz || node.zone === null || node.zone === moved.pinnedAz) &&
    used("vcpus") <= (node.vcpus - node.vcpusReserved) * node.vcpuRatio &&
    used("memoryMiB") <= (node.memoryMiB - node.memoryReservedMiB) * node.memoryRatio &&
    used("diskGb") <= (node.diskGb - node.diskReservedGb) * node.diskRatio
  );
}

/** Moves of the host if it can be emptied whole, made; null and nothing changed otherwise. */
function empty(host: Host, ranked: readonly Host[]): [string, string, string][] | null {
  const free = (one: Placed): boolean =>
    one.state === "active" && one.cpu !== null && !one.locked && !one.watcherExclude;
  if (!host.held.every(free)) return null;
  const before = ranked.map(({ held }) => [...held]);
  const moves: [string, string, string][] = [];
  const score = ({ cpu, vcpus }: Placed): number => (vcpus === 0 ? 0 : (cpu ?? 0));
  for (const moved of [...host.held].sort((a, b) => score(b) - score(a))) {
    const target = ranked.find((one) => one !== host && takes(one, moved));
    if (target === undefined) {
      ranked.forEach((one, at) => {
        one.held = before[at] as Placed[];
      });
      return null;
    }
    host.held = host.held.filter((one) => one !== moved);
    target.held.push(moved);
    moves.push([moved.uuid, host.node.hostname, target.node.hostname]);
  }
  return moves;
}

function byTheText(source: ClusterModelSource, attempts: number): string[] {
  const score = ({ cpu, node }: Host): number => (node.vcpus === 0 ? 0 : (cpu ?? 0));
  const ranked = hostsOf(source)
    .filter(({ node, cpu, held }) => node.state === "up" && cpu !== null && held.length > 0)
    .sort((a, b) => score(b) - score(a));
  const actions: string[] = [];
  let fails = 0;
  while (ranked.length > 0 && (attempts === 0 || attempts >= fails)) {
    const last = ranked.at(-1) as Host;
    const moves = empty(last, ranked) ?? [];
    if (moves.length > 0) {
      actions.push(...moves.map((move) => move.join(" ")), `close ${last.node.hostname}`);
      fails = 0;
    } else {
      fails += 1;
      ranked.pop();
    }
  }
  return actions;
}

it("basic plans what its rules say", () => {
  let longest = 0;
  fc.assert(
    fc.property(
      anyCluster.chain((source) => withColumns(source, { host_cpu_usage: 100 })),
      fc.constantFrom(0, 1, 2),
      (source, attempts) => {
        const result = computeOn(source, {
          strategyName: "basic",
          parameters: { migration_attempts: attempts },
          options: { required_coverage: 0 },
        });
        if (!result.ok) throw new Error(result.error.message);
        const expected = byTheText(source, attempts);
        longest = Math.max(longest, expected.length);
        const planned = result.plan.actions.map(({ actionType, inputParameters: given }) =>
          actionType === "migrate"
            ? `${given.resource_id} ${given.source_node} ${given.destination_node}`
            : `close ${given.resource_name}`,
        );
        // The planner puts service changes first: each kind in its own order.
        const closing = (one: string): boolean => one.startsWith("close");
        expect(planned.filter(closing)).toEqual(expected.filter(closing));
        expect(planned.filter((one) => !closing(one))).toEqual(expected.filter((one) => !closing(one)));
      },
    ),
    { numRuns: 300 },
  );
  expect(longest).toBeGreaterThan(3);
});
