/** Ironic as far as executors see it, in memory and on a virtual clock. */

import type { Clock } from "../clock.ts";
import type { BaremetalNode, BaremetalPort } from "../ports.ts";

export class SimulatedIronic implements BaremetalPort {
  readonly nodes: Map<string, BaremetalNode>;
  readonly calls: string[] = [];
  readonly #clock: Clock;
  readonly #changeMs: number;

  constructor(clock: Clock, nodes: readonly BaremetalNode[], changeMs = 45_000) {
    this.#clock = clock;
    this.#changeMs = changeMs;
    this.nodes = new Map(nodes.map((node) => [node.id, { ...node }]));
  }

  async getNode(id: string): Promise<BaremetalNode | null> {
    const node = this.nodes.get(id);
    return node === undefined ? null : { ...node };
  }

  async setPower(id: string, power: "on" | "off"): Promise<void> {
    this.calls.push(`${power} ${id}`);
    const node = this.nodes.get(id)!;
    node.isChanging = true;
    void this.#clock.sleep(this.#changeMs).then(() => Object.assign(node, { power, isChanging: false }));
  }
}
