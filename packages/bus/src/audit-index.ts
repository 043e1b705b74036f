/**
 * The audit index: every audit's identity, type and state in the KV bucket `vigil_audits`, written by the
 * state service and followed by each edge in memory, so that a webhook needs no round trip to be checked.
 *
 * A replica may lag. So a miss is never believed at once: the replica first catches up with the leader's
 * last sequence as of a moment after the question. That makes a webhook right after the 201 of its audit
 * work at every edge, as the 201 is given after the index was written. Nor is it believed before state has said, by a
 * key of its own, that every audit is in the bucket: one that was lost and made again is empty at first.
 */

import { VigilError } from "@vigil/core";
import type { KV } from "nats";
import { type AuditIndexEntry, AuditMap, isNewerVersion } from "./audit-map.ts";
import type { Bus } from "./connection.ts";
import { JETSTREAM_ERROR, jetStreamErrorCode } from "./errors.ts";
import type { KeptPull } from "./kept-pull.ts";
import { keyValue } from "./key-value.ts";
import { AUDITS_BUCKET, bucketStream } from "./names.ts";
import { FreshFlight } from "./single-flight.ts";
import { readStream, type StreamMessage } from "./stream-reader.ts";
import { whileConnected } from "./while-connected.ts";

export type AuditLookup =
  | { found: AuditIndexEntry }
  /** The leader confirms that there is no such audit. */
  | { missing: true }
  /** The leader could not be asked in time, or has not been told of every audit yet: nothing is known. */
  | { unreachable: true };

export interface AuditIndex {
  /** Finds a live audit by integer id, UUID or name. Never throws. */
  lookup(ident: string): Promise<AuditLookup>;
  /** The first full copy is there (it may be old while the broker is away). */
  ready(): boolean;
  /** Audits known, deleted ones included. */
  size(): number;
  close(): Promise<void>;
}

export interface AuditIndexOptions {
  /** How long a miss may take to be confirmed. Default 1 s: the webhook's sender waits. */
  catchUpMs?: number;
}

const CATCH_UP_MS = 1_000;
const WINDOW_MESSAGES = 512;
const STREAM = bucketStream(AUDITS_BUCKET);
/** Key that is there when every audit is. */
const COMPLETE_KEY = "complete";
export const COMPLETE_SUBJECT = `$KV.${AUDITS_BUCKET}.${COMPLETE_KEY}`;

/**
 * Opens a replica; it fills in the background (`ready`).
 * The bucket must exist (`ensureTopology`); until it does, misses are answered `unreachable`.
 */
export async function openAuditIndex(bus: Bus, options: AuditIndexOptions = {}): Promise<AuditIndex> {
  return new Replica(bus, options.catchUpMs ?? CATCH_UP_MS);
}

class Replica implements AuditIndex {
  readonly #bus: Bus;
  readonly #catchUpMs: number;
  readonly #audits = new AuditMap();
  readonly #reader: KeptPull;
  readonly #lastSequence: FreshFlight<number>;
  readonly #waiting = new Set<() => void>();
  /** State has written every audit into the bucket as it is now. */
  #complete = false;
  /** Everything up to this sequence is in #audits; -1 before the first full copy. */
  #caughtUpWith = -1;

