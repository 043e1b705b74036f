/**
 * An edge: packages/edge/src. What it answers 202 to is in the stream, or was flushed to its disk before: to the spool,
 * whose records leave it when the broker has them, or to the journal, whose records leave it when the ledger has them.
 */

import { hash } from "node:crypto";
import { readAlarmBody } from "@vigil/core";
import { RateLimiter } from "../../packages/edge/src/rate-limiter.ts";
import { Actor } from "./agenda.ts";
import type { Stored } from "./broker.ts";
import { isRefusal } from "./network.ts";
import type { LedgerEvent } from "./store/runs.ts";
import type { World } from "./world.ts";

/** What a sender posts. */
export interface Post {
  /** What stands in the URL: the audit's UUID or its name. */
  ident: string;
  body: Uint8Array;
  requestId: string;
  idempotencyKey: string;
  userId: string;
}

export type PostAnswer = { status: 202; eventId: string } | { status: 400 | 429 | 503 };

interface Record {
  event: Omit<LedgerEvent, "streamTimeMs">;
  occurrenceKey: string;
  /** Written by an append that has been flushed; a crash leaves no others. */
  isOnDisk: boolean;
  /** Kept until the ledger has it, not only until the broker has. */
  isJournal: boolean;
  isPublished: boolean;
  publishedAtMs: number;
}

const PUBLISH_DEADLINE_MS = 400;
const FLUSH_MS_MAX = 4;
const DRAIN_EVERY_MS = 700;
const CONFIRM_EVERY_MS = 2_500;
/** A journaled event that the ledger does not have by then is published again. */
const REPUBLISH_AFTER_MS = 8_000;
const SPOOL_RECORDS_MAX = 12;
const RESTART_MS = 1_500;

const sha256 = (data: string | Uint8Array) => hash("sha256", data, "hex");

export class Edge {
  readonly actor: Actor;
  readonly #world: World;
  readonly #journals: boolean;
  readonly #n: number;
  /** On its disk, oldest first. */
  #records: Record[] = [];
  #rates!: RateLimiter;
  #isDraining = false;
  #nonces = 0;
  /** How far its wall clock was ahead of the time when it was started: its steady one stays so. */
  #aheadMs = 0;

  constructor(world: World, n: number, journals: boolean) {
    this.#world = world;
    this.#n = n;
    this.#journals = journals;
    this.actor = new Actor(`edge-${n}`);
    this.#start();
  }

  get journals(): boolean {
    return this.#journals;
  }

  #start(): void {
    this.#aheadMs = this.#world.wallClockOf(this.#n) - this.#world.trueTimeMs;
    this.#records = this.#records.filter(({ isOnDisk }) => isOnDisk);
    this.#isDraining = false;
    this.#rates = new RateLimiter(1, 3, 8);
    this.#every(DRAIN_EVERY_MS, () => this.#drain());
    if (this.#journals) this.#every(CONFIRM_EVERY_MS, () => this.#confirm());
  }

