import { Migrator } from "@mikro-orm/migrations";
import { MikroORM } from "@mikro-orm/postgresql";
import { type TlsMaterial, VigilError } from "@vigil/core";
import { ENTITIES } from "../entities/entities.ts";
import { Init } from "../migrations/0001-init.ts";
import { Replay } from "../migrations/0002-replay.ts";
import { Lives } from "../migrations/0003-lives.ts";
import { Guarantees } from "../migrations/0004-guarantees.ts";
import { Outages } from "../migrations/0005-outages.ts";
import { Traces } from "../migrations/0006-traces.ts";
import { Processes } from "../migrations/0007-processes.ts";
import { PlanClaims } from "../migrations/0008-plan-claims.ts";
import { DeletedActions } from "../migrations/0009-deleted-actions.ts";
import { PlanEfficacy } from "../migrations/0010-plan-efficacy.ts";
import { databaseTls } from "./database-tls.ts";

/** Every migration, in order. A released one is never changed: a correction is a new one. */
const MIGRATIONS = [
  { name: "0001_init", class: Init },
  { name: "0002_replay", class: Replay },
  { name: "0003_lives", class: Lives },
  { name: "0004_guarantees", class: Guarantees },
  { name: "0005_outages", class: Outages },
  { name: "0006_traces", class: Traces },
  { name: "0007_processes", class: Processes },
  { name: "0008_plan_claims", class: PlanClaims },
  { name: "0009_deleted_actions", class: DeletedActions },
  { name: "0010_plan_efficacy", class: PlanEfficacy },
];

/** Commits share disk flushes: 32 at once commit 20 times what one alone does. 24 leave room for two states. */
export const POOL_CONNECTIONS = 24;

/** Wait for a free or new connection, ms. Below the callers' deadline, so that they learn the reason. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Wait for the lock of a row, ms. Locks are held for milliseconds; longer means a stuck transaction. */
const LOCK_TIMEOUT_MS = 8_000;
/** Longest statement, ms: the deadline of the longest call. */
const STATEMENT_TIMEOUT_MS = 30_000;
/**
 * A transaction that says nothing for so long has lost its process, ms; its locks must go. The longest honest silence
 * is the relay's, while NATS takes its rows.
 */
const IDLE_TRANSACTION_TIMEOUT_MS = 20_000;

const UNVERIFIED =
  "the connection to PostgreSQL is encrypted, but whoever answers there is believed; name its authorities and use sslmode=verify-full";

export interface DatabaseOptions {
  /** Connections at most; two at least, since migrations hold one. */
  pool?: number;
  /** Authorities, certificate and key where the URL names none; see databaseTls. */
  tls?: TlsMaterial | undefined;
  /** Told what the driver has to say of lost connections and the like. */
  warn?: (text: string) => void;
}

/**
 * The database behind the ORM. Connects when first used; lost connections are replaced.
 * @param url postgresql://user:password@host:port/database, PostgreSQL 15 or later
 *   Its sslmode, sslrootcert, sslcert and sslkey are heeded, other parameters are not.
 * @throws VigilError invalid-input for a URL or TLS files that can't be read
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<MikroORM> {
  const { ssl, unverified } = databaseTls(new URL(checkUrl(url)), options.tls);
  if (unverified) options.warn?.(UNVERIFIED);
  return MikroORM.init({
    entities: ENTITIES,
    clientUrl: url,
    pool: { min: 0, max: options.pool ?? POOL_CONNECTIONS },
    driverOptions: {
      application_name: "vigil-state",
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
      keepAlive: true,
      ssl,
    },
    extensions: [Migrator],
    migrations: { migrationsList: MIGRATIONS, snapshot: false, silent: true },
    // The driver's own default prints to stdout.
    logger: (text) => options.warn?.(text),
    colors: false,
  });
}

function checkUrl(url: string): string {
  // The URL holds a password: it is never part of a message.
  if (URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol)) return url;
  throw new VigilError(
    "invalid-input",
    "The database URL can't be read; wanted postgresql://user:password@host:port/database.",
  );
}
