/** What an operator asks of the broker: its release and limits, the room it has, how far the workers have come. */

import type { StreamInfo } from "nats";
import type { Bus } from "./connection.ts";
import { busError, JETSTREAM_ERROR, jetStreamErrorCode } from "./errors.ts";
import { EVENTS_CONSUMER, EVENTS_STREAM, STREAMS } from "./names.ts";

/** A limit that is not set. */
const UNLIMITED = -1;

export interface StreamFacts {
  name: string;
  messages: number;
  bytes: number;
  /** -1: no limit. */
  bytesMax: number;
  /** Copies that it is set to have. */
  replicas: number;
  /** Those of them that are there and up to date. */
  replicasCurrent: number;
}

/** What 2.10 and later add to the answer; the client's own type leaves it out. */
interface TimedInfo extends StreamInfo {
  ts?: string;
}

export interface BrokerFacts {
  server: string;
  /** Release of nats-server: "2.10.22". */
  version: string;
  /** Empty: the server stands alone. */
  cluster: string;
  payloadBytesMax: number;
  /** Room of the account for files; -1: no limit. */
  storeBytesMax: number;
  storeBytes: number;
  /** Those of Vigil that are there. */
  streams: StreamFacts[];
  /** Its wall clock, ms since 1970; undefined: a release that does not tell (before 2.10). */
  clockMs: number | undefined;
  /** The consumer that all workers share; undefined: there is none yet. */
  consumer: { pending: number; ackPending: number; redelivered: number } | undefined;
}

/**
 * Ten small requests, all of which every role's account may make.
 * @throws VigilError unavailable or deadline (no broker), forbidden or deadline (an account without these rights)
 */
export async function lookAtBroker(bus: Bus): Promise<BrokerFacts> {
  const { info } = bus.connection();
  try {
    const manager = await bus.manager();
    const { limits, storage } = await manager.getAccountInfo();
    const found = await Promise.all(
      STREAMS.map((name) => orUndefined(manager.streams.info(name), JETSTREAM_ERROR.streamNotFound)),
    );
    const infos: TimedInfo[] = found.filter((info) => info !== undefined);
    const streams = infos.map(factsOf);
    const [told] = infos.flatMap(({ ts }) => (ts === undefined ? [] : [Date.parse(ts)]));
    const consumer = streams.some(({ name }) => name === EVENTS_STREAM)
      ? await orUndefined(
          manager.consumers.info(EVENTS_STREAM, EVENTS_CONSUMER),
          JETSTREAM_ERROR.consumerNotFound,
        )
      : undefined;
    return {
      server: info?.server_name ?? "",
      version: info?.version ?? "",
      cluster: info?.cluster ?? "",
      payloadBytesMax: info?.max_payload ?? 0,
      storeBytesMax: limits.max_storage,
      storeBytes: storage,
      streams,
      clockMs: told,
      consumer: consumer && {
        pending: consumer.num_pending,
        ackPending: consumer.num_ack_pending,
        redelivered: consumer.num_redelivered,
      },
    };
  } catch (thrown) {
    throw busError("asking the broker about itself", thrown);
  }
}

function factsOf({ config, state, cluster }: StreamInfo): StreamFacts {
  // A server that stands alone tells of no cluster: it has the one copy there is.
  const others = cluster?.replicas?.filter(({ current, offline }) => current && offline !== true).length ?? 0;
  const hasLeader = cluster === undefined || Boolean(cluster.leader);
  return {
    name: config.name,
    messages: state.messages,
    bytes: state.bytes,
    bytesMax: config.max_bytes ?? UNLIMITED,
    replicas: config.num_replicas,
    replicasCurrent: others + (hasLeader ? 1 : 0),
  };
}

async function orUndefined<T>(asked: Promise<T>, code: number): Promise<T | undefined> {
  try {
    return await asked;
  } catch (thrown) {
    if (jetStreamErrorCode(thrown) === code) return undefined;
    throw thrown;
  }
}