  #every(ms: number, work: () => void): void {
    const next = () => {
      work();
      this.#world.agenda.after(ms, this.actor, next);
    };
    this.#world.agenda.after(this.#world.chance.between(1, ms), this.actor, next);
  }

  /** webhooks.ts. @param answer called once, unless the edge dies before */
  post(post: Post, answer: (answer: PostAnswer) => void): void {
    const { agenda, faults, rules, store } = this.#world;
    const audit = faults.strikes("edge-index-away") ? undefined : store.audit(post.ident)!;
    if (audit !== undefined && rules.triggerRefusal(audit, store.life.eventMode) !== undefined) {
      answer({ status: 400 });
      return;
    }
    const auditUuid = audit?.uuid ?? "";
    if (!this.#rates.allows(auditUuid || post.ident, agenda.nowMs)) {
      faults.note("too-fast");
      answer({ status: 429 });
      return;
    }
    const receivedAtMs = this.#world.wallClockOf(this.#n);
    const body = readAlarmBody(post.body);
    const occurrence = rules.identifyOccurrence(
      {
        audit: auditUuid || post.ident,
        body,
        bytes: post.body,
        requestId: post.requestId,
        idempotencyKey: post.idempotencyKey,
        userId: post.userId,
        clock: {
          processId: `${this.actor.name} ${this.actor.life}`,
          wallMs: receivedAtMs,
          steadyMs: this.#world.trueTimeMs + this.#aheadMs,
        },
        nonce: `${this.actor.name} ${this.actor.life} ${this.#nonces++}`,
      },
      sha256,
    );
    const record: Record = {
      event: {
        eventId: occurrence.eventId,
        auditUuid,
        auditIdent: post.ident,
        baseHash: occurrence.baseHash,
        exact: occurrence.exact,
        requestId: post.requestId,
        current: body.current,
        receivedAtMs,
      },
      occurrenceKey: occurrence.occurrenceKey,
      isOnDisk: false,
      isJournal: this.#journals,
      isPublished: false,
      publishedAtMs: Number.NEGATIVE_INFINITY,
    };
    this.#accept(record, answer);
  }

  #accept(record: Record, answer: (answer: PostAnswer) => void): void {
    const accepted = () => {
      if (this.#world.faults.strikes("edge-dies-before-answer")) return this.crash();
      answer({ status: 202, eventId: record.event.eventId });
    };
    if (this.#journals) {
      this.#append(record, (isStored) => {
        if (!isStored) return answer({ status: 503 });
        accepted();
        this.#drain();
      });
      return;
    }
    const spool = () => {
      this.#world.faults.note("spooled");
      this.#append(record, (isStored) => (isStored ? accepted() : answer({ status: 503 })));
    };
    // What came before waits on the disk: this must not overtake it.
    if (this.#records.length > 0) {
      spool();
      return;
    }
    this.#publish(record, (isStored) => (isStored ? accepted() : spool()));
  }

  /** One flush serves all that came meanwhile. */
  #append(record: Record, done: (isStored: boolean) => void): void {
    const { agenda, chance, faults, mistakes } = this.#world;
    if (this.#records.length >= SPOOL_RECORDS_MAX || faults.strikes("disk-full")) {
      faults.note("spool-full");
      done(false);
      return;
    }
    this.#records.push(record);
    if (mistakes.answersBeforeFlush) done(true);
    agenda.after(chance.between(1, FLUSH_MS_MAX), this.actor, () => {
      record.isOnDisk = true;
      this.#world.changed();
      if (!mistakes.answersBeforeFlush) done(true);
    });
  }

  #publish(record: Record, done: (isStored: boolean) => void): void {
    const { agenda, broker, chance, faults, network } = this.#world;
    if (this.isCutOff) {
      agenda.after(1, this.actor, () => done(false));
      return;
    }
    const serve = () => {
      const stored = broker.publish(record.occurrenceKey, record.event);
      return stored;
    };
    const slowMs = faults.strikes("publish-ack-slow") ? chance.between(1, 2 * PUBLISH_DEADLINE_MS) : 0;
    network.call<Stored>(this.actor, broker.actor, PUBLISH_DEADLINE_MS, serve, (answer) => {
      const isStored = !isRefusal(answer) && !faults.strikes("publish-ack-lost");
      if (slowMs === 0) return done(isStored);
      agenda.after(slowMs, this.actor, () => done(isStored && slowMs < PUBLISH_DEADLINE_MS));
    });
  }

  cutOffUntilMs = 0;

  get isCutOff(): boolean {
    return this.#world.agenda.nowMs < this.cutOffUntilMs;
  }

  /** Publishes what waits, one after another, so that order is kept. */
  #drain(): void {
    if (this.#isDraining) return;
    const { agenda, mistakes, faults } = this.#world;
    const record = this.#records.find(({ isOnDisk, isPublished }) => isOnDisk && !isPublished);
    if (record === undefined) return;
    this.#isDraining = true;
    if (mistakes.trimsBeforeAck) this.#drop(record);
    this.#publish(record, (isStored) => {
      this.#isDraining = false;
      if (!isStored) return;
      record.isPublished = true;
      record.publishedAtMs = agenda.nowMs;
      faults.note("drained");
      if (!record.isJournal || mistakes.trimsJournalEarly) this.#drop(record);
      this.#drain();
    });
  }

  #drop(record: Record): void {
    const at = this.#records.indexOf(record);
    if (at >= 0) this.#records.splice(at, 1);
    this.#world.changed();
  }

  /** Asks the ledger, topic `ledger` of bus/src/ask.ts, which of the journaled events it has. */
  #confirm(): void {
    const { agenda, faults, network, store } = this.#world;
    const asked = this.#records.filter(({ isOnDisk, isPublished }) => isOnDisk && isPublished);
    if (asked.length === 0) return;
    const state = this.#world.anyState();
    const serve = () =>
      state.serve(() => asked.filter(({ event }) => store.event(event.eventId) !== undefined));
    network.call(this.actor, state.actor, PUBLISH_DEADLINE_MS, serve, (answer) => {
      if (isRefusal(answer)) return;
      for (const record of answer) this.#drop(record);
      for (const record of this.#records) {
        if (!record.isPublished || agenda.nowMs - record.publishedAtMs < REPUBLISH_AFTER_MS) continue;
        faults.note("published-again");
        record.isPublished = false;
      }
      this.#drain();
    });
  }

  holds(eventId: string): boolean {
    return this.#records.some((record) => record.isOnDisk && record.event.eventId === eventId);
  }

  /** Something of its disk has yet to go where it belongs. */
  get isHolding(): boolean {
    return this.#records.length > 0;
  }

  crash(): void {
    if (this.actor.isDown) return;
    this.actor.life++;
    this.actor.isDown = true;
    this.#records = this.#records.filter(({ isOnDisk }) => isOnDisk);
    this.#world.changed();
    this.#world.reviveLater(this.actor, RESTART_MS, () => this.#start());
  }
}
