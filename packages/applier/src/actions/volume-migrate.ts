import type { JsonObject, VolumeMigrateInput } from "@vigil/core";
import type { ComputePort, Volume, VolumePool, VolumePort } from "../ports.ts";
import {
  type ActionContext,
  type BoundAction,
  CANCELLED,
  failed,
  type Outcome,
  SUCCEEDED,
  type Verdict,
} from "./executor.ts";
import { SECOND_LOOK_MS } from "./live-migration.ts";
import { lookUp, type Polling, poll, polling, request } from "./poll.ts";
import { retype } from "./volume-retype.ts";

/** Watcher waits for ever. Copying takes as long as the volume is large; a night is left to the largest, ms. */
export const VOLUME_POLLING: Polling = { intervalMs: 10_000, totalMs: 6 * 3_600_000 };
/** How long the copy that is left over may take to be deleted. */
const SHADOW_POLLING = polling(10_000, 120);

/** States of a server whose volumes Cinder moves. */
const MOVABLE_SERVERS: readonly string[] = ["ACTIVE", "PAUSED"];
const UNDER_WAY: readonly string[] = ["starting", "migrating", "completing"];

export interface VolumePorts {
  volumes: VolumePort;
  compute: ComputePort;
}

export function volumeMigrate(input: VolumeMigrateInput, ports: VolumePorts): BoundAction {
  const { resource_id: id, destination_node: pool, destination_type: type } = input;
  if (input.migration_type === "retype") return retype({ id, type: type ?? "" }, ports.volumes);
  return migrateToPool(id, pool ?? "", ports);
}

function migrateToPool(id: string, pool: string, { volumes, compute }: VolumePorts): BoundAction {
  const execute = async (_intent: JsonObject, context: ActionContext): Promise<Outcome> => {
    const volume = await volumes.getVolume(id);
    if (volume === null) return failed(`Volume ${id} not found`);
    const hindrance =
      (await attachmentHindrance(volume, compute)) ?? (await typeHindrance(volume, pool, volumes));
    if (hindrance !== undefined) return failed(hindrance);
    await request(context, () => volumes.migrate(id, pool));
    return settle(id, pool, volumes, context);
  };
  return {
    preCondition: () => mayMigrate(id, pool, volumes),
    execute,
    takeOver: async (intent, context, mayBegin) => {
      const volume = await lookUp(context, () => volumes.getVolume(id));
      if (volume === null) return failed(`Volume ${id} not found`);
      // Cinder keeps the word of the last migration: only one that differs from before the intent is ours.
      const begun =
        volume.host === pool ||
        UNDER_WAY.includes(volume.migrationStatus ?? "") ||
        volume.migrationStatus !== (intent.migrationStatus ?? null);
      if (begun) return settle(id, pool, volumes, context);
      return mayBegin ? execute(intent, context) : CANCELLED;
    },
  };
}

async function mayMigrate(id: string, pool: string, volumes: VolumePort): Promise<Verdict> {
  const volume = await volumes.getVolume(id);
  if (volume === null) return { what: "skip", reason: `Volume ${id} not found` };
  const pools = await volumes.findPools(pool);
  if (pools.length !== 1) return { what: "fail", reason: `Pool ${pool} not found` };
  if (volume.host === pool) return { what: "skip", reason: `Volume is already on node ${pool}` };
  return { what: "go", intent: { migrationStatus: volume.migrationStatus } };
}

async function attachmentHindrance(volume: Volume, compute: ComputePort): Promise<string | undefined> {
  const [serverId] = volume.serverIds;
  if (serverId === undefined) return undefined;
  if (volume.status !== "in-use")
    return `Volume ${volume.id} is attached and ${volume.status}, wanted in-use`;
  const status = (await compute.getServer(serverId))?.status ?? "gone";
  if (MOVABLE_SERVERS.includes(status)) return undefined;
  return `Volume ${volume.id} is attached to instance ${serverId}, which is ${status}, wanted ACTIVE or PAUSED`;
}

/** What the pool does not report is taken to fit, as Cinder's scheduler decides in the end. */
async function typeHindrance(
  { type: name }: Volume,
  pool: string,
  volumes: VolumePort,
): Promise<string | undefined> {
  if (name === null) return undefined;
  const [type, pools] = await Promise.all([volumes.findType(name), volumes.findPools(pool)]);
  const reported: VolumePool["capabilities"] = pools[0]?.capabilities ?? {};
  const unfit = Object.entries(type?.extraSpecs ?? {}).find(
    ([key, value]) => Object.hasOwn(reported, key) && reported[key] !== value,
  );
  if (unfit === undefined) return undefined;
  return `Volume type ${name} wants ${unfit[0]} ${unfit[1]}, pool ${pool} has ${reported[unfit[0]]}`;
}

async function settle(
  id: string,
  pool: string,
  volumes: VolumePort,
  context: ActionContext,
): Promise<Outcome> {
  const seen = await poll(context, VOLUME_POLLING, async (): Promise<Outcome | undefined> => {
    let judged = judge(await volumes.getVolume(id), id, pool);
    if (judged === "idle") {
      await context.clock.sleep(SECOND_LOOK_MS, context.signal);
      judged = judge(await volumes.getVolume(id), id, pool);
    }
    return judged === "idle" ? failed(`Volume ${id} is not on ${pool} and does not migrate`) : judged;
  });
  if (seen === undefined)
    return failed(`Volume ${id} is not on ${pool} after ${VOLUME_POLLING.totalMs / 1_000} s`);
  return seen.state === "SUCCEEDED" ? awaitNoShadow(id, volumes, context) : seen;
}

/** undefined: it is under way. Of small volumes the word success may be overwritten before anybody sees it. */
function judge(volume: Volume | null, id: string, pool: string): Outcome | "idle" | undefined {
  if (volume === null) return failed(`Volume ${id} not found`);
  const word = volume.migrationStatus ?? "none";
  if (UNDER_WAY.includes(word)) return undefined;
  if (word === "error") return failed(`Migration of volume ${id} ended in error`);
  return volume.host === pool ? SUCCEEDED : "idle";
}

async function awaitNoShadow(id: string, volumes: VolumePort, context: ActionContext): Promise<Outcome> {
  const seen = await poll(context, SHADOW_POLLING, async () =>
    (await volumes.hasShadow(id)) ? undefined : SUCCEEDED,
  );
  return seen ?? failed(`The copy of volume ${id} is not deleted after ${SHADOW_POLLING.totalMs / 1_000} s`);
}
