import { type Server, status } from "@grpc/grpc-js";
import { VigilError } from "@vigil/core";
import { afterEach, describe, expect, test } from "vitest";
import type { RunServiceImpl } from "./calls.ts";
import { connectState, type StateClient } from "./client.ts";
import { INTERNAL_ERROR_TEXT } from "./errors.ts";
import { createStateServer, type ListeningServer, listenStateServer, registerRunService } from "./server.ts";

/** Both borders over a real socket on loopback. */

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const refuse = async (): Promise<never> => {
  throw new VigilError("internal", "not part of this test");
};
const idle: RunServiceImpl = {
  ingest: refuse,
  claim: async () => ({ leases: [] }),
  heartbeat: refuse,
  complete: refuse,
  release: refuse,
};

interface Served {
  port: number;
  logged: object[];
  listening: ListeningServer;
}

async function serve(impl: Partial<RunServiceImpl>, port = 0, graceMs?: number): Promise<Served> {
  const logged: object[] = [];
  const server: Server = createStateServer();
  registerRunService(server, { ...idle, ...impl }, { error: (fields) => logged.push(fields) });
  const listening = await listenStateServer(server, {
    host: "127.0.0.1",
    port,
    ...(graceMs === undefined ? {} : { graceMs }),
  });
  closers.push(() => listening.stop());
  return { port: listening.port, logged, listening };
}

function connect(ports: number[], deadlines = {}): StateClient {
  const address = ports.map((port) => `127.0.0.1:${port}`).join(",");
  const client = connectState({ address, deadlines });
  closers.push(() => client.close());
  return client;
}

