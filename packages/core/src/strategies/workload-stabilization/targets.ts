/** Which hosts are tried for an instance: the three words of parameter host_choice. */
import { NO_PLACE } from "../../placement/first-fit-tree.ts";
import type { Random } from "../../random.ts";
import type { Room } from "./room.ts";

/**
 * Hosts without room are passed over: the next one in the choice's order is taken in their place.
 * Positions as in `Loads.nodes`.
 */
export interface TargetChoice {
  /** Positions chosen by the last `choose`, in the order to try them. */
  readonly list: Int32Array;
  /** The instances of this host come next. */
  leave(source: number): void;
  /** @returns how many entries of `list` are for this instance */
  choose(instance: number): number;
}

/** One host per instance, round robin in order of uuid, going on from where the last instance stopped. */
export class CycleTargets implements TargetChoice {
  readonly list = new Int32Array(1);
  readonly #room: Room;
  #source = NO_PLACE;
  #next = 0;

  constructor(room: Room) {
    this.#room = room;
  }

  leave(source: number): void {
    this.#source = source;
    this.#next = 0;
  }

  choose(instance: number): number {
    let found = this.#room.firstFit(instance, this.#next, this.#source);
    if (found === NO_PLACE) found = this.#room.firstFit(instance, 0, this.#source);
    if (found === NO_PLACE) return 0;
    this.list[0] = found;
    this.#next = found + 1;
    return 1;
  }
}

/**
 * Hosts without room that are drawn in a row before the search goes on in order of uuid instead: an instance
 * that fits on one host in ten thousand must not cost ten thousand draws. Where a third of the hosts have
 * room, one instance in 600 gets there.
 */
const MISSES_MAX = 16;

/**
 * A random sample of the hosts with room. Draws, in this order, are part of the strategy's version: per
 * instance, cards of one deck that is never sorted again (Fisher and Yates), until the sample is full.
 */
export class RandomTargets implements TargetChoice {
  readonly list: Int32Array;
  readonly #room: Room;
  readonly #random: Random;
  readonly #wanted: number;
  readonly #deck: Int32Array;
  /** By position: the last turn in which the host got into the sample. */
  readonly #takenIn: Uint32Array;
  #turn = 0;
  #source = NO_PLACE;
  #taken = 0;

  /** @param wanted size of a sample, >= 1; all hosts where there are fewer */
  constructor(room: Room, hosts: number, wanted: number, random: Random) {
    this.#room = room;
    this.#random = random;
    this.#wanted = Math.min(Math.floor(wanted), Math.max(hosts - 1, 0));
    this.#deck = Int32Array.from({ length: hosts }, (_, position) => position);
    this.#takenIn = new Uint32Array(hosts);
    this.list = new Int32Array(this.#wanted);
  }

  leave(source: number): void {
    this.#source = source;
  }

  choose(instance: number): number {
    this.#taken = 0;
    this.#turn += 1;
    const last = this.#draw(instance);
    if (last === NO_PLACE) return this.#taken;
    this.#walk(instance, last + 1, this.#deck.length);
    this.#walk(instance, 0, last + 1);
    return this.#taken;
  }

  /** @returns NO_PLACE when it is done, else the last of too many misses */
  #draw(instance: number): number {
    const deck = this.#deck;
    let misses = 0;
    for (let drawn = 0; drawn < deck.length && this.#taken < this.#wanted; drawn++) {
      const at = drawn + this.#random.below(deck.length - drawn);
      const position = deck[at] as number;
      deck[at] = deck[drawn] as number;
      deck[drawn] = position;
      if (position !== this.#source && this.#room.fits(instance, position)) {
        this.#take(position);
        misses = 0;
      } else {
        misses += 1;
        if (misses === MISSES_MAX) return position;
      }
    }
    return NO_PLACE;
  }

  /** Fills the sample with the hosts of a stretch that have room and are not in it yet. */
  #walk(instance: number, from: number, to: number): void {
    let next = from;
    while (this.#taken < this.#wanted) {
      const found = this.#room.firstFit(instance, next, this.#source);
      if (found === NO_PLACE || found >= to) return;
      if (this.#takenIn[found] !== this.#turn) this.#take(found);
      next = found + 1;
    }
  }

  #take(position: number): void {
    this.list[this.#taken] = position;
    this.#taken += 1;
    this.#takenIn[position] = this.#turn;
  }
}
