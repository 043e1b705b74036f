/**
 * The streams, buckets and the durable consumer that Vigil needs, and how they come to be. Each role calls
 * `ensureTopology` when it starts; several may do so at once, since every step ends in the same state
 * whoever does it.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { VigilError } from "@vigil/core";
import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  nanos,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "nats";
import type { Bus } from "./connection.ts";
import { busError, JETSTREAM_ERROR, jetStreamErrorCode } from "./errors.ts";
import {
  AUDITS_BUCKET,
  bucketStream,
  CHANGES_STREAM,
  CHANGES_SUBJECTS,
  EVENTS_CONSUMER,
  EVENTS_STREAM,
  EVENTS_SUBJECTS,
  HEADS_BUCKET,
  MODELS_BUCKET,
  objectStoreStream,
} from "./names.ts";
import { whileConnected } from "./while-connected.ts";

export interface TopologyOptions {
  /**
   * true: only looks whether all is there, for processes whose account at NATS may not make streams. Differing settings
   * are then the maker's matter. Default false.
   */
  lookOnly?: boolean;
  /** Copies of each stream: 1, or 3 on a cluster of NATS servers. Default 1. */
  replicas?: number;
  /** Room for events, bytes. Default 1 GiB: some 500,000 alarms; workers remove what they have handled. */
  eventsBytesMax?: number;
  /** Room for the change stream, bytes; the oldest go first. Default 256 MiB. */
  changesBytesMax?: number;
  /** Room for model snapshots, bytes. Default 2 GiB: 250 of 10,000 nodes with 200,000 instances. */
  modelsBytesMax?: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/**
 * None: by age the broker would remove what no worker has taken as well, and say nothing. The stream's room bounds it
 * (`discard: new`), and events-room.ts removes what is handled.
 */
const EVENTS_AGE_MAX_MS = 0;
/** At least the 10 minutes for which a queue in front of the sender may repeat an event alarm. */
const EVENTS_DUPLICATE_WINDOW_MS = 15 * MINUTE_MS;
/** A worker that died holds a message no longer than this. */
export const ACK_WAIT_MS = 30_000;
/** Events handed to workers and not acknowledged; far above what all workers of a cloud hold. */
const ACK_PENDING_MAX = 100_000;
/** How far back a subscriber can resume. */
const CHANGES_AGE_MAX_MS = 24 * HOUR_MS;
/** An outbox relay that dies before it marks a row as published repeats it soon after. */
const CHANGES_DUPLICATE_WINDOW_MS = 2 * MINUTE_MS;
/** Earlier pointers to models, for people who look into what happened. */
const HEADS_HISTORY = 16;
/**
 * For how long a stream must have been missing before it is made anew. nats-server 2.9 takes a deleted stream off its
 * list first and removes its files after that: a stream of the same name made in between loses its own files with them,
 * and what it stores can never be read (seen with 2.9.10, where the gap is some milliseconds).
 */
const DELETION_SETTLES_MS = 1_000;

/**
 * What the broker answers when somebody was faster: with other options, or (2.9.10) with the same ones at the same
 * moment. What is there now is compared as if it had always been.
 */
const TAKEN: ReadonlySet<number> = new Set([
  JETSTREAM_ERROR.streamNameInUse,
  JETSTREAM_ERROR.subjectsOverlap,
]);

type Settings = Partial<StreamConfig> & Pick<StreamConfig, "name" | "subjects">;

/** What a process has found or made on its broker: should it be missing later, it was lost. */
const knownByBus = new WeakMap<Bus, Set<string>>();

/** What one call does. */
interface Round {
  bus: Bus;
  manager: JetStreamManager;
  known: Set<string>;
  lookOnly: boolean;
  /** Names of what was missing and is made now. */
  made: string[];
  /** All streams that are wanted. */
  names: string[];
  /** Those of them that have been missing for so long that no deletion can be under way. */
  settled: Set<string>;
}

