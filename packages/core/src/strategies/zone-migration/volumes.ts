/** The volumes' part of zone_migration: migrations to other pools, retypes, and the instances they hang on. */

import { Listing, Reasons } from "../../explanation.ts";
import type { JsonObject } from "../../json.ts";
import type { ClusterModel } from "../../model/model.ts";
import { attachmentsOf } from "../../model/storage-texts.ts";
import type { StorageView } from "../../model/storage-view.ts";
import { addVolumeMigration, type VolumeChange } from "../actions.ts";
import { shownText } from "../shown.ts";
import type { Solution } from "../solution.ts";
import type { InstanceMigrations } from "./instances.ts";
import type { Limits } from "./limits.ts";
import type { DestinationOf, VolumeDestination } from "./targets.ts";

/** What is asked for, and how much of it is planned. */
export interface VolumeTargets {
  storage: StorageView;
  targets: Int32Array;
  destinationOf: DestinationOf;
}

export interface VolumeCounts {
  total: number;
  planned: number;
}

interface Run {
  model: ClusterModel;
  solution: Solution;
  limits: Limits;
  /** Migrates the instances that volumes are attached to; null: they wait for their own turn. */
  attached: InstanceMigrations | null;
  /** As in the reference: a volume counts after the instances it takes along, and may go where it is,
   * or to a pool that nobody knows.
   */
  parity: boolean;
}

/** @returns counts, and why the volumes move or stay */
export function migrateVolumes(given: VolumeTargets, run: Run): VolumeCounts & { explanation: JsonObject } {
  const { storage, targets, destinationOf } = given;
  const { model, limits } = run;
  const { host, uuid } = storage.columns.volumes;
  const moved = new Listing();
  const stays = new Reasons();
  let planned = 0;
  for (const volume of targets) {
    if (limits.totalReached()) break;
    const pool = host[volume] as number;
    if (limits.poolReached(pool)) continue;
    const name = (): JsonObject => ({ volume: shownText(model, uuid[volume]) });
    const change = changeOf(storage, volume, destinationOf(volume) as VolumeDestination, run.parity);
    if (typeof change === "string") {
      stays.add(change, name);
      continue;
    }
    addVolumeMigration(run.solution, model, storage.columns, volume, change);
    planned += 1;
    moved.add(() => ({ ...name(), from: shownText(model, pool), ...change }));
    if (!run.parity) limits.countPool(pool);
    if (run.attached !== null) {
      const servers = attachmentsOf(model, storage.columns, volume).map(({ serverId }) => serverId);
      run.attached.migrateServers(servers);
    }
    if (run.parity) limits.countPool(pool);
  }
  const total = targets.length;
  return { total, planned, explanation: { total, planned, moved: moved.toJson(), stays: stays.toJson() } };
}

/** @returns what to do with the volume, or why nothing is to be done */
function changeOf(
  storage: StorageView,
  volume: number,
  { kind, name, text, exists }: VolumeDestination,
  parity: boolean,
): VolumeChange | string {
  const { host, volumeType } = storage.columns.volumes;
  if (!exists && !parity) return `destination: no such ${kind}`;
  if (kind === "type") {
    if (text === volumeType[volume]) return "is of the type already";
    return { migration_type: "retype", destination_type: name };
  }
  // Cinder has nothing to do then, and a slot of the plan would be lost.
  if (text === host[volume] && !parity) return "is in the pool already";
  return { migration_type: "migrate", destination_node: name };
}
