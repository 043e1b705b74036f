import { randomUUID } from "node:crypto";
import { type RunningServer, startPostgres } from "@vigil/embedded";
import pg from "pg";

/** A PostgreSQL for one test file, and empty databases on it. */
export interface TestPostgres {
  /** URL of a new, empty database. All of them go with stop(). */
  newDatabase(): Promise<string>;
  /** Ends the server, as a crash of the network would look to its clients. Not with TEST_DATABASE_URL. */
  stop(): Promise<void>;
}

/**
 * The server that TEST_DATABASE_URL names (its user must be allowed to create databases), else one of our own.
 * @param environment variables for the server, which then is one of our own
 */
export async function startTestPostgres(environment?: Record<string, string>): Promise<TestPostgres> {
  const given = environment === undefined ? process.env.TEST_DATABASE_URL : undefined;
  const own: RunningServer | undefined = given
    ? undefined
    : await startPostgres({ keepData: false, ...(environment && { environment }) });
  const url = given ?? own!.url;
  const names: string[] = [];
  return {
    async newDatabase() {
      const name = `vigil_test_${randomUUID().replaceAll("-", "")}`;
      await execute(url, `create database "${name}"`);
      names.push(name);
      const database = new URL(url);
      database.pathname = `/${name}`;
      return database.href;
    },
    async stop() {
      if (own) return own.stop();
      for (const name of names) await execute(url, `drop database if exists "${name}" with (force)`);
    },
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
