/** The volumes that may leave pools that are too full, in the order in which they are tried. */

import type { Reasons } from "../../explanation.ts";
import { NO_TEXT } from "../../model/layout.ts";
import type { ClusterModel, StorageColumns } from "../../model/model.ts";
import { shownText } from "../shown.ts";

/**
 * By source pool: available volumes, then those in use that nobody boots from, then the others; each group by
 * size, the smallest first. Equals keep the order of the model.
 */
export function candidatesOf(
  model: ClusterModel,
  storage: StorageColumns,
  sources: readonly number[],
  stays: Reasons,
): ReadonlyMap<number, number[]> {
  const { volumes, pools } = storage;
  const refusalOf = refusals(model, storage);
  const bySource = new Map<number, number[]>();
  const byHost = new Map<number, number[]>();
  for (const pool of sources) {
    const list: number[] = [];
    bySource.set(pool, list);
    byHost.set(pools.name[pool] as number, list);
  }
  for (let volume = 0; volume < volumes.count; volume++) {
    const list = byHost.get(volumes.host[volume] as number);
    if (list === undefined) continue;
    const refusal = refusalOf(volume);
    if (refusal === null) list.push(volume);
    else stays.add(refusal, () => ({ volume: shownText(model, volumes.uuid[volume]) }));
  }
  const available = model.findText("available");
  const rank = (volume: number): number =>
    volumes.status[volume] === available ? 0 : 1 + (volumes.bootable[volume] as number);
  const size = (volume: number): number => volumes.sizeGb[volume] as number;
  for (const list of bySource.values()) list.sort((a, b) => rank(a) - rank(b) || size(a) - size(b));
  return bySource;
}

type Refusal = "has snapshots" | "neither available nor in use" | "is being migrated";

function refusals(model: ClusterModel, { volumes }: StorageColumns): (volume: number) => Refusal | null {
  const available = model.findText("available");
  const inUse = model.findText("in-use");
  const success = model.findText("success");
  return (volume) => {
    if (volumes.hasSnapshots[volume] === 1) return "has snapshots";
    const status = volumes.status[volume];
    if (status !== available && status !== inUse) return "neither available nor in use";
    const migration = volumes.migrationStatus[volume];
    return migration === NO_TEXT || migration === success ? null : "is being migrated";
  };
}