/**
 * Creates what is missing and updates what differs. Idempotent. What this process has seen before and is missing now
 * was lost, which is an error in the log; what it never saw is most likely not lost but new. (State, which has the
 * database to compare with, knows better.)
 * @throws VigilError unavailable or deadline (no broker), illegal-state when a stream exists with a
 *   setting that can't be changed, overloaded when the broker has no room
 */
export function ensureTopology(bus: Bus, options: TopologyOptions = {}): Promise<void> {
  return whileConnected(bus, "looking after the streams", async () => {
    const known = knownByBus.get(bus) ?? new Set();
    knownByBus.set(bus, known);
    const lookOnly = options.lookOnly ?? false;
    const wanted = streamSettings(options);
    const names = wanted.map(({ name }) => name);
    const manager = await bus.manager();
    const round: Round = { bus, manager, known, lookOnly, made: [], names, settled: new Set() };
    for (const settings of wanted) await ensureStream(round, settings);
    await ensureWorkersConsumer(round);
    if (round.made.length > 0) bus.logger.info({ made: round.made }, "streams were made on the broker");
  });
}

/** Notes what is there now, and says so where it was lost. */
function noteMade({ bus, known, made }: Round, name: string, lost: string): void {
  if (known.has(name)) bus.logger.error({ name }, lost);
  else made.push(name);
  known.add(name);
}

function streamSettings(options: TopologyOptions): Settings[] {
  const common = {
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    num_replicas: options.replicas ?? 1,
  };
  const bucket = (name: string, history: number): Settings => ({
    ...common,
    name: bucketStream(name),
    subjects: [`$KV.${name}.>`],
    max_msgs_per_subject: history,
    discard: DiscardPolicy.New,
    allow_rollup_hdrs: true,
    deny_delete: true,
  });
  return [
    {
      ...common,
      name: EVENTS_STREAM,
      subjects: [EVENTS_SUBJECTS],
      discard: DiscardPolicy.New,
      max_age: nanos(EVENTS_AGE_MAX_MS),
      max_bytes: options.eventsBytesMax ?? GIB,
      duplicate_window: nanos(EVENTS_DUPLICATE_WINDOW_MS),
    },
    {
      ...common,
      name: CHANGES_STREAM,
      subjects: [CHANGES_SUBJECTS],
      discard: DiscardPolicy.Old,
      max_age: nanos(CHANGES_AGE_MAX_MS),
      max_bytes: options.changesBytesMax ?? 256 * MIB,
      duplicate_window: nanos(CHANGES_DUPLICATE_WINDOW_MS),
    },
    bucket(AUDITS_BUCKET, 1),
    bucket(HEADS_BUCKET, HEADS_HISTORY),
    {
      ...common,
      name: objectStoreStream(MODELS_BUCKET),
      subjects: [`$O.${MODELS_BUCKET}.C.>`, `$O.${MODELS_BUCKET}.M.>`],
      discard: DiscardPolicy.New,
      max_bytes: options.modelsBytesMax ?? 2 * GIB,
      allow_rollup_hdrs: true,
    },
  ];
}

async function ensureStream(round: Round, wanted: Settings): Promise<void> {
  const { bus, manager, known } = round;
  const present = await streamConfig(manager, wanted.name);
  if (present !== undefined && round.lookOnly) return;
  if (present === undefined) return createStream(round, wanted);
  known.add(wanted.name);
  const differing = differences(wanted, present);
  if (differing.length === 0) return;
  try {
    await manager.streams.update(wanted.name, { ...present, ...wanted });
    bus.logger.warn(
      { stream: wanted.name, changed: differing },
      "settings of a stream differed and were updated",
    );
  } catch (thrown) {
    throw new VigilError(
      "illegal-state",
      `stream ${wanted.name} exists with other settings (${differing.join(", ")}) and the broker refuses to ` +
        `change them: ${busError("updating it", thrown).message} Correct the options, or save and delete the stream.`,
      { cause: thrown },
    );
  }
}