  constructor(bus: Bus, catchUpMs: number) {
    this.#bus = bus;
    this.#catchUpMs = catchUpMs;
    this.#lastSequence = new FreshFlight(() => leaderSequence(bus));
    this.#reader = readStream(bus, {
      what: "audit index",
      stream: STREAM,
      from: "latest",
      windowMessages: WINDOW_MESSAGES,
      onMessage: (message) => this.#take(message),
      onCaughtUp: (sequence) => this.#caughtUp(sequence),
      onReset: () => {
        this.#audits.clear();
        this.#complete = false;
        this.#caughtUpWith = -1;
      },
    });
  }

  #take(message: StreamMessage): void {
    try {
      if (message.message.subject === COMPLETE_SUBJECT) this.#complete = message.message.data.length > 0;
      else {
        const entry = readEntry(message.message.data);
        if (entry !== undefined) this.#audits.apply(entry);
      }
    } catch (thrown) {
      this.#bus.logger.error(
        { err: thrown, sequence: message.sequence },
        "entry of the audit index can't be read",
      );
    }
    message.release();
    if (this.#caughtUpWith >= 0) this.#caughtUp(message.sequence);
  }

  #caughtUp(sequence: number): void {
    this.#caughtUpWith = Math.max(this.#caughtUpWith, sequence);
    for (const look of [...this.#waiting]) look();
  }

  async lookup(ident: string): Promise<AuditLookup> {
    const found = this.#audits.find(ident);
    if (found !== undefined) return { found };
    if (!(await this.#catchUp())) return { unreachable: true };
    const late = this.#audits.find(ident);
    if (late !== undefined) return { found: late };
    return this.#complete ? { missing: true } : { unreachable: true };
  }

  /** True when the replica has everything that the leader had at some moment after the call. */
  async #catchUp(): Promise<boolean> {
    const deadline = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => deadline.resolve(undefined), this.#catchUpMs);
    try {
      const goal = await Promise.race([this.#lastSequence.run(), deadline.promise]);
      if (goal === undefined) return false;
      const reached = await Promise.race([this.#reach(goal), deadline.promise]);
      // A goal that is never reached means that the reader stands still, or that its last message was purged.
      if (reached !== true) this.#reader.restart(`sequence ${goal} was not reached in ${this.#catchUpMs} ms`);
      return reached === true;
    } catch (thrown) {
      this.#bus.logger.warn({ err: thrown }, "audit index can't ask the leader, a miss stays unconfirmed");
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  #reach(goal: number): Promise<true> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.#caughtUpWith < goal) return;
        this.#waiting.delete(look);
        resolve(true);
      };
      this.#waiting.add(look);
      look();
    });
  }

  ready(): boolean {
    return this.#caughtUpWith >= 0;
  }

  size(): number {
    return this.#audits.size;
  }

  close(): Promise<void> {
    return this.#reader.stop();
  }
}

async function leaderSequence(bus: Bus): Promise<number> {
  const manager = await bus.manager();
  return (await manager.streams.info(STREAM)).state.last_seq;
}

/** Which bucket it is: one that was lost and made again has another mark. @throws VigilError unavailable, deadline */
export function auditIndexMark(bus: Bus): Promise<string> {
  return whileConnected(bus, "asking when the audit index was made", async () => {
    return (await (await bus.manager()).streams.info(STREAM)).created;
  });
}

/**
 * Says that every audit has been written since the bucket had this mark: from then on edges believe that an audit they
 * do not find does not exist.
 * @throws VigilError conflict when the bucket was made again meanwhile, unavailable, deadline
 */
export async function completeAuditIndex(bus: Bus, mark: string): Promise<void> {
  if ((await auditIndexMark(bus)) !== mark) {
    throw new VigilError("conflict", "the audit index was lost while it was being written; write it again");
  }
  await whileConnected(bus, "saying that the audit index is complete", async () => {
    await (await keyValue(bus, AUDITS_BUCKET)).put(COMPLETE_KEY, JSON.stringify({ schema: 1 }));
  });
}

/** How often a write that lost a race is tried again; each loss means that somebody else wrote. */
const WRITE_ATTEMPTS_MAX = 20;
/** Audits whose last write a process remembers; some 20 MB. */
const REMEMBERED_MAX = 100_000;

/** What this process last wrote or read of an audit: mostly still true, which saves the read of each write. */
interface Remembered {
  version: string;
  revision: number;
}

const rememberedByBus = new WeakMap<Bus, Map<string, Remembered>>();

/**
 * Writes an audit's entry unless the index has this version or a later one. Resolves when the leader has
 * stored it.
 * @throws VigilError unavailable, deadline, conflict (lost every race)
 */
export function writeAuditIndex(bus: Bus, entry: AuditIndexEntry): Promise<void> {
  const doing = `writing audit ${entry.uuid} into the audit index`;
  return whileConnected(bus, doing, () => write(bus, entry, doing));
}

async function write(bus: Bus, entry: AuditIndexEntry, doing: string): Promise<void> {
  const remembered = rememberedByBus.get(bus) ?? new Map<string, Remembered>();
  rememberedByBus.set(bus, remembered);
  const bucket = await keyValue(bus, AUDITS_BUCKET);
  const data = JSON.stringify({ schema: 1, ...entry });
  for (let attempt = 1; attempt <= WRITE_ATTEMPTS_MAX; attempt++) {
    const guess = remembered.get(entry.uuid);
    remembered.delete(entry.uuid);
    // The guess is good for a write, since compare-and-set finds out when it is wrong; never for leaving a
    // write out: the broker may have lost its data since.
    const useGuess = guess !== undefined && isNewerVersion(entry.version, guess.version);
    const present = useGuess ? guess : await readPresent(bucket, entry.uuid);
    if (present !== undefined && !isNewerVersion(entry.version, present.version)) return;
    try {
      const revision = await bucket.put(entry.uuid, data, { previousSeq: present?.revision ?? 0 });
      remember(remembered, entry.uuid, { version: entry.version, revision });
      return;
    } catch (thrown) {
      if (jetStreamErrorCode(thrown) !== JETSTREAM_ERROR.wrongLastSequence) throw thrown;
    }
  }
  throw new VigilError(
    "conflict",
    `${doing}: ${WRITE_ATTEMPTS_MAX} attempts lost against other writers. Try again.`,
  );
}

async function readPresent(bucket: KV, uuid: string): Promise<Remembered | undefined> {
  const stored = await bucket.get(uuid);
  if (stored === null) return undefined;
  // A deleted key still has a revision to compare with.
  return { version: readEntry(stored.value)?.version ?? "-1", revision: stored.revision };
}

function remember(remembered: Map<string, Remembered>, uuid: string, written: Remembered): void {
  remembered.set(uuid, written);
  if (remembered.size <= REMEMBERED_MAX) return;
  const [oldest] = remembered.keys();
  if (oldest !== undefined) remembered.delete(oldest);
}

/**
 * An entry as JSON; undefined for a key that was deleted (an operator's doing). Unknown members are left
 * to newer versions.
 * @throws VigilError internal when it is neither
 */
export function readEntry(data: Uint8Array): AuditIndexEntry | undefined {
  if (data.length === 0) return undefined;
  const value: Record<string, unknown> = JSON.parse(new TextDecoder().decode(data));
  const { uuid, id, name, type, state, version, deleted } = value;
  if (
    typeof uuid !== "string" ||
    typeof id !== "string" ||
    typeof name !== "string" ||
    typeof type !== "string" ||
    typeof state !== "string" ||
    typeof version !== "string" ||
    !/^[0-9]+$/.test(version) ||
    !/^[0-9]+$/.test(id) ||
    typeof deleted !== "boolean"
  ) {
    throw new VigilError("internal", "an entry of the audit index lacks a member or has one of another type");
  }
  return { uuid, id, name, type, state, version, deleted };
}
