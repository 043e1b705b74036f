/** Random storage and bare metal models, parts of `randomCluster`. */
import type {
  BaremetalSource,
  InstanceSource,
  NodeSource,
  StorageSource,
  VolumeSource,
} from "../model/source.ts";
import type { Dice } from "./dice.ts";
import { baremetalNode, pool, storage, storageNode, volume, volumeType } from "./storage.ts";

/** Four pools of two backends, fullness by chance; null now and then. */
export function randomStorage(dice: Dice, instances: readonly InstanceSource[]): StorageSource | null {
  if (dice.chance(0.1)) return null;
  const sizes = Array.from({ length: dice.below(24) }, () => ({ at: dice.below(4), gb: 1 + dice.below(20) }));
  const pools = [0, 1, 2, 3].map((at) => {
    const used = sizes.reduce((sum, one) => (one.at === at ? sum + one.gb : sum), 0);
    const total = dice.pick([60, 100, 200, Math.ceil(used * 1.1) + 1]);
    const known = !dice.chance(0.05);
    return pool(
      `h@b${at % 2}#${dice.chance(0.05) ? "local_vstorage" : `p${at}`}${at > 1 ? "x" : ""}`,
      at % 2,
      {
        backendName: `b${at % 2}`,
        totalCapacityGb: known ? total : null,
        freeCapacityGb: known ? Math.max(0, total - used) : null,
        allocatedCapacityGb: used,
        provisionedCapacityGb: used,
        maxOverSubscriptionRatio: dice.pick([1, 2, 20]),
      },
    );
  });
  return storage({
    nodes: [storageNode("h@b0", { volumeTypes: ["t0"] }), storageNode("h@b1", { volumeTypes: ["t1"] })],
    pools,
    types: [
      volumeType("t0", { volume_backend_name: "b0" }),
      volumeType("t1", { volume_backend_name: "b1" }),
      volumeType("t2", { volume_backend_name: "b1", tier: "gold" }),
    ],
    volumes: sizes.map(({ at, gb }, index) => randomVolume(dice, index, at, gb, instances)),
  });
}

function randomVolume(
  dice: Dice,
  index: number,
  at: number,
  sizeGb: number,
  instances: readonly InstanceSource[],
): VolumeSource {
  const server = instances[dice.below(2 * instances.length)];
  const attachments = server === undefined ? [] : [{ serverId: server.uuid, attachmentId: `a${index}` }];
  return volume(`v${index}`, at, {
    sizeGb,
    status: server === undefined ? dice.pick(["available", "available", "error"]) : "in-use",
    attachments,
    bootable: dice.chance(0.3),
    snapshotId: dice.chance(0.1) ? "s" : null,
    hasSnapshots: dice.chance(0.1),
    projectId: dice.pick([null, "p1", "p2"]),
    volumeType: dice.pick([null, `t${at % 2}`, "t2"]),
    migrationStatus: dice.pick([null, null, "success", "migrating"]),
    createdAt: dice.pick([null, `2026-01-0${1 + dice.below(9)}T00:00:00Z`]),
  });
}

/** A machine for most nodes, named by uuid or hostname, and one that carries nothing. */
export function randomBaremetal(dice: Dice, nodes: readonly NodeSource[]): BaremetalSource | null {
  if (dice.chance(0.1)) return null;
  const machines = nodes.flatMap((one, at) =>
    dice.chance(0.1)
      ? []
      : [
          baremetalNode(`m${at}`, dice.pick([one.uuid, one.hostname]), {
            powerState: dice.pick(["on", "on", "on", "off", "error"]),
            maintenance: dice.chance(0.1),
            upWhenPoweredOff: dice.chance(0.5),
          }),
        ],
  );
  return { nodes: [...machines, baremetalNode("m-spare", null)] };
}
