/**
 * Storage Capacity Balance Strategy: takes volumes off pools that are too full, by migrating those without
 * a type and retyping the others, until they are below the threshold. Spec: Watcher's
 * `storage_capacity_balance`.
 */

import { VigilError } from "../../errors.ts";
import { Listing, Reasons } from "../../explanation.ts";
import type { JsonObject } from "../../json.ts";
import { NO_TEXT } from "../../model/layout.ts";
import type { ClusterModel, StorageColumns } from "../../model/model.ts";
import type { StorageView } from "../../model/storage-view.ts";
import { addVolumeMigration } from "../actions.ts";
import { shownText } from "../shown.ts";
import { Solution } from "../solution.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { candidatesOf } from "./candidates.ts";
import { Destinations, type Placement } from "./destinations.ts";
import { STORAGE_CAPACITY_BALANCE_PARAMETERS, type StorageCapacityBalanceParameters } from "./parameters.ts";
import { Pools } from "./pools.ts";
import { VolumeTypes } from "./volume-types.ts";

export const STORAGE_CAPACITY_BALANCE: Strategy = {
  name: "storage_capacity_balance",
  displayName: "Storage Capacity Balance Strategy",
  goalName: "workload_balancing",
  parametersSpec: STORAGE_CAPACITY_BALANCE_PARAMETERS,
  version: "1",
  planner: "workload_stabilization",
  metrics: [],
  models: ["storage"],
  execute,
};

/** What is being balanced, and what is told of it. */
interface Balance {
  model: ClusterModel;
  storage: StorageColumns;
  pools: Pools;
  moved: Listing;
  stays: Reasons;
}

function execute({ overlay, storage: view, parameters, options }: StrategyInput): Solution {
  const { model } = overlay;
  // The scope does not narrow this strategy, as in the reference: a pool's use is that of all its volumes.
  const storage = requireStorage(view).columns;
  const { volume_threshold: percent } = parameters as unknown as StorageCapacityBalanceParameters;
  const pools = new Pools(model, storage, percent / 100, options);
  const balance = { model, storage, pools, moved: new Listing(), stays: new Reasons() };
  const solution = new Solution();
  // Both count instances: this strategy moves none.
  solution.indicators.set("instance_migrations_count", 0).set("instances_count", 0);
  const { explanation } = solution;
  explanation.summary = summaryBefore(pools);
  explanation.pools = { full: pools.sources.length, destinations: pools.destinations.length };
  if (pools.sources.length > 0 && pools.destinations.length > 0) relieveAll(balance, solution);
  explanation.moved = balance.moved.toJson();
  explanation.stays = balance.stays.toJson();
  explanation.poolsPassedOver = pools.passedOver.toJson();
  return solution;
}

/** @throws VigilError not-found (ClusterStateNotDefined) */
function requireStorage(view: StorageView | null): StorageView {
  if (view !== null) return view;
  throw new VigilError(
    "not-found",
    "ClusterStateNotDefined: storage_capacity_balance needs the pools and volumes of the block storage service, and this cloud's model has no storage part; import one with it",
  );
}

function summaryBefore({ sources, destinations }: Pools): string {
  if (sources.length === 0) return "No pool reaches the threshold.";
  return destinations.length === 0 ? "No pool below the threshold may take volumes." : "";
}

function relieveAll(balance: Balance, solution: Solution): void {
  const { model, storage, pools } = balance;
  const candidates = candidatesOf(model, storage, pools.sources, balance.stays);
  const types = new VolumeTypes(model, storage);
  const destinations = new Destinations(storage, pools, types, typeNames(storage, candidates.values()));
  const relieved = new Listing();
  let stillFull = 0;
  for (const pool of pools.sources) {
    relieve(balance, destinations, pool, candidates.get(pool) ?? [], solution);
    if (pools.isFull(pool)) stillFull += 1;
    relieved.add(() => ({
      pool: shownText(model, pools.columns.name[pool]),
      usedPercent: {
        before: pools.usedPercent(pool, pools.columns.freeCapacityGb[pool] as number),
        after: pools.usedPercent(pool, pools.freeGb[pool] as number),
      },
    }));
  }
  solution.explanation.fullPools = relieved.toJson();
  solution.explanation.summary = summaryAfter(solution.actions.length, stillFull);
}

function summaryAfter(moved: number, stillFull: number): string {
  if (moved === 0) return "No volume of a pool that is too full can go elsewhere.";
  return stillFull === 0
    ? "Volumes leave the pools that are too full, until all are below the threshold."
    : "Volumes leave the pools that are too full; some of these stay above the threshold.";
}

function typeNames(storage: StorageColumns, lists: Iterable<readonly number[]>): ReadonlySet<number> {
  const names = new Set<number>();
  for (const list of lists) {
    for (const volume of list) names.add(storage.volumes.volumeType[volume] as number);
  }
  names.delete(NO_TEXT);
  return names;
}

/** Takes volumes off one pool until it is below the threshold. Its retypes stand before its migrations. */
function relieve(
  balance: Balance,
  destinations: Destinations,
  pool: number,
  volumes: readonly number[],
  solution: Solution,
): void {
  const { model, storage, pools } = balance;
  const { uuid, sizeGb } = storage.volumes;
  const migrations: { volume: number; to: number }[] = [];
  for (const volume of volumes) {
    if (!pools.isFull(pool)) break;
    const placement = destinations.place(volume);
    if (typeof placement === "string") {
      balance.stays.add(placement, () => ({ volume: shownText(model, uuid[volume]) }));
      continue;
    }
    const size = sizeGb[volume] as number;
    pools.freeGb[pool] = (pools.freeGb[pool] as number) + size;
    balance.moved.add(() => ({
      volume: shownText(model, uuid[volume]),
      sizeGb: size,
      from: shownText(model, pools.columns.name[pool]),
      ...target(balance, placement),
    }));
    if (placement.type === null) migrations.push({ volume, to: placement.pool });
    else {
      const type = model.text(storage.types.name[placement.type] as number);
      const change = { migration_type: "retype", destination_type: type } as const;
      addVolumeMigration(solution, model, storage, volume, change);
    }
  }
  for (const { volume, to } of migrations) {
    const name = model.text(pools.columns.name[to] as number);
    const change = { migration_type: "migrate", destination_node: name } as const;
    addVolumeMigration(solution, model, storage, volume, change);
  }
}

/** Where a volume goes; of a retype, the pool that was counted with, since Cinder chooses it in the end. */
function target({ model, storage, pools }: Balance, { pool, type }: Placement): JsonObject {
  const to = shownText(model, pools.columns.name[pool]);
  return type === null ? { to } : { to, type: shownText(model, storage.types.name[type]) };
}
