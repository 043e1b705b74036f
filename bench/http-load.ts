/** Bounded load on loopback: a closed loop for the highest rate, an open one for latency at a given rate. */

import { Pool } from "undici";

export interface Shot {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface LoadResult {
  perSecond: number;
  /** Latencies of the requests, ms. In the open loop counted from the moment the request was due. */
  latenciesMs: number[];
  /** Requests that were not answered 202. */
  refused: number;
}

/** `connections` senders, each sending its next request when the one before is answered. */
export async function closedLoop(
  origin: string,
  connections: number,
  requests: number,
  shot: (n: number) => Shot,
) {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const result: LoadResult = { perSecond: 0, latenciesMs: [], refused: 0 };
  let next = 0;
  const begun = performance.now();
  const sender = async () => {
    while (next < requests) await send(pool, shot(next++), performance.now(), result);
  };
  await Promise.all(Array.from({ length: connections }, sender));
  result.perSecond = (requests * 1_000) / (performance.now() - begun);
  await pool.close();
  return result;
}

/** One request every `1 / rate` s, whether the one before is answered or not. */
export async function openLoop(origin: string, rate: number, requests: number, shot: (n: number) => Shot) {
  const pool = new Pool(origin, { connections: 64, pipelining: 1 });
  const result: LoadResult = { perSecond: rate, latenciesMs: [], refused: 0 };
  const begun = performance.now();
  const pending: Promise<void>[] = [];
  for (let n = 0; n < requests; n++) {
    const dueAt = begun + (n * 1_000) / rate;
    const earlyMs = dueAt - performance.now();
    if (earlyMs > 1) await new Promise((go) => setTimeout(go, earlyMs));
    pending.push(send(pool, shot(n), dueAt, result));
  }
  await Promise.all(pending);
  await pool.close();
  return result;
}

async function send(pool: Pool, shot: Shot, fromMs: number, result: LoadResult): Promise<void> {
  const { path, headers, body } = shot;
  const response = await pool.request({ method: "POST", path, headers, body });
  await response.body.dump();
  result.latenciesMs.push(performance.now() - fromMs);
  if (response.statusCode !== 202) result.refused++;
}
