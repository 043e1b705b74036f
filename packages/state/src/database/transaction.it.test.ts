import { connect, createServer, type Socket } from "node:net";
import { startTestPostgres, type TestPostgres, until } from "@vigil/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import { autoCommit, inTransaction, rows } from "./transaction.ts";

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());

/** Stands between client and server, and can fall silent without closing anything. */
async function startLine(url: URL) {
  let silent = false;
  const sockets = new Set<Socket>();
  const line = createServer((near) => {
    const far = connect(Number(url.port), url.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (data) => silent || to.write(data)).on("error", () => undefined);
      from.on("close", () => silent || to.destroy());
    }
  });
  await new Promise<void>((resolve) => line.listen(0, "127.0.0.1", resolve));
  const through = new URL(url);
  through.port = String((line.address() as { port: number }).port);
  return {
    url: through.href,
    fallSilent: () => {
      silent = true;
    },
    recover: () => {
      silent = false;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => line.close(resolve));
    },
  };
}

test("a server that falls silent is given up, and the next transaction has another connection", async () => {
  await using line = await startLine(new URL(await server.newDatabase()));
  const orm = await openDatabase(line.url, { pool: 2 });
  try {
    const select = () =>
      inTransaction(orm, (sql) => rows(sql, "select 1 as one", []), { answerTimeoutMs: 300 });
    expect(await select()).toEqual([{ one: 1 }]);
    line.fallSilent();
    await expect(select()).rejects.toThrow("Query read timeout");
    line.recover();
    expect(await select()).toEqual([{ one: 1 }]);
  } finally {
    await orm.close();
  }
});

test("a connection that is cut while its transaction says nothing fails that transaction and nothing else", async () => {
  const orm = await openDatabase(await server.newDatabase(), { pool: 2 });
  try {
    const cut = inTransaction(orm, async (sql) => {
      const [own] = await rows<{ pid: number }>(sql, "select pg_backend_pid() as pid", []);
      await rows(autoCommit(orm), "select pg_terminate_backend($1::int)", [own!.pid]);
      const isGone = async () =>
        (await rows(autoCommit(orm), "select 1 from pg_stat_activity where pid = $1::int", [own!.pid]))
          .length === 0;
      await until("the end of the connection", isGone);
      await rows(sql, "select 1 as one", []);
    });
    await expect(cut).rejects.toThrow("is not queryable");
    expect(await inTransaction(orm, (sql) => rows(sql, "select 1 as one", []))).toEqual([{ one: 1 }]);
  } finally {
    await orm.close();
  }
});
