/** (a) Authenticated webhooks at the edge against a bare server that publishes the same message. */

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findFreePort } from "@vigil/embedded";
import { until } from "@vigil/testkit";
import { startSystem } from "../test/harness/system.ts";
import { cpuSeconds, median, ms, percent, percentile, perSecond, progress, type Row } from "./figures.ts";
import { closedLoop, openLoop, type Shot } from "./http-load.ts";

const ROUNDS = 5;
const REQUESTS = 4_000;
const CONNECTIONS = 64;
const FRESH_TOKENS = 2_000;
const LATENCY_ROUNDS = 5;
const LATENCY_SECONDS = 3;

const recorded = JSON.parse(
  readFileSync(new URL("../test/data/aodh/recorded-requests.json", import.meta.url), "utf8"),
) as { requests: { body: { reason_data: { event: { message_id: string } } } }[] };

export async function webhooks(): Promise<Row[]> {
  const system = await startSystem({ durable: true });
  const bare = { port: await findFreePort(), child: undefined as ReturnType<typeof spawn> | undefined };
  try {
    await system.start("state");
    const api = await system.start("api");
    const audit = await system.createAudit(api);
    await api.kill("SIGTERM");
    // One sender and one audit far above what honest ones do: the limits are not what is measured.
    const edge = await system.start("edge", {
      VIGIL_WEBHOOK_SOURCE_PER_SECOND_MAX: "0",
      VIGIL_WEBHOOK_AUDIT_PER_SECOND_MAX: "0",
    });
    const script = fileURLToPath(new URL("bare-publisher.ts", import.meta.url));
    bare.child = spawn(process.execPath, [script, String(bare.port)], {
      stdio: "inherit",
      env: { ...process.env, BARE_NATS: JSON.stringify(system.natsOptions) },
    });
    const bareOrigin = `http://127.0.0.1:${bare.port}`;
    await until(
      "the bare server",
      async () => (await fetch(bareOrigin, { method: "POST", body: "{}", headers: { "x-meta": "m" } })).ok,
    );

    const shot =
      (token: (n: number) => string) =>
      (n: number): Shot => ({
        path: `/v1/webhooks/${audit}`,
        headers: {
          "content-type": "application/json",
          "x-auth-token": token(n),
          "x-openstack-request-id": `req-${randomUUID()}`,
          "x-meta": "m".repeat(500),
        },
        body: eventBody(),
      });
    const same = shot(() => system.token);
    const rounds = { edge: [] as number[], bare: [] as number[], ratio: [] as number[], cpu: [] as number[] };
    for (let round = 0; round <= ROUNDS; round++) {
      const edgeCpu = cpuSeconds(edge.pid);
      const one = await closedLoop(edge.healthUrl, CONNECTIONS, REQUESTS, same);
      const edgeUsed = cpuSeconds(edge.pid) - edgeCpu;
      const bareCpu = cpuSeconds(bare.child.pid!);
      const other = await closedLoop(bareOrigin, CONNECTIONS, REQUESTS, same);
      const bareUsed = cpuSeconds(bare.child.pid!) - bareCpu;
      if (one.refused + other.refused > 0)
        throw new Error(`${one.refused} + ${other.refused} requests were refused`);
      progress(`round ${round}: edge ${perSecond(one.perSecond)}, bare ${perSecond(other.perSecond)}`);
      // The first round warms both up.
      if (round === 0) continue;
      rounds.edge.push(one.perSecond);
      rounds.bare.push(other.perSecond);
      rounds.ratio.push(one.perSecond / other.perSecond);
      rounds.cpu.push(edgeUsed / bareUsed);
    }
    const half = { edge: [] as number[][], bare: [] as number[][] };
    const rate = median(rounds.edge) / 2;
    for (let round = 0; round < LATENCY_ROUNDS; round++) {
      const requests = Math.ceil(rate * LATENCY_SECONDS);
      half.edge.push((await openLoop(edge.healthUrl, rate, requests, same)).latenciesMs);
      half.bare.push((await openLoop(bareOrigin, rate, requests, same)).latenciesMs);
    }
    const p99 = (roundsOf: number[][]) => median(roundsOf.map((latencies) => percentile(latencies, 0.99)));
    const p50 = (roundsOf: number[][]) => median(roundsOf.map(median));

    const tokens = Array.from({ length: FRESH_TOKENS }, (_, n) =>
      system.keystone.issueToken({ user: `aodh-${n}`, project: "admin", roles: ["admin"] }),
    );
    const fresh = await closedLoop(
      edge.healthUrl,
      CONNECTIONS,
      FRESH_TOKENS,
      shot((n) => tokens[n]!),
    );
    if (fresh.refused > 0) throw new Error(`${fresh.refused} requests with fresh tokens were refused`);
    return [
      {
        what: "webhooks/s, authenticated (token cached)",
        measured: perSecond(median(rounds.edge)),
        bare: perSecond(median(rounds.bare)),
        ratio: `${percent(median(rounds.ratio))} of the bare rate; ${median(rounds.cpu).toFixed(2)}x its CPU per request`,
        target: "≥ 40 %, aim 70 %",
      },
      {
        what: `edge latency at half load (${perSecond(rate)})`,
        measured: `p50 ${ms(p50(half.edge))}, p99 ${ms(p99(half.edge))}`,
        bare: `p50 ${ms(p50(half.bare))}, p99 ${ms(p99(half.bare))}`,
        ratio: `p99 ${(p99(half.edge) / p99(half.bare)).toFixed(1)}x`,
        target: "p99 ≤ 25 ms, aim 10 ms",
      },
      {
        what: "webhooks/s, a fresh token each (Keystone double on the same two cores)",
        measured: `${perSecond(fresh.perSecond)}, p50 ${ms(median(fresh.latenciesMs))}`,
        bare: perSecond(median(rounds.bare)),
        ratio: percent(fresh.perSecond / median(rounds.bare)),
        target: "-",
      },
    ];
  } finally {
    bare.child?.kill("SIGKILL");
    await system.stop();
  }
}

/** A recorded event alarm with an identity of its own, so that nothing is deduplicated. */
function eventBody(): string {
  const body = structuredClone(recorded.requests[0]!.body);
  body.reason_data.event.message_id = randomUUID();
  return JSON.stringify(body);
}