/** The error of a call that has to fail. */
async function failure(call: Promise<unknown>): Promise<VigilError> {
  const outcome = await call.then(
    () => new Error("the call should have failed"),
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(VigilError);
  return outcome as VigilError;
}

describe("the gRPC border", () => {
  test("requests and answers arrive whole: 64-bit numbers as text, bytes, optional members, oneof", async () => {
    const seen: unknown[] = [];
    const { port } = await serve({
      ingest: async (request) => {
        seen.push(request);
        return { outcome: "STARTED", lease: { token: "9007199254740993", seed: 4_294_967_295 } };
      },
      complete: async (request) => {
        seen.push([request.result, request.plan?.efficacyIndicators]);
        return { outcome: "RECORDED" };
      },
    });
    const { runs } = connect([port]);
    const answer = await runs.ingest({
      event: { receivedAtMs: "1795366133723", body: Buffer.from([0, 255]) },
    });
    expect(answer.lease?.token).toBe("9007199254740993");
    expect(answer.lease?.seed).toBe(4_294_967_295);
    expect(answer.lease?.eventIds).toEqual([]);
    expect(seen[0]).toMatchObject({
      canRun: false,
      event: { receivedAtMs: "1795366133723", body: Buffer.from([0, 255]), auditUuid: "" },
    });
    await runs.complete({ plan: { efficacyIndicators: [{ name: "a", value: 0.5 }] } });
    expect(seen[1]).toEqual(["plan", [{ name: "a", description: "", value: 0.5 }]]);
    expect((await runs.complete({ failure: { kind: "internal" } })).actionPlanUuid).toBe("");
    expect(seen[2]).toEqual(["failure", undefined]);
  });

  test("a VigilError arrives as it was thrown, a bug as internal with a fixed text and a log line", async () => {
    const { port, logged } = await serve({
      claim: async () => {
        throw new VigilError("illegal-state", "token 3 seen, 4 wanted: ü\n次", { details: { token: "4" } });
      },
      heartbeat: () => {
        throw new TypeError("secret of state");
      },
    });
    const { runs } = connect([port]);
    const refused = await failure(runs.claim({}));
    expect(refused).toMatchObject({
      kind: "illegal-state",
      message: "token 3 seen, 4 wanted: ü\n次",
      details: { token: "4" },
    });
    const bug = await failure(runs.heartbeat({}));
    expect(bug).toMatchObject({ kind: "internal", message: INTERNAL_ERROR_TEXT });
    expect(logged).toMatchObject([
      { method: "/vigil.v1.RunService/Heartbeat", err: { message: "secret of state" } },
    ]);
  });

  test("the longest error text and details fit", async () => {
    const { port } = await serve({
      claim: async () => {
        throw new VigilError("conflict", "次".repeat(4_000), { details: { x: "y".repeat(8_000) } });
      },
    });
    const error = await failure(connect([port]).runs.claim({}));
    expect(error).toMatchObject({
      kind: "conflict",
      message: "次".repeat(4_000),
      details: { x: "y".repeat(8_000) },
    });
  });

  test("UNAVAILABLE is tried again, nothing else is", async () => {
    const tries = { claim: 0, release: 0 };
    const { port } = await serve({
      claim: async () => {
        tries.claim += 1;
        if (tries.claim < 3) throw new VigilError("unavailable", "PostgreSQL is away");
        return { leases: [] };
      },
      release: async () => {
        tries.release += 1;
        throw new VigilError("conflict", "no");
      },
    });
    const { runs } = connect([port]);
    expect(await runs.claim({})).toEqual({ leases: [] });
    expect(await failure(runs.release({}))).toMatchObject({ kind: "conflict" });
    expect(tries).toEqual({ claim: 3, release: 1 });
  });

  test("a call that is not answered ends at its deadline and says so", async () => {
    const { port } = await serve({ heartbeat: () => new Promise<never>(() => {}) }, 0, 10);
    const error = await failure(connect([port], { heartbeatMs: 60 }).runs.heartbeat({}));
    expect(error.kind).toBe("deadline");
    expect(error.message).toContain("did not answer Heartbeat within 60 ms");
  });

  test("an address where nobody listens is unavailable and not ready", async () => {
    const { port, listening } = await serve({});
    await listening.stop();
    const client = connect([port]);
    const error = await failure(client.runs.claim({}));
    expect(error.kind).toBe("unavailable");
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(client.ready()).toBe(false);
  });

  test("several addresses share the calls, and one of them may stop", async () => {
    const counts = [0, 0];
    const impl = (index: number): Partial<RunServiceImpl> => ({
      claim: async () => {
        counts[index]! += 1;
        return {};
      },
    });
    const first = await serve(impl(0));
    const second = await serve(impl(1));
    const client = connect([first.port, second.port]);
    await expect
      .poll(async () => {
        await client.runs.claim({});
        return Math.min(...counts);
      })
      .toBeGreaterThan(0);
    await first.listening.stop();
    const before = counts[1]!;
    for (let call = 0; call < 10; call += 1) await client.runs.claim({});
    expect(counts[1]! - before).toBe(10);
    expect(client.ready()).toBe(true);
  });

  test("a host may be a name, and a server that comes back is found", async () => {
    const { port, listening } = await serve({});
    const client = connectState({ address: `localhost:${port}` });
    closers.push(() => client.close());
    await client.runs.claim({});
    expect(client.ready()).toBe(true);
    await listening.stop();
    await expect.poll(() => client.ready()).toBe(false);
    await serve({}, port);
    await expect.poll(() => client.ready(), { timeout: 5_000 }).toBe(true);
    await client.runs.claim({});
  });

  test("a message above the limit is refused at once, not retried", async () => {
    const { port } = await serve({});
    const body = Buffer.alloc(64 * 1024 * 1024);
    const error = await failure(connect([port]).runs.ingest({ event: { body } }));
    expect(error.kind).toBe("invalid-input");
    expect(error.cause).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });

  test("stop lets a call in flight end, and cuts it after the grace time", async () => {
    let answer = (): void => {};
    const started = Promise.withResolvers<void>();
    const { port, listening } = await serve({
      claim: () => {
        started.resolve();
        return new Promise((resolve) => {
          answer = () => resolve({ leases: [{ runId: "r" }] });
        });
      },
    });
    const inFlight = connect([port]).runs.claim({});
    await started.promise;
    const stopped = listening.stop();
    answer();
    expect((await inFlight).leases[0]?.runId).toBe("r");
    await stopped;

    const begun = Promise.withResolvers<void>();
    const stuck = await serve(
      {
        claim: () => {
          begun.resolve();
          return new Promise<never>(() => {});
        },
      },
      0,
      50,
    );
    const cut = failure(connect([stuck.port], { writeMs: 3_000 }).runs.claim({}));
    await begun.promise;
    await stuck.listening.stop();
    expect(await cut).toMatchObject({ kind: "unavailable" });
  });

  test("a port that is taken is an error that names it", async () => {
    const { port } = await serve({});
    await expect(serve({}, port)).rejects.toThrow(`can't listen on 127.0.0.1:${port}`);
  });
});
