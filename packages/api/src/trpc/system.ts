import type { GetSystemResponse__Output } from "@vigil/proto";
import { z } from "zod";
import { present } from "../rows.ts";
import type { Services } from "./context.ts";
import { allowed, router } from "./init.ts";
import { headShape, time } from "./shapes.ts";
import { spoolOut, spoolShape } from "./verify.ts";

/** One role of one process. */
const processShape = z.strictObject({
  role: z.string(),
  /** UUID, made at each start. */
  instance: z.string(),
  host: z.string(),
  version: z.string(),
  startedAt: time,
  /** Since its last report, ms; reports come once a minute. */
  silentMs: z.number(),
  /** How far its clock was ahead of the database's, ms; negative: behind. */
  clockAheadMs: z.number(),
  /** Cores, memory, threads. */
  facts: z.record(z.string(), z.unknown()),
});

const databaseShape = z.strictObject({
  version: z.string(),
  clockMs: z.number(),
  /** As PostgreSQL shows them. */
  settings: z.record(z.string(), z.string()),
  /** Open now, of everybody. */
  connections: z.int(),
  /** That the answering state process may open. */
  pool: z.int(),
  bytes: z.number(),
});

const streamShape = z.strictObject({
  name: z.string(),
  messages: z.number(),
  bytes: z.number(),
  /** -1: no limit. */
  bytesMax: z.number(),
  /** Copies that it is set to have, and those that are there and up to date. */
  replicas: z.int(),
  replicasCurrent: z.int(),
});

const brokerShape = z.strictObject({
  server: z.string(),
  version: z.string(),
  /** Empty: the server stands alone. */
  cluster: z.string(),
  payloadBytesMax: z.number(),
  /** -1: no limit. */
  storeBytesMax: z.number(),
  storeBytes: z.number(),
  streams: z.array(streamShape),
  /** The consumer of all workers; null: there is none yet. */
  consumer: z
    .strictObject({
      /** Messages that no worker has taken. */
      pending: z.number(),
      /** Taken, and not acknowledged. */
      ackPending: z.number(),
      redelivered: z.number(),
    })
    .nullable(),
});

const countsShape = z.record(z.string(), z.number());

/** The whole system at one look. */
const systemShape = z.strictObject({
  /** Release of the state process that answered, and its wall clock, ms since 1970. */
  version: z.string(),
  clockMs: z.number(),
  /** Wall clock of the api process that asked it. */
  apiClockMs: z.number(),
  processes: z.array(processShape),
  database: databaseShape,
  /** null: it could not be asked; `brokerProblem` says why. */
  broker: brokerShape.nullable(),
  brokerProblem: z.string().nullable(),
  /** Of the edges that answered. */
  spools: z.array(spoolShape),
  /** Events on their way, and dead ones, by fate. */
  events: countsShape,
  /** Age of the oldest event that waits, ms; 0: none does. */
  oldestEventMs: z.number(),
  /** DUE, LIVE, and BLOCKED: due, and waiting for a plan under way. */
  runs: countsShape,
  /** For how long the run that is due longest could have been taken, ms. */
  oldestDueMs: z.number(),
  deadLettersOpen: z.number(),
  plans: countsShape,
  audits: countsShape,
  /** The newest model; null: none was imported, or the broker is away. */
  model: headShape.nullable(),
});

/** Who is there, what waits, and how database and broker are set. */
export const systemRouter = router({
  status: allowed("service:get_all")
    .output(systemShape)
    .query(async ({ ctx }) => {
      const { system, nowMs } = ctx.services;
      const [look, model] = await Promise.all([system.getSystem({}), modelHead(ctx.services)]);
      return { ...systemOut(look), apiClockMs: nowMs(), model };
    }),
});

/** With a broker that is away, the rest is worth showing. */
async function modelHead({ models, bus }: Services) {
  if (!bus.status().connected) return null;
  const head = await models.head("compute");
  return head === undefined
    ? null
    : { hash: head.hash, importedAt: head.importedAt, revision: head.revision };
}

/** What state answers, as `system.status` says it; without what only an api process knows. */
export function systemOut(look: GetSystemResponse__Output) {
  const { broker, brokerProblem } = look;
  const database = present(look.database, "GetSystem");
  return {
    version: look.version,
    clockMs: Number(look.clockMs),
    processes: look.processes.map(({ silentMs, clockAheadMs, factsJson, ...process }) => ({
      ...process,
      silentMs: Number(silentMs),
      clockAheadMs: Number(clockAheadMs),
      facts: JSON.parse(factsJson) as Record<string, unknown>,
    })),
    database: { ...database, clockMs: Number(database.clockMs), bytes: Number(database.bytes) },
    broker: broker && brokerOut(broker),
    brokerProblem: brokerProblem === "" ? null : brokerProblem,
    spools: look.spools.map(spoolOut),
    events: counts(look.events),
    oldestEventMs: Number(look.oldestEventMs),
    runs: counts(look.runs),
    oldestDueMs: Number(look.oldestDueMs),
    deadLettersOpen: Number(look.deadLettersOpen),
    plans: counts(look.plans),
    audits: counts(look.audits),
  };
}

function brokerOut({ consumer, streams, ...broker }: NonNullable<GetSystemResponse__Output["broker"]>) {
  return {
    ...broker,
    payloadBytesMax: Number(broker.payloadBytesMax),
    storeBytesMax: Number(broker.storeBytesMax),
    storeBytes: Number(broker.storeBytes),
    streams: streams.map(({ messages, bytes, bytesMax, ...stream }) => ({
      ...stream,
      messages: Number(messages),
      bytes: Number(bytes),
      bytesMax: Number(bytesMax),
    })),
    consumer: consumer && {
      pending: Number(consumer.pending),
      ackPending: Number(consumer.ackPending),
      redelivered: Number(consumer.redelivered),
    },
  };
}

function counts(given: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(Object.entries(given).map(([name, count]) => [name, Number(count)]));
}