function missing(what: string): VigilError {
  return new VigilError(
    "unavailable",
    `${what} is missing on the broker; a process with the role state makes it. Start one.`,
  );
}

async function createStream(round: Round, wanted: Settings): Promise<void> {
  if (round.lookOnly) throw missing(`stream ${wanted.name}`);
  if (round.known.has(wanted.name) && !round.settled.has(wanted.name)) await deletionsSettled(round);
  try {
    await round.manager.streams.add(wanted);
    noteMade(round, wanted.name, "stream was missing and has been created: what was only in it is lost");
  } catch (thrown) {
    const code = jetStreamErrorCode(thrown);
    const isTaken = code !== undefined && TAKEN.has(code);
    if (isTaken && (await streamConfig(round.manager, wanted.name)) !== undefined)
      return ensureStream(round, wanted);
    if (code === JETSTREAM_ERROR.replicasNeedCluster) {
      const text = `creating stream ${wanted.name} with ${wanted.num_replicas} replicas: this nats-server is not part of a cluster. Set replicas to 1 or form a cluster of at least as many servers.`;
      throw new VigilError("invalid-input", text, { cause: thrown });
    }
    throw busError(`creating stream ${wanted.name}`, thrown);
  }
}

/** One wait for all that is missing at its start: who deletes one stream by hand often deletes them all. */
async function deletionsSettled({ manager, names, settled }: Round): Promise<void> {
  const gone: string[] = [];
  for (const name of names) if ((await streamConfig(manager, name)) === undefined) gone.push(name);
  await sleep(DELETION_SETTLES_MS);
  for (const name of gone) settled.add(name);
}

async function streamConfig(manager: JetStreamManager, name: string): Promise<StreamConfig | undefined> {
  try {
    return (await manager.streams.info(name)).config;
  } catch (thrown) {
    if (jetStreamErrorCode(thrown) === JETSTREAM_ERROR.streamNotFound) return undefined;
    throw busError(`looking for stream ${name}`, thrown);
  }
}

/** Creates or updates the durable consumer of VIGIL_EVENTS. */
async function ensureWorkersConsumer(round: Round): Promise<void> {
  const { bus, manager, known } = round;
  const wanted: Partial<ConsumerConfig> = {
    durable_name: EVENTS_CONSUMER,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ACK_WAIT_MS),
    max_deliver: -1,
    max_ack_pending: ACK_PENDING_MAX,
    deliver_policy: DeliverPolicy.All,
    replay_policy: ReplayPolicy.Instant,
  };
  const doing = `consumer ${EVENTS_CONSUMER} of ${EVENTS_STREAM}`;
  try {
    const { config } = await manager.consumers.info(EVENTS_STREAM, EVENTS_CONSUMER);
    known.add(EVENTS_CONSUMER);
    if (round.lookOnly) return;
    const differing = differences(wanted, config);
    if (differing.length === 0) return;
    await manager.consumers.update(EVENTS_STREAM, EVENTS_CONSUMER, wanted);
    bus.logger.warn({ consumer: EVENTS_CONSUMER, changed: differing }, "settings of a consumer were updated");
  } catch (thrown) {
    if (jetStreamErrorCode(thrown) !== JETSTREAM_ERROR.consumerNotFound) throw busError(doing, thrown);
    if (round.lookOnly) throw missing(doing);
    try {
      await manager.consumers.add(EVENTS_STREAM, wanted);
      const text = "consumer was missing and has been created: events that are still stored come again";
      noteMade(round, EVENTS_CONSUMER, text);
    } catch (cause) {
      throw busError(`creating ${doing}`, cause);
    }
  }
}

/** Names of settings whose present value is not the wanted one, as "name: present, wanted value". */
function differences(wanted: object, present: object): string[] {
  const differing: string[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    const found: unknown = Reflect.get(present, name);
    if (JSON.stringify(found) !== JSON.stringify(value)) {
      differing.push(`${name}: ${JSON.stringify(found)}, wanted ${JSON.stringify(value)}`);
    }
  }
  return differing;
}
