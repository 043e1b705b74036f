import type { MikroORM } from "@mikro-orm/postgresql";
import type { Bus, TopologyOptions } from "@vigil/bus";
import { wake } from "@vigil/bus";
import { type EventMode, GOALS, SCORING_ENGINES, STRATEGIES, type TlsMaterial } from "@vigil/core";
import {
  createStateServer,
  listenStateServer,
  observed,
  registerEditService,
  registerPlanService,
  registerRecordService,
  registerRunService,
  registerSystemService,
  registerVerifyService,
} from "@vigil/proto";
import {
  type Logger,
  Metrics,
  type Presence,
  type ProcessIdentity,
  type ProcessReport,
  type Role,
  startPresence,
  within,
} from "@vigil/service";
import { BrokerOwner } from "./broker/broker-owner.ts";
import { BrokerWatch } from "./broker/broker-watch.ts";
import type { Catalogue } from "./database/catalogue.ts";
import { openDatabase, POOL_CONNECTIONS } from "./database/database.ts";
import { guarded } from "./database/guard.ts";
import { DatabaseWatch } from "./database/readiness.ts";
import { autoCommit } from "./database/transaction.ts";
import { createEditService } from "./edits/edit-service.ts";
import { answerKnownEvents } from "./ledger/known-events.ts";
import { countTransactions, StateCounts } from "./metrics/counts.ts";
import { showSystem } from "./metrics/system.ts";
import { OutboxRelay } from "./outbox/relay.ts";
import { createPlanService } from "./plans/plan-service.ts";
import { createRecordService } from "./records/record-service.ts";
import { createRunService } from "./runs/run-service.ts";
import { createScheduler } from "./schedule/scheduler.ts";
import { reportProcess } from "./system/processes.ts";
import { createSystemService } from "./system/system-service.ts";
import { createVerifyService } from "./verify/verify-service.ts";

export interface StateOptions {
  /** postgresql://user:password@host:port/database, PostgreSQL 15 or later. */
  databaseUrl: string;
  /** Address of the gRPC service. Port 0 takes a free one. */
  host: string;
  port: number;
  /** Of the gRPC service; left out: plain. With its `ca`, callers need a certificate by that authority. */
  tls?: TlsMaterial | undefined;
  /** To PostgreSQL, where the URL does not say it. */
  databaseTls?: TlsMaterial | undefined;
  /** Connected or not; its topology must be made by whoever composes the process. */
  bus: Bus;
  logger: Logger;
  /** Where it counts. Default: where nobody looks. */
  metrics?: Metrics;
  eventMode: EventMode;
  /** Time without a heartbeat after which a run goes to another worker, a plan to another applier, ms. */
  leaseMs?: number;
  /** Attempts of a run before it becomes a dead letter. */
  maxAttempts?: number;
  /** Failed runs in a row after which a CONTINUOUS audit is FAILED. */
  continuousMaxFailures?: number;
  /** Age in hours at which an action plan that nobody started is SUPERSEDED; 0: never. */
  actionPlanExpiryHours?: number;
  /** Seconds between looks for such plans. */
  checkPeriodicIntervalS?: number;
  /** Connections to PostgreSQL at most. */
  pool?: number;
  /** Settings for the streams, should they have to be made again. */
  topology?: TopologyOptions;
  /** Id of the database that this one may take the broker from. */
  takeBrokerFrom?: string;
  /** Days for which a model snapshot is kept after the last run that names it. */
  snapshotKeepDays?: number;
  /** Who this process is, in the list of processes. */
  identity?: ProcessIdentity;
  /** Default: what core implements. */
  catalogue?: Catalogue;
}

export interface StateRole extends Role {
  readonly name: "state";
  /** The port in use, also when 0 was asked for. */
  readonly port: number;
}

/** Longest wait for the first comparison with the broker, ms, before calls are served. */
const FIRST_LOOK_MS_MAX = 5_000;

/**
 * Starts the state role. Resolves when the port is taken; the database is then prepared in the background, and
 * calls are answered `unavailable` until it is ready.
 * @throws VigilError unavailable when the port can't be had, invalid-input for a database URL that can't be read
 */
