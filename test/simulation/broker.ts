/**
 * VIGIL_EVENTS and its consumer, as nats-server 2.9.10 keeps them: acknowledged messages are in the page cache and reach
 * the disk some time later; ids are remembered within a window and found again in the messages after a restart.
 */

import { Actor } from "./agenda.ts";
import type { Refusal } from "./network.ts";
import type { LedgerEvent } from "./store/runs.ts";
import type { World } from "./world.ts";

export interface Message {
  sequence: number;
  /** Nats-Msg-Id: the occurrence key. */
  id: string;
  timeMs: number;
  event: Omit<LedgerEvent, "streamTimeMs">;
  isOnDisk: boolean;
}

export interface Delivered {
  message: Message;
  /** This time included. */
  deliveries: number;
  /** Life of the broker whose connection brought it. */
  brokerLife: number;
}

export interface Stored {
  sequence: number;
  duplicate: boolean;
}

interface Pending {
  deliveries: number;
  /** It is delivered again at this time, monotonic ms. */
  againAtMs: number;
}

/** Of topology.ts, shortened in the same proportion as the lease. */
const ACK_WAIT_MS = 6_000;
const DUPLICATE_WINDOW_MS = 15 * 60_000;
/** How late what was acknowledged reaches the disk, ms. */
const FLUSH_EVERY_MS = 4_000;
const RESTART_MS = 1_500;

export interface Subscriber {
  actor: Actor;
  /** Messages that it has room for. */
  credit: number;
  take(delivered: Delivered): void;
  disconnected(): void;
}

export class Broker {
  readonly actor = new Actor("broker");
  readonly #world: World;
  messages: Message[] = [];
  #next = 1;
  readonly #ids = new Map<string, { sequence: number; timeMs: number }>();
  /** Not acknowledged, by sequence. */
  readonly #pending = new Map<number, Pending>();
  readonly #acked = new Set<number>();
  readonly subscribers: Subscriber[] = [];

  constructor(world: World) {
    this.#world = world;
    this.start();
  }

  /** First sequence that is not known to be handled. */
  get ackFloor(): number {
    let floor = this.messages[0]?.sequence ?? this.#next;
    while (this.#acked.has(floor)) floor++;
    return floor;
  }

  start(): void {
    const flush = () => {
      for (const message of this.messages) message.isOnDisk = true;
      this.#world.agenda.after(FLUSH_EVERY_MS, this.actor, flush);
    };
    const look = () => {
      this.pump();
      this.#world.agenda.after(500, this.actor, look);
    };
    flush();
    look();
  }

  publish(id: string, event: Omit<LedgerEvent, "streamTimeMs">): Stored | Refusal {
    const now = this.#world.brokerNowMs;
    const known = this.#ids.get(id);
    if (known !== undefined && Math.abs(now - known.timeMs) < DUPLICATE_WINDOW_MS) {
      this.#world.faults.note("stream-duplicate");
      return { sequence: known.sequence, duplicate: true };
    }
    if (this.#world.faults.strikes("stream-full"))
      return { refused: "overloaded", why: "the stream is full" };
    const message = { sequence: this.#next++, id, timeMs: now, event, isOnDisk: false };
    this.messages.push(message);
    this.#ids.set(id, { sequence: message.sequence, timeMs: now });
    if (this.#world.isTraced) this.#world.trace(`stream ${message.sequence}: ${event.eventId.slice(0, 8)}`);
    this.#world.outside.streamOrder.push(event.eventId);
    this.#world.changed();
    this.pump();
    return { sequence: message.sequence, duplicate: false };
  }

  /** Hands out what is new or due again to whoever has room. */
  pump(): void {
    const { agenda, chance, network, faults } = this.#world;
    for (const message of this.messages) {
      const { sequence } = message;
      if (this.#acked.has(sequence)) continue;
      const pending = this.#pending.get(sequence);
      if (pending !== undefined && pending.againAtMs > agenda.nowMs) continue;
      const open = this.subscribers.filter(({ credit, actor }) => credit > 0 && !actor.isDown);
      const to = chance.pickAny(open);
      if (to === undefined) return;
      to.credit--;
      const deliveries = (pending?.deliveries ?? 0) + 1;
      if (deliveries > 1) faults.note("redelivered");
      this.#pending.set(sequence, { deliveries, againAtMs: agenda.nowMs + ACK_WAIT_MS });
      const delivered = { message, deliveries, brokerLife: this.actor.life };
      if (!faults.strikes("delivery-lost")) network.send(to.actor, () => to.take(delivered));
    }
  }

  /**
   * By the sequence alone: a message of a stream that is gone had the same.
   * @param againMs undefined: done with it; else put back for so long
   */
  answer(sequence: number, againMs: number | undefined): void {
    const pending = this.#pending.get(sequence);
    if (pending === undefined) return;
    if (againMs === undefined) {
      this.#acked.add(sequence);
      this.#pending.delete(sequence);
      this.#world.changed();
      return;
    }
    pending.againAtMs = this.#world.agenda.nowMs + againMs;
    this.#world.agenda.after(againMs + 1, this.actor, () => this.pump());
  }

  /** A worker has it in hand still. */
  working(sequence: number): void {
    const pending = this.#pending.get(sequence);
    if (pending !== undefined) pending.againAtMs = this.#world.agenda.nowMs + ACK_WAIT_MS;
  }

  holds(eventId: string): boolean {
    return this.messages.some(({ event, sequence }) => {
      return event.eventId === eventId && !this.#acked.has(sequence);
    });
  }

  /** makeRoomForEvents of events-room.ts. */
  purge(): void {
    const floor = this.ackFloor;
    this.messages = this.messages.filter(({ sequence }) => sequence >= floor);
    this.#world.changed();
  }

  /** What it lost, so that the model may allow for exactly that: event ids. */
  crash(how: "killed" | "power" | "deleted"): string[] {
    const { actor } = this;
    actor.life++;
    actor.isDown = true;
    for (const subscriber of this.subscribers) subscriber.disconnected();
    const lost: string[] = [];
    if (how !== "killed") {
      for (const { event, sequence, isOnDisk } of this.messages) {
        const isLost = how === "deleted" || !isOnDisk;
        if (isLost && !this.#acked.has(sequence)) lost.push(event.eventId);
      }
      this.messages = how === "deleted" ? [] : this.messages.filter(({ isOnDisk }) => isOnDisk);
      this.#next = (this.messages.at(-1)?.sequence ?? 0) + 1;
    }
    if (how === "deleted") this.#acked.clear();
    for (const sequence of this.#acked) if (sequence >= this.#next) this.#acked.delete(sequence);
    this.#pending.clear();
    this.#ids.clear();
    for (const { id, sequence, timeMs } of this.messages) this.#ids.set(id, { sequence, timeMs });
    this.#world.changed();
    this.#world.reviveLater(actor, RESTART_MS, () => {
      for (const subscriber of this.subscribers) subscriber.credit = 0;
      this.start();
    });
    return lost;
  }
}
