/** How the parts of a running system are set, from one look at it. */

import { bytesText, countText } from "../cli/units.ts";
import { doubt, type Finding, problem } from "./finding.ts";
import { poolFindings } from "./machine.ts";
import { isSilent, type System } from "./system.ts";

const POSTGRESQL_MIN = 15;
const GIB = 1_073_741_824;

export function installationFindings(system: System): Finding[] {
  return [...databaseFindings(system), ...pools(system)];
}

function databaseFindings({ database, processes }: System): Finding[] {
  const { version, settings, pool } = database;
  const findings: Finding[] = [];
  if (Number.parseInt(version, 10) < POSTGRESQL_MIN)
    findings.push(
      problem(
        "postgresql-version",
        `PostgreSQL ${version}`,
        `${POSTGRESQL_MIN} or later`,
        "upgrade it (pg_upgradecluster)",
      ),
    );
  for (const name of ["fsync", "full_page_writes"])
    if (settings[name] === "off")
      findings.push(
        problem(
          "postgresql-durability",
          `${name} is off`,
          "on: else a power cut may leave a database that can't be read",
          `alter system set ${name} = on; and reload: deploy/postgresql has all settings`,
        ),
      );
  if (settings.synchronous_commit === "off")
    findings.push(
      problem(
        "postgresql-durability",
        "synchronous_commit is off",
        "on (or local, remote_apply): an event is acknowledged to NATS after its commit, which must be on disk by then",
        "alter system set synchronous_commit = on; and reload",
      ),
    );
  const states = Math.max(
    1,
    processes.filter((process) => process.role === "state" && !isSilent(process)).length,
  );
  const room = Number(settings.max_connections ?? 0) - Number(settings.superuser_reserved_connections ?? 0);
  if (room < states * pool)
    findings.push(
      problem(
        "postgresql-connections",
        `${countText(room)} connections (max_connections), and ${states} state processes of ${pool} each`,
        `${countText(states * pool)} at least`,
        `set max_connections = ${states * pool + 20} and restart PostgreSQL, or lower VIGIL_DATABASE_CONNECTIONS`,
      ),
    );
  if (settings.server_encoding !== undefined && settings.server_encoding !== "UTF8")
    findings.push(
      problem(
        "postgresql-encoding",
        `the database is in ${settings.server_encoding}`,
        "UTF8",
        "make it anew: createdb --encoding UTF8 --template template0",
      ),
    );
  if (database.bytes > 50 * GIB)
    findings.push(
      doubt(
        "postgresql-size",
        `the database has ${bytesText(database.bytes)}`,
        "some GiB a year of a busy cloud",
        "see what is large (\\dt+ in psql), and whether VIGIL_SNAPSHOT_KEEP_DAYS is meant so",
      ),
    );
  return findings;
}

/** Of workers, as they say themselves. */
function pools({ processes }: System): Finding[] {
  return processes
    .filter((process) => process.role === "worker" && !isSilent(process))
    .flatMap(({ host, facts }) => {
      const { cores, memoryMiB, threads, heapMiB } = facts as Record<string, unknown>;
      const numbers = [cores, memoryMiB, threads, heapMiB];
      if (!numbers.every((value) => typeof value === "number")) return [];
      return poolFindings(`the worker on ${host}`, { cores, memoryMiB, threads, heapMiB } as Parameters<
        typeof poolFindings
      >[1]);
    });
}
