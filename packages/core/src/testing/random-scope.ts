/** Random audit scopes, with what they come to as the checker wants it. */
import type { JsonObject, JsonValue } from "../json.ts";
import type { ClusterModelSource, InstanceSource, NodeSource } from "../model/source.ts";
import type { Dice } from "./dice.ts";

export interface Scoped {
  scope: JsonValue[];
  hostsOutOfScope: string[];
  excluded: string[];
}

interface Rule {
  rule: JsonObject;
  leavesOut?: (node: NodeSource) => boolean;
  excludes?: (instance: InstanceSource) => boolean;
}

/** For clusters of `randomCluster`: the aggregates and names are theirs. Every other one is empty. */
export function randomScope(dice: Dice, source: ClusterModelSource): Scoped {
  const rules = dice.chance(0.5)
    ? []
    : [dice.pick(rulesFor(dice, source)), dice.pick(rulesFor(dice, source))];
  // Included parts add up, unlike exclusions: one of them is enough for a test.
  const kept = rules.filter(({ rule }, at) => at === 0 || rule.exclude !== undefined);
  return {
    scope: kept.length === 0 ? [] : [{ compute: kept.map(({ rule }) => rule) }],
    hostsOutOfScope: source.nodes
      .filter((one) => kept.some(({ leavesOut }) => leavesOut?.(one)))
      .map(({ hostname }) => hostname),
    excluded: source.instances
      .filter((one) => kept.some(({ excludes }) => excludes?.(one)))
      .map(({ uuid }) => uuid),
  };
}

function rulesFor(dice: Dice, source: ClusterModelSource): Rule[] {
  const hosts = source.nodes.map(({ hostname }) => hostname).filter(() => dice.chance(0.3));
  const uuids = source.instances.map(({ uuid }) => uuid).filter(() => dice.chance(0.2));
  const inAggregate = (node: NodeSource, at: number): boolean =>
    source.aggregates[at]?.hosts.includes(node.hostname) ?? false;
  const exclude = (exclusion: JsonObject): JsonObject => ({ exclude: [exclusion] });
  return [
    { rule: { host_aggregates: [{ id: 1 }] }, leavesOut: (node) => !inAggregate(node, 0) },
    { rule: { availability_zones: [{ name: "a" }] }, leavesOut: (node) => node.zone !== "a" },
    {
      rule: exclude({ compute_nodes: hosts.map((name) => ({ name })) }),
      leavesOut: ({ hostname }) => hosts.includes(hostname),
    },
    {
      rule: exclude({ host_aggregates: [{ name: "tail" }] }),
      leavesOut: (node) => inAggregate(node, 1),
    },
    {
      rule: exclude({ instances: uuids.map((uuid) => ({ uuid })) }),
      excludes: ({ uuid }) => uuids.includes(uuid),
    },
    { rule: exclude({ projects: [{ uuid: "p1" }] }), excludes: ({ projectId }) => projectId === "p1" },
    {
      rule: exclude({ instance_metadata: [{ optimize: "true" }] }),
      excludes: ({ metadata }) => metadata.optimize === "true",
    },
  ];
}
