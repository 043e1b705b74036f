/** The first half of a run: what each instance's move alone would bring. Nothing is moved yet. */

import type { Reasons } from "../../explanation.ts";
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import { shownInstance } from "../shown.ts";
import { immovable, migrationTypes, refusalsOf } from "../soundness.ts";
import { Entries } from "./entries.ts";
import type { Loads } from "./loads.ts";
import { isGain, type Spread } from "./spread.ts";
import type { TargetChoice } from "./targets.ts";

/**
 * Ever better targets of one instance that are kept, the best of them. There are some ln(hosts) where uuids
 * are random; where hosts happen to be sorted by load it could be all hosts, for every instance.
 */
const CHAIN_ENTRIES_MAX = 32;

/**
 * Entries of all instances in order: hosts by uuid, a host's instances in model order, each with its
 * targets for as long as they get better.
 * @param stays takes the instances without an entry
 */
export function simulate(
  overlay: Overlay,
  loads: Loads,
  spread: Spread,
  choice: TargetChoice,
  stays: Reasons,
): Entries {
  const { model } = overlay;
  const { nodes, metrics } = loads;
  const entries = new Entries();
  const live = migrationTypes(model);
  const chain = new Chain(spread, choice, nodes.length);
  let at = NO_INSTANCE;
  let reason = "";
  // Made once: there may be as many instances that stay as there are instances.
  const entry = () => ({
    instance: shownInstance(model, at),
    ...(reason === NO_ROOM ? { targets: refusalsOf(overlay, at, nodes) } : {}),
  });
  const stay = (why: string): void => {
    reason = why;
    stays.add(why, entry);
  };
  const amount = metrics[0]?.amount ?? new Float64Array(0);
  for (let source = 0; source < nodes.length; source++) {
    choice.leave(source);
    for (
      at = overlay.firstInstance(nodes[source] as number);
      at !== NO_INSTANCE;
      at = overlay.nextInstance(at)
    ) {
      const bound = immovable(overlay, at);
      if (bound !== null) stay(bound);
      else if (live(at) !== "live") stay("neither active nor paused");
      else {
        // Before its load is looked at: as in Watcher, cycle goes on with the next host in any case.
        const targets = choice.choose(at);
        if (Number.isNaN(amount[at])) stay("no sample");
        else if (targets === 0) stay(NO_ROOM);
        else if (chain.follow(at, source, targets, entries) === 0) stay("no gain");
      }
    }
  }
  return entries;
}

const NO_ROOM = "no host has room";

/** The targets of one instance that are each better than all before. */
class Chain {
  readonly #spread: Spread;
  readonly #choice: TargetChoice;
  readonly #now: number;
  readonly #targets: Int32Array;
  readonly #values: Float64Array;

  constructor(spread: Spread, choice: TargetChoice, hosts: number) {
    this.#spread = spread;
    this.#choice = choice;
    this.#now = spread.weighted();
    this.#targets = new Int32Array(hosts);
    this.#values = new Float64Array(hosts);
  }

  /** @returns how many targets are better than staying */
  follow(instance: number, source: number, count: number, entries: Entries): number {
    const { list } = this.#choice;
    let best = this.#now;
    let length = 0;
    for (let at = 0; at < count; at++) {
      const target = list[at] as number;
      const value = this.#spread.caseOf(instance, source, target);
      if (!isGain(value, best)) continue;
      best = value;
      this.#targets[length] = target;
      this.#values[length] = value;
      length += 1;
    }
    for (let at = Math.max(0, length - CHAIN_ENTRIES_MAX); at < length; at++) {
      entries.add(instance, this.#targets[at] as number, this.#values[at] as number);
    }
    return length;
  }
}
