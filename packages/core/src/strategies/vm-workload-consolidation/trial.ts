/** A placement on trial: the overlay and the loads that go with it, moved together, taken back together. */
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import type { MigrationType } from "../actions.ts";
import { immovable, migrationTypes } from "../soundness.ts";
import type { Loads } from "./loads.ts";
import type { Receivers } from "./receivers.ts";

/** Why an instance stays where it is, whatever room there is. */
export interface Bound {
  instance: number;
  reason: string;
}

export class Trial {
  readonly overlay: Overlay;
  readonly loads: Loads;
  readonly typeOf: (instance: number) => MigrationType | null;
  /** Mark of the overlay from which all moves of the plan are made. */
  readonly start: number;
  /** Moves to nodes that are disabled in the model: each counts against the released nodes, as in Watcher. */
  movesToDisabled = 0;
  #mark: number;
  #movesToDisabledAtMark = 0;
  readonly #sorted: number[] = [];

  constructor(overlay: Overlay, loads: Loads) {
    this.overlay = overlay;
    this.loads = loads;
    this.typeOf = migrationTypes(overlay.model);
    this.start = overlay.mark();
    this.#mark = this.start;
  }

  /** Receivers are told by the caller, who knows which nodes will be asked for again. */
  move(instance: number, from: number, to: number): void {
    this.overlay.move(instance, from, to);
    this.loads.move(instance, from, to);
    if (this.overlay.enabled[to] === 0) this.movesToDisabled += 1;
  }

  commit(receivers: Receivers): void {
    this.#mark = this.overlay.mark();
    this.#movesToDisabledAtMark = this.movesToDisabled;
    this.loads.commit();
    receivers.commit();
  }

  /** To the last commit. */
  rollback(receivers: Receivers): void {
    const { overlay } = this;
    const targets = new Set<number>();
    for (let n = overlay.movesSince(this.#mark) - 1; n >= 0; n--) {
      targets.add(overlay.nodeOf[overlay.movedSince(this.#mark, n)] as number);
    }
    overlay.rollback(this.#mark);
    this.loads.rollback();
    this.movesToDisabled = this.#movesToDisabledAtMark;
    receivers.rollback();
    for (const node of targets) receivers.update(node);
  }

  /** The first instance of a node that can't leave it; null: the node could be emptied, given room. */
  boundOn(node: number): Bound | null {
    const { overlay } = this;
    for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
      const reason = this.#whyBound(at);
      if (reason !== null) return { instance: at, reason };
    }
    return null;
  }

  /**
   * Instances of a node that are measured, by CPU in use, ascending, equals in list order. What an unmeasured
   * one would take to another node is not known. The array is used again by the next call.
   */
  instancesByCpu(node: number): number[] {
    const { overlay } = this;
    const { cpu } = this.loads.samples;
    const sorted = this.#sorted;
    sorted.length = 0;
    for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
      if (!Number.isNaN(cpu[at] as number)) sorted.push(at);
    }
    return sorted.sort((a, b) => (cpu[a] as number) - (cpu[b] as number));
  }

  #whyBound(instance: number): string | null {
    const bound = immovable(this.overlay, instance);
    if (bound !== null) return bound;
    if (this.typeOf(instance) === null) return "its state forbids migration";
    return Number.isNaN(this.loads.samples.cpu[instance] as number) ? "no sample of its CPU" : null;
  }
}
