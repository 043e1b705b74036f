/**
 * Room in memory for the bodies of all requests of one kind together. The limits of a single body bound no sum: 2,000 bodies of
 * 1 MiB that stop a byte before their end are 2 GiB.
 *
 *   coming    its bytes are counted as they arrive; it may be given up to make room
 *   here      it has arrived and waits for what is done with it: counted, and never given up
 *   released  counted no more
 *
 * One source may hold a share of the room. Where it is used up, that of its coming bodies is given up which has been silent
 * for longest, if that is a second; else the bytes that ask for room are refused. Where all the room is used up, the
 * source that holds most loses its most silent body, however short the silence, to one that holds less. So one who sends
 * little gets room as long as others have bodies under way that are larger, and one who opens many gives up his own.
 */

import { VigilError } from "@vigil/core";
import { RETRY_AFTER_S } from "./answer.ts";
import { HttpFault } from "./fault.ts";

/** A body of which nothing came for so long has lost its network or its sender: honest ones come in a few packets. */
const SILENT_MS = 1_000;

export interface BodyBudgetLimits {
  /** Of all bodies that are coming or here. */
  bytesMax: number;
  /** Of one source; at least the largest body. */
  sourceBytesMax: number;
  /** The setting that messages name. */
  setting: string;
}

/** What one source holds. */
interface Source {
  readonly name: string;
  /** Of bodies coming and here. */
  bytes: number;
  /** Bodies that neither came to an end nor were released. */
  open: number;
  /** Bodies of which bytes have come and more are awaited, the most silent one first. */
  readonly coming: Set<HeldBody>;
}

export class BodyBudget {
  readonly limits: BodyBudgetLimits;
  readonly #sources = new Map<string, Source>();
  #bytes = 0;

  constructor(limits: BodyBudgetLimits) {
    this.limits = limits;
  }

  /** Held by all bodies. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @param source whose share it counts against: a user or an address */
  begin(source: string): HeldBody {
    let found = this.#sources.get(source);
    if (found === undefined) {
      found = { name: source, bytes: 0, open: 0, coming: new Set() };
      this.#sources.set(source, found);
    }
    found.open += 1;
    return new HeldBody(this, found);
  }

  /** For HeldBody: counts bytes that came. @throws VigilError unavailable when there is no room */
  take(body: HeldBody, source: Source, bytes: number): void {
    const { bytesMax, sourceBytesMax, setting } = this.limits;
    while (source.bytes + bytes > sourceBytesMax) {
      if (this.#giveUpSilent(source, body)) continue;
      const text = `Bodies of this sender hold ${source.bytes} bytes of memory here, and one sender may hold ${sourceBytesMax}: let those under way come to an end, then send this one again. Or raise ${setting}.`;
      throw new VigilError("unavailable", text);
    }
    while (this.#bytes + bytes > bytesMax) {
      const largest = this.#largestBeside(source);
      if (largest !== undefined && largest.bytes > source.bytes + bytes) this.#giveUpFirst(largest);
      else if (!this.#giveUpSilent(source, body)) {
        const text = `The memory for bodies is used up, ${this.#bytes} of ${bytesMax} bytes: send this one again in a moment. Or raise ${setting}.`;
        throw new VigilError("unavailable", text);
      }
    }
    source.bytes += bytes;
    this.#bytes += bytes;
  }

  /** For HeldBody. */
  give(source: Source, bytes: number): void {
    source.bytes -= bytes;
    this.#bytes -= bytes;
    source.open -= 1;
    if (source.open === 0) this.#sources.delete(source.name);
  }

  #largestBeside(own: Source): Source | undefined {
    let largest: Source | undefined;
    for (const source of this.#sources.values()) {
      if (source === own || source.coming.size === 0) continue;
      if (largest === undefined || source.bytes > largest.bytes) largest = source;
    }
    return largest;
  }

  /** @returns false: none but `but` has been silent for long */
  #giveUpSilent(source: Source, but: HeldBody): boolean {
    for (const body of source.coming) {
      if (body === but) continue;
      if (performance.now() - body.fedAtMs < SILENT_MS) return false;
      body.giveUp();
      return true;
    }
    return false;
  }

  #giveUpFirst(source: Source): void {
    for (const body of source.coming) {
      body.giveUp();
      return;
    }
  }
}

/** The part of one body in the budget. */
export class HeldBody {
  readonly #budget: BodyBudget;
  readonly #source: Source;
  #bytes = 0;
  #released = false;
  #onGivenUp: ((fault: HttpFault) => void) | undefined;
  /** When bytes came last, of `performance.now()`. */
  fedAtMs = 0;

  constructor(budget: BodyBudget, source: Source) {
    this.#budget = budget;
    this.#source = source;
  }

  /** @param onGivenUp called at most once, before `arrived`: its room was needed, and what came of it is to be dropped */
  awaits(onGivenUp: (fault: HttpFault) => void): void {
    this.#onGivenUp = onGivenUp;
  }

  /** Bytes have come. @throws VigilError unavailable when there is no room for them */
  add(bytes: number): void {
    this.#budget.take(this, this.#source, bytes);
    this.#bytes += bytes;
    this.fedAtMs = performance.now();
    this.#source.coming.delete(this);
    this.#source.coming.add(this);
  }

  /** It has come to its end, or is not awaited any more. */
  arrived(): void {
    this.#source.coming.delete(this);
    this.#onGivenUp = undefined;
  }

  /** For BodyBudget: its room is needed. */
  giveUp(): void {
    const tell = this.#onGivenUp;
    const silentMs = Math.round(performance.now() - this.fedAtMs);
    this.release();
    const text = `Other bodies needed the memory of this one, of which nothing had come for ${silentMs} ms: send it again, as a whole. Or raise ${this.#budget.limits.setting}.`;
    tell?.(new HttpFault(503, text, { "retry-after": RETRY_AFTER_S, connection: "close" }));
  }

  /** Idempotent. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.arrived();
    this.#budget.give(this.#source, this.#bytes);
  }
}
