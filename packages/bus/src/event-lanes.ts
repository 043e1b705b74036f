/**
 * Queues of events in hand, one per audit: pure.
 *
 * Lanes take turns. What waits in a lane is handed out in order and several at once, up to a limit, so that a flood of
 * one audit costs one transaction for many of its events; the lane rests until they are done with. Each lane has a few places
 * in the window of messages that are asked for in advance. If one audit is flooded, its further events are
 * held as overflow, which does not count in the window, so that it stays open for the events of others
 * behind them in the stream. (Sending them back to the broker for a while loses their order: nats-server
 * 2.9 delivers what becomes due at the same time in no order.) Only beyond the bounds of the overflow an
 * event is refused and must go back.
 */

export interface LaneLimits {
  /** Events of one lane that count in the window; at least 1. */
  places: number;
  /** Events held as overflow in all lanes, and their bytes. */
  overflowMax: number;
  overflowBytesMax: number;
  /** Events handed out together at most, and their bytes; at least one event whatever its size. */
  turnMax: number;
  turnBytesMax: number;
}

/** Events of one lane, in order. */
export interface Turn<Item> {
  items: Item[];
  /** They are done with: the lane may have its next turn. */
  done(): void;
}

/** Where an event went: a place in the window, the overflow, or back. */
export type Placing = "window" | "overflow" | "refused";

interface Waiting<Item> {
  item: Item;
  bytes: number;
  placing: "window" | "overflow";
}

interface Lane<Item> {
  key: string;
  waiting: Waiting<Item>[];
  busy: boolean;
}

export class EventLanes<Item> {
  readonly #limits: LaneLimits;
  readonly #lanes = new Map<string, Lane<Item>>();
  /** Lanes with a waiting event and none handed out, in turn. */
  readonly #ready: Lane<Item>[] = [];
  #overflow = 0;
  #overflowBytes = 0;

  constructor(limits: LaneLimits) {
    this.#limits = limits;
  }

  add(key: string, item: Item, bytes: number): Placing {
    const lane = this.#lanes.get(key) ?? { key, waiting: [], busy: false };
    const inWindow = lane.waiting.length < this.#limits.places;
    if (!inWindow && !this.#hasRoom(bytes)) return "refused";
    this.#lanes.set(key, lane);
    const placing = inWindow ? "window" : "overflow";
    lane.waiting.push({ item, bytes, placing });
    if (!inWindow) {
      this.#overflow++;
      this.#overflowBytes += bytes;
    } else if (!lane.busy && lane.waiting.length === 1) {
      this.#ready.push(lane);
    }
    return placing;
  }

  #hasRoom(bytes: number): boolean {
    const { overflowMax, overflowBytesMax } = this.#limits;
    return this.#overflow < overflowMax && this.#overflowBytes + bytes <= overflowBytesMax;
  }

  /** The next events to handle; their lane rests until `done` is called. */
  next(): Turn<Item> | undefined {
    const lane = this.#ready.shift();
    if (lane === undefined) return undefined;
    lane.busy = true;
    const done = () => {
      lane.busy = false;
      if (lane.waiting.length > 0) this.#ready.push(lane);
      else this.#lanes.delete(lane.key);
    };
    const items = lane.waiting.splice(0, this.#turnLength(lane)).map((waiting) => this.#leave(waiting));
    return { items, done };
  }

  #turnLength({ waiting }: Lane<Item>): number {
    const { turnMax, turnBytesMax } = this.#limits;
    let length = 1;
    let bytes = waiting[0]?.bytes ?? 0;
    for (; length < Math.min(turnMax, waiting.length); length++) {
      bytes += waiting[length]!.bytes;
      if (bytes > turnBytesMax) break;
    }
    return length;
  }

  #leave({ item, bytes, placing }: Waiting<Item>): Item {
    if (placing === "overflow") {
      this.#overflow--;
      this.#overflowBytes -= bytes;
    }
    return item;
  }

  /** Takes out every event that was not handed out. */
  takeAll(): Item[] {
    this.#ready.length = 0;
    const all = [...this.#lanes.values()].flatMap((lane) => lane.waiting.splice(0));
    for (const lane of this.#lanes.values()) if (!lane.busy) this.#lanes.delete(lane.key);
    return all.map((waiting) => this.#leave(waiting));
  }

  /** Lanes with events. */
  get size(): number {
    return this.#lanes.size;
  }
}