export async function startState(options: StateOptions): Promise<StateRole> {
  const { bus, logger } = options;
  const orm = await openDatabase(options.databaseUrl, {
    ...(options.pool === undefined ? {} : { pool: options.pool }),
    tls: options.databaseTls,
    warn: (text) => logger.warn(text),
  });
  const metrics = options.metrics ?? new Metrics();
  countTransactions(orm, metrics, options.pool ?? POOL_CONNECTIONS);
  const counts = new StateCounts(metrics);
  const owner = new BrokerOwner({ ...options, orm });
  const relay = new OutboxRelay({ orm, bus, logger, counts, ensureOurs: () => owner.ensureOurs() });
  const wakeWorkers = () => wake(bus, "run");
  const wakeAppliers = () => wake(bus, "plan");
  const notifyCommitted = () => relay.notifyCommitted();
  const told = { notifyCommitted, wakeWorkers, wakeAppliers };
  const runs = createRunService({ orm, logger, options, ...told, counts });
  const plans = createPlanService({ orm, logger, options, ...told, counts });
  const scheduler = createScheduler({ orm, logger, options, notifyCommitted, wakeWorkers });
  // What a user created or changed may be an audit whose time has come.
  const noticed = {
    notifyCommitted: () => {
      notifyCommitted();
      scheduler.lookSoon();
    },
    whenPublished: relay.whenPublished.bind(relay),
  };
  const records = createRecordService({ orm, logger, relay: noticed, wakeWorkers });
  const { eventMode } = options;
  const edits = createEditService({ orm, logger, relay: noticed, eventMode, wakeWorkers, wakeAppliers });
  const broker = new BrokerWatch({ ...options, orm, owner, indexIsDue: () => relay.indexIsDue() });
  let presence: Presence | undefined;
  const database = new DatabaseWatch({
    orm,
    logger,
    catalogue: options.catalogue ?? {
      goals: GOALS,
      strategies: STRATEGIES,
      scoringEngines: SCORING_ENGINES,
    },
    // A database that was restored from a backup is found out for sure before the first event is taken into it.
    beforeServing: async () => void (await within(broker.look(), FIRST_LOOK_MS_MAX)),
    onPrepared: () => {
      void broker.start();
      relay.start();
      runs.start();
      scheduler.start();
      plans.start();
      presence = ownPresence(orm, options);
    },
  });

  showSystem(metrics, orm, bus, () => database.isPrepared);
  const served = <Impl extends object>(impl: Impl) =>
    observed(
      guarded(impl, () => {
        database.check();
        owner.check();
      }),
      counts.onCall,
    );
  const server = createStateServer();
  registerRunService(server, served(runs), logger);
  registerRecordService(server, served(records), logger);
  registerEditService(server, served(edits), logger);
  registerPlanService(server, served(plans), logger);
  registerVerifyService(server, served(createVerifyService({ orm, bus })), logger);
  const system = {
    orm,
    bus,
    version: options.identity?.version ?? "",
    pool: options.pool ?? POOL_CONNECTIONS,
  };
  registerSystemService(server, served(createSystemService(system)), logger);
  const listening = await listenStateServer(server, options).catch(async (thrown: unknown) => {
    await orm.close();
    throw thrown;
  });
  const knownEvents = answerKnownEvents(bus, async () => {
    database.check();
    // By "known" an edge lets its journal go: of another database's broker this one can't say it.
    await owner.ensureOurs();
    return autoCommit(orm);
  });
  database.start();
  logger.info({ host: options.host, port: listening.port }, "The state service listens");

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    knownEvents.stop();
    await listening.stop();
    // In this order: nobody starts what the next one would still need.
    await database.stop();
    await scheduler.stop();
    await runs.stop();
    await plans.stop();
    await broker.stop();
    owner.stop();
    await relay.stop();
    await presence?.stop();
    await orm.close();
  };
  return {
    name: "state",
    port: listening.port,
    readiness: () => [database.readiness(), natsReadiness(bus), owner.readiness(), relay.readiness()],
    stop: () => (stopping ??= stop()),
  };
}

/** What others tell over gRPC, state writes itself. */
function ownPresence(orm: MikroORM, { identity, logger }: StateOptions): Presence | undefined {
  if (identity === undefined) return undefined;
  const report = (own: ProcessReport) =>
    reportProcess(autoCommit(orm), { ...own, clockAheadMs: String(own.clockAheadMs) });
  return startPresence("state", identity, report, logger);
}

function natsReadiness(bus: Bus) {
  const { connected, detail } = bus.status();
  return { name: "nats", ready: connected, ...(detail === undefined ? {} : { detail }) };
}
