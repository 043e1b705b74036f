import { join } from "node:path";
import { ENVELOPE_BYTES_MAX } from "@vigil/edge";
import { findNatsServer, type RunningServer, startNats, startPostgres } from "@vigil/embedded";
import type { Logger } from "@vigil/service";
import type { Config } from "../config/settings.ts";

/** Addresses of the services that roles need, and those of them that this process runs. */
export interface Servers {
  databaseUrl: string;
  natsUrl: string;
  own: { name: string; server: RunningServer }[];
}

/**
 * PostgreSQL and NATS from the configuration, and of our own, with data kept below `dataDir`, where it names
 * none.
 * @throws VigilError as `startPostgres`, `startNats` and `findNatsServer`
 */
export async function startServers(config: Config, logger: Logger): Promise<Servers> {
  const starts = await Promise.allSettled([
    config.databaseUrl ?? startOwnPostgres(config, logger),
    config.natsUrl ?? startOwnNats(config, logger),
  ]);
  const [database, nats] = starts;
  const started = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  const own = started.flatMap((server) => (typeof server === "string" ? [] : [server]));
  if (database.status === "rejected" || nats.status === "rejected") {
    await Promise.all(own.map(({ server }) => server.stop()));
    throw [database, nats].find((start) => start.status === "rejected")?.reason;
  }
  return { databaseUrl: urlOf(database.value), natsUrl: urlOf(nats.value), own };
}

function urlOf(started: string | { server: RunningServer }): string {
  return typeof started === "string" ? started : started.server.url;
}

async function startOwnPostgres({ dataDir, cacheDir }: Config, logger: Logger) {
  const server = await startPostgres({ dir: join(dataDir, "postgres"), keepData: true, cacheDir });
  logger.info({ pid: server.pid }, "embedded PostgreSQL is up");
  return { name: "PostgreSQL", server };
}

async function startOwnNats({ dataDir, cacheDir, webhookBodyBytesMax }: Config, logger: Logger) {
  const onDownload = () => logger.info({ cacheDir }, "no nats-server found: unpacking Debian's package");
  const binary = await findNatsServer({ cacheDir, onDownload });
  // An own server takes whatever the edge is told to take.
  const maxPayloadBytes = webhookBodyBytesMax + ENVELOPE_BYTES_MAX;
  const server = await startNats({ dir: join(dataDir, "nats"), keepData: true, binary, maxPayloadBytes });
  logger.info({ pid: server.pid }, "embedded nats-server is up");
  return { name: "nats-server", server };
}
