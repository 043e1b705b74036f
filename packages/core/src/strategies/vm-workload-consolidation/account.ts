/** What the strategy tells of itself: noted as it goes, put into the explanation at the end. */

import { Listing, Reasons } from "../../explanation.ts";
import type { JsonObject } from "../../json.ts";
import type { Overlay } from "../../model/overlay.ts";
import { shownInstance, shownNode } from "../shown.ts";
import type { PlannedMoves } from "./add-moves.ts";
import type { Loads } from "./loads.ts";
import type { Offloaded } from "./offload.ts";
import { averageUtilisation, type RelativeUtilisation } from "./relative.ts";
import type { Move } from "./sequence.ts";
import type { Bound, Trial } from "./trial.ts";

/** Nodes kept for want of room of which it is told why each other node refuses: that looks at all of them. */
const KEPT_WITH_REFUSALS_MAX = 5;

interface Told {
  offloaded: Offloaded;
  moves: PlannedMoves;
  /** Nodes that the plan closes. */
  closed: number;
}

export class Account {
  readonly #overlay: Overlay;
  readonly #loads: Loads;
  readonly #nodes: Int32Array;
  readonly #before: RelativeUtilisation;
  readonly #instancesBefore: Uint32Array;
  readonly #cpuBefore: Float64Array;
  readonly #kept = new Reasons();
  readonly #offloaded = new Set<number>();
  #withRefusals = 0;

  /** Before the first move. @param nodes those that take part */
  constructor(overlay: Overlay, loads: Loads, nodes: Int32Array) {
    this.#overlay = overlay;
    this.#loads = loads;
    this.#nodes = nodes;
    this.#before = averageUtilisation(overlay, loads, nodes);
    this.#instancesBefore = overlay.instancesOn.slice();
    this.#cpuBefore = overlay.vcpuCapacity.map((_, node) => loads.cpu(node));
  }

  /** All moves so far were to relieve overloaded nodes. */
  endOfOffload({ overlay, start }: Trial): void {
    for (let n = overlay.movesSince(start) - 1; n >= 0; n--) {
      this.#offloaded.add(overlay.movedSince(start, n));
    }
  }

  /** @param refusals why other nodes refuse the instance now */
  kept(node: number, { instance, reason }: Bound, refusals: (() => JsonObject) | null): void {
    this.#kept.add(reason, () => {
      const entry: JsonObject = { node: this.#hostname(node), instance: this.#uuid(instance) };
      if (refusals !== null && this.#withRefusals < KEPT_WITH_REFUSALS_MAX) {
        this.#withRefusals += 1;
        entry.targets = refusals();
      }
      return entry;
    });
  }

  /** After the last move. */
  tell(explanation: JsonObject, { offloaded, moves, closed }: Told): void {
    const { instancesOn } = this.#overlay;
    const before = this.#instancesBefore;
    const emptied = this.#count((node) => before[node] !== 0 && instancesOn[node] === 0);
    explanation.summary = summary(moves.made.length, emptied, closed);
    explanation.nodes = {
      measured: this.#nodes.length,
      ...offloaded,
      emptied,
      emptyBefore: this.#count((node) => before[node] === 0),
      inUse: this.#count((node) => instancesOn[node] !== 0),
      closed,
    };
    explanation.utilisation = {
      before: { ...this.#before },
      after: { ...averageUtilisation(this.#overlay, this.#loads, this.#nodes) },
    };
    explanation.moved = this.#moved(moves.made);
    if (moves.heldBack > 0) explanation.heldBack = { "each waits for another": moves.heldBack };
    explanation.kept = this.#kept.toJson();
    explanation.receivers = this.#receivers(moves.made);
  }

  #count(counts: (node: number) => boolean): number {
    let count = 0;
    for (const node of this.#nodes) if (counts(node)) count += 1;
    return count;
  }

  #moved(moves: readonly Move[]): JsonObject {
    const { cpu, ramMiB, diskGb } = this.#loads.samples;
    const listing = new Listing();
    for (const { instance, from, to } of moves) {
      listing.add(() => ({
        instance: this.#uuid(instance),
        from: this.#hostname(from),
        to: this.#hostname(to),
        uses: {
          cpu: cpu[instance] as number,
          ramMiB: ramMiB[instance] as number,
          diskGb: diskGb[instance] as number,
        },
        why: this.#offloaded.has(instance) ? "its node was overloaded" : "to empty its node",
      }));
    }
    return listing.toJson();
  }

  /** Nodes that took instances in, first moves first. */
  #receivers(moves: readonly Move[]): JsonObject {
    const listing = new Listing();
    for (const node of new Set(moves.map(({ to }) => to))) {
      listing.add(() => ({
        node: this.#hostname(node),
        instances: {
          before: this.#instancesBefore[node] as number,
          after: this.#overlay.instancesOn[node] as number,
        },
        cpu: {
          before: this.#cpuBefore[node] as number,
          after: this.#loads.cpu(node),
          limit: this.#loads.cpuLimit[node] as number,
        },
      }));
    }
    return listing.toJson();
  }

  #hostname(node: number): string {
    const { model } = this.#overlay;
    return shownNode(model, node);
  }

  #uuid(instance: number): string {
    const { model } = this.#overlay;
    return shownInstance(model, instance);
  }
}

function summary(moves: number, emptied: number, closed: number): string {
  if (moves + closed === 0) return "No node can be emptied, and none can be relieved.";
  return `${moves} instances move, ${emptied} nodes become empty, ${closed} nodes are closed.`;
}
