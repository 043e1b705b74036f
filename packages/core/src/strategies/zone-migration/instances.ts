/** The instances' part of zone_migration: live or cold migrations off the source nodes. */

import { Listing, Reasons } from "../../explanation.ts";
import type { JsonObject } from "../../json.ts";
import type { Overlay } from "../../model/overlay.ts";
import { addMigration, type MigrationType } from "../actions.ts";
import { shownInstance, shownNode, shownText } from "../shown.ts";
import type { Solution } from "../solution.ts";
import { immovable, migrationTypes, targetRefusal } from "../soundness.ts";
import type { Limits } from "./limits.ts";
import { NO_NODE, type NodeDestinations } from "./targets.ts";

const BEYOND_LIMIT = "beyond a limit";
const STATE = "state cannot be migrated";

export class InstanceMigrations {
  /** Instances of the targets that can be migrated at all, by how. */
  readonly total = { live: 0, cold: 0 };
  readonly planned = { live: 0, cold: 0 };
  readonly #overlay: Overlay;
  readonly #solution: Solution;
  readonly #limits: Limits;
  readonly #destinations: NodeDestinations;
  readonly #targets: Int32Array;
  readonly #typeOf: (instance: number) => MigrationType | null;
  /** 1: a target that has not had its turn, or was passed over then and may have another. */
  readonly #open: Uint8Array;
  readonly #moved = new Listing();
  readonly #stays = new Reasons();
  /** By uuid, as an index into the text table; made when volumes ask for it. */
  #byUuid: Map<number, number> | null = null;

  constructor(
    overlay: Overlay,
    solution: Solution,
    limits: Limits,
    destinations: NodeDestinations,
    targets: Int32Array,
  ) {
    this.#overlay = overlay;
    this.#solution = solution;
    this.#limits = limits;
    this.#destinations = destinations;
    this.#targets = targets;
    this.#typeOf = migrationTypes(overlay.model);
    this.#open = new Uint8Array(overlay.model.instances.count);
    for (const instance of targets) {
      const type = this.#typeOf(instance);
      if (type !== null) this.total[type] += 1;
      this.#open[instance] = 1;
    }
  }

  /** All targets in their order; those that had their turn before are left out. */
  migrateAll(): void {
    for (const instance of this.#targets) {
      if (this.#limits.totalReached()) return;
      if (this.#open[instance] === 0) continue;
      const refusal = this.#attempt(instance);
      if (refusal !== null && refusal !== BEYOND_LIMIT) this.#tell(instance, refusal);
    }
  }

  /**
   * The instances of these servers, as far as they are targets. One that has to be passed over now gets
   * its turn again, and its reason told, with all others.
   */
  migrateServers(uuids: readonly string[]): void {
    this.#byUuid ??= new Map(
      Array.from(this.#targets, (instance) => [
        this.#overlay.model.instances.uuid[instance] as number,
        instance,
      ]),
    );
    for (const uuid of uuids) {
      const instance = this.#byUuid.get(this.#overlay.model.findText(uuid));
      if (instance === undefined || this.#open[instance] === 0) continue;
      if (this.#limits.totalReached()) return;
      if (this.#attempt(instance) === STATE) this.#tell(instance, STATE);
    }
  }

  toJson(): JsonObject {
    const { total, planned } = this;
    return {
      targets: this.#targets.length,
      total,
      planned,
      moved: this.#moved.toJson(),
      stays: this.#stays.toJson(),
    };
  }

  /** @returns why it was passed over; null: its migration is planned */
  #attempt(instance: number): string | null {
    const source = this.#overlay.nodeOf[instance] as number;
    if (this.#limits.nodeReached(source)) return BEYOND_LIMIT;
    const type = this.#typeOf(instance);
    const bound = this.#boundBy(instance);
    if (bound !== null) return bound;
    if (type === null) {
      // Watcher counts it all the same, and a second turn would count it twice.
      this.#limits.countNode(source);
      this.#open[instance] = 0;
      return STATE;
    }
    const destination = this.#destinations.get(source) ?? null;
    const refusal = this.#refusal(instance, source, destination);
    if (refusal !== null) return refusal;
    this.#migrate(instance, type, source, destination);
    return null;
  }

  /** The reference migrates excluded and locked instances too. */
  #boundBy(instance: number): string | null {
    return this.#overlay.parity ? null : immovable(this.#overlay, instance);
  }

  #refusal(instance: number, source: number, destination: number | null): string | null {
    if (destination === NO_NODE) return "destination: not known";
    if (this.#overlay.parity) return null;
    if (this.#overlay.model.nodes.up[source] === 0) return "its node is down";
    if (destination === null) return null;
    if (destination === source) return "destination: its own node";
    const refusal = targetRefusal(this.#overlay, instance, destination);
    return refusal === null ? null : `destination: ${refusal}`;
  }

  #migrate(instance: number, type: MigrationType, source: number, destination: number | null): void {
    const { model } = this.#overlay;
    addMigration(this.#solution, model, { instance, type, source, destination });
    if (destination !== null) this.#overlay.move(instance, source, destination);
    this.#limits.countNode(source);
    this.#open[instance] = 0;
    this.planned[type] += 1;
    this.#moved.add(() => ({
      instance: shownInstance(model, instance),
      from: shownNode(model, source),
      to: destination === null ? null : shownNode(model, destination),
    }));
  }

  #tell(instance: number, reason: string): void {
    const { model } = this.#overlay;
    this.#stays.add(reason, () => ({
      instance: shownInstance(model, instance),
      name: shownText(model, model.instances.name[instance]),
    }));
  }
}
