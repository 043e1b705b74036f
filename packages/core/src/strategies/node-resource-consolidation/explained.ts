/** Why the hosts were emptied or left, bounded. */

import { Listing, Reasons } from "../../explanation.ts";
import type { JsonObject } from "../../json.ts";
import type { Overlay } from "../../model/overlay.ts";
import { shownInstance, shownNode, shownText } from "../shown.ts";
import { immovable, refusalsOf } from "../soundness.ts";
import type { Emptying, LeftHost } from "./emptying.ts";
import type { Hosts } from "./hosts.ts";

export class Explained {
  readonly #overlay: Overlay;
  readonly #hosts: Hosts;
  readonly #moved = new Listing();
  /** Of the last round: what earlier ones left, a later one may have emptied. */
  #stays = new Reasons();
  #left = 0;

  constructor(overlay: Overlay, hosts: Hosts) {
    this.#overlay = overlay;
    this.#hosts = hosts;
  }

  startRound(): void {
    this.#stays = new Reasons();
    this.#left = 0;
  }

  left({ host, instance, destinations }: LeftHost): void {
    this.#left += 1;
    this.#stays.add("no room for all it holds", () => ({
      node: this.#node(host),
      instance: this.#instance(instance),
      targets: refusalsOf(this.#overlay, instance, destinations),
    }));
  }

  /** @param destination null: the scheduler chooses */
  moved(instance: number, source: number, destination: number | null): void {
    this.#moved.add(() => ({
      instance: this.#instance(instance),
      from: this.#node(source),
      to: destination === null ? null : this.#node(destination),
      vcpus: this.#overlay.model.instances.vcpus[instance] as number,
    }));
  }

  toJson({ emptied, first, last, rounds }: Emptying, migrations: number, auto: boolean): JsonObject {
    for (const host of last.held) this.#addHeld(host);
    return {
      summary: summary(emptied.length, migrations, auto),
      nodes: {
        asked: this.#hosts.all.length,
        emptied: emptied.length,
        free: first.free.length,
        failedBefore: this.#hosts.failed.reduce((sum, failed) => sum + failed, 0),
        held: last.held.length,
        left: this.#left,
        rounds,
      },
      emptied: this.#emptied(emptied),
      moved: this.#moved.toJson(),
      stays: this.#stays.toJson(),
    };
  }

  #addHeld(host: number): void {
    const { model } = this.#overlay;
    const instance = this.#hosts.heldBy[host] as number;
    const state = shownText(model, model.instances.state[instance]);
    this.#stays.add(immovable(this.#overlay, instance) ?? "state", () => ({
      node: this.#node(host),
      instance: this.#instance(instance),
      state,
    }));
  }

  #emptied(hosts: readonly number[]): JsonObject {
    const { nodes, instances } = this.#overlay.model;
    const listing = new Listing();
    for (const host of hosts) {
      listing.add(() => {
        const held = nodes.instances.subarray(nodes.instanceStart[host], nodes.instanceStart[host + 1]);
        const vcpus = held.reduce((sum, instance) => sum + (instances.vcpus[instance] as number), 0);
        return { node: this.#node(host), vcpus, instances: held.length };
      });
    }
    return listing.toJson();
  }

  #node(node: number): string {
    return shownNode(this.#overlay.model, node);
  }

  #instance(instance: number): string {
    return shownInstance(this.#overlay.model, instance);
  }
}

function summary(emptied: number, migrations: number, auto: boolean): string {
  if (emptied === 0) return "No host can be emptied onto those more in use.";
  const who = auto ? "Nova's scheduler chooses the destinations" : "onto those more in use";
  return `${emptied} hosts are emptied by ${migrations} migrations: ${who}.`;
}
