/** Cinder as far as executors see it, in memory and on a virtual clock. */

import { VigilError } from "@vigil/core";
import type { Clock } from "../clock.ts";
import type { Volume, VolumePool, VolumePort, VolumeType } from "../ports.ts";

export interface SimulatedCinderOptions {
  clock: Clock;
  volumes: readonly Volume[];
  pools: readonly VolumePool[];
  types: readonly VolumeType[];
  /** What copying a volume ends in; default success. */
  endOf?(volumeId: string): "success" | "error" | "never";
  copyMs?: number;
}

/** Deleting the copy that is left takes so long, ms. */
const SHADOW_MS = 15_000;

export class SimulatedCinder implements VolumePort {
  readonly volumes: Map<string, Volume>;
  readonly calls: string[] = [];
  readonly #options: SimulatedCinderOptions;
  readonly #shadows = new Set<string>();

  constructor(options: SimulatedCinderOptions) {
    this.#options = options;
    this.volumes = new Map(options.volumes.map((volume) => [volume.id, { ...volume }]));
  }

  async getVolume(id: string): Promise<Volume | null> {
    const volume = this.volumes.get(id);
    return volume === undefined ? null : { ...volume };
  }

  async findPools(name: string): Promise<VolumePool[]> {
    return this.#options.pools.filter((pool) => pool.name === name);
  }

  async findType(name: string): Promise<VolumeType | null> {
    return this.#options.types.find((type) => type.name === name) ?? null;
  }

  async hasShadow(volumeId: string): Promise<boolean> {
    return this.#shadows.has(volumeId);
  }

  async migrate(volumeId: string, pool: string): Promise<void> {
    const volume = this.#idle("migrate", volumeId);
    volume.migrationStatus = "starting";
    const copied = this.#copied(volumeId, () => Object.assign(volume, { migrationStatus: "migrating" }));
    void copied.then(async (end) => {
      if (end === "error") return Object.assign(volume, { migrationStatus: "error" });
      this.#shadows.add(volumeId);
      Object.assign(volume, { migrationStatus: "success", host: pool });
      await this.#options.clock.sleep(SHADOW_MS);
      return this.#shadows.delete(volumeId);
    });
  }

  async retype(volumeId: string, typeName: string): Promise<void> {
    const volume = this.#idle("retype", volumeId);
    const { status } = volume;
    volume.status = "retyping";
    void this.#copied(volumeId).then((end) =>
      Object.assign(volume, end === "error" ? { status } : { status, type: typeName }),
    );
  }

  #idle(action: string, volumeId: string): Volume {
    this.calls.push(`${action} ${volumeId}`);
    const volume = this.volumes.get(volumeId);
    if (volume === undefined) throw new VigilError("not-found", `no volume ${volumeId}`);
    const isBusy = volume.status === "retyping" || volume.migrationStatus === "migrating";
    if (isBusy) throw new VigilError("conflict", "Cinder refuses it: the volume is busy");
    return volume;
  }

  /** Resolves when the copy is there or has failed; never for a volume that is copied for ever. */
  async #copied(volumeId: string, onBegun: () => unknown = () => undefined): Promise<"success" | "error"> {
    const { clock, endOf, copyMs = 60_000 } = this.#options;
    const end = endOf?.(volumeId) ?? "success";
    await clock.sleep(copyMs / 2);
    onBegun();
    await clock.sleep(end === "never" ? Number.MAX_SAFE_INTEGER : copyMs / 2);
    return end === "error" ? "error" : "success";
  }
}
