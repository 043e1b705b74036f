/** The walk through ledger, stream and spools, step by step over the API. */

import { isVigilError, type Outputs, type VigilClient } from "@vigil/client";
import { mergeFindings } from "@vigil/core";

/** Wait for one step, ms: state takes at most 30 s. */
const STEP_MS_MAX = 40_000;

const PARTS = ["events", "runs", "audits", "dead_letters"] as const;
type Part = (typeof PARTS)[number];

type Spool = Outputs["verify"]["spools"]["spools"][number];
type Finding = Outputs["verify"]["ledger"]["findings"][number];

/**
 * What leaves the stream between the count and the look is missed by both: a walk that does not add up is made again,
 * so often in all.
 */
const STREAM_WALKS_MAX = 3;

/** Messages of the stream, as of the walk's beginning. */
export interface StreamCounts {
  /** Acknowledged, and held against the ledger. */
  checked: number;
  /** Not acknowledged. */
  waiting: number;
  /** Neither: acknowledged behind one that waits, or the walk did not come by. */
  unseen: number;
}

/** What the walk came to. */
export interface Verified {
  /** Nothing contradicts, and everything could be looked at. */
  ok: boolean;
  /** Rows of each part by fate, state or resolution. */
  ledger: Record<Part, Record<string, number>>;
  /** null: it could not be read. */
  stream: StreamCounts | null;
  spools: Spool[] | null;
  findings: Finding[];
  /** What could not be looked at, and why. */
  problems: string[];
}

/** @param tell is told of each step, in words */
export async function walk(client: VigilClient, tell: (progress: string) => void): Promise<Verified> {
  const findings: Finding[] = [];
  const problems: string[] = [];
  const ledger = {} as Verified["ledger"];
  for (const part of PARTS) ledger[part] = await walkPart(client, part, findings, tell);
  const orProblem = async <T>(what: string, work: Promise<T>): Promise<T | null> => {
    try {
      return await work;
    } catch (error) {
      // Of a ledger that can be read, as much is said as can be.
      if (!isVigilError(error) || !isAway(error.data?.kind)) throw error;
      problems.push(`${what} could not be read: ${error.message}`);
      return null;
    }
  };
  const stream = await orProblem("the event stream", walkStream(client, findings, problems, tell));
  tell("asking the edges for their spools");
  const answer = await orProblem(
    "the spools of the edges",
    client.verify.spools.query(undefined, { signal: AbortSignal.timeout(STEP_MS_MAX) }),
  );
  const spools = answer?.spools ?? null;
  problems.push(...(spools ?? []).flatMap(notGivenBack));
  const merged = mergeFindings(findings);
  const ok = merged.length === 0 && problems.length === 0;
  return { ok, ledger, stream, spools, findings: merged, problems };
}

/** Events that were accepted and that nobody can look at. */
function notGivenBack({ edge, unreadable }: Spool): string[] {
  if (unreadable === 0) return [];
  return [
    `the disk of edge ${edge} does not give back ${unreadable} records or segments of its spool: see its log and dmesg there; they are tried again each minute`,
  ];
}

/** The broker, not the state service: that one has just answered for the ledger. */
function isAway(kind: string | undefined): boolean {
  return kind === "unavailable" || kind === "deadline" || kind === "not-found";
}

async function walkPart(
  client: VigilClient,
  part: Part,
  findings: Finding[],
  tell: (progress: string) => void,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let seen = 0;
  await inSteps(async (place) => {
    const step = await client.verify.ledger.query(
      { part, ...place },
      { signal: AbortSignal.timeout(STEP_MS_MAX) },
    );
    for (const [name, count] of Object.entries(step.counts)) counts[name] = (counts[name] ?? 0) + count;
    findings.push(...step.findings);
    seen += step.rows;
    tell(`${seen} ${part.replace("_", " ")}`);
    return step;
  });
  return counts;
}

async function walkStream(
  client: VigilClient,
  findings: Finding[],
  problems: string[],
  tell: (progress: string) => void,
): Promise<StreamCounts> {
  for (let walks = 1; ; walks++) {
    const { outOfTurn, found, ...counts } = await walkStreamOnce(client, tell);
    const addsUp = counts.unseen <= outOfTurn;
    if (!addsUp && walks < STREAM_WALKS_MAX) continue;
    findings.push(...found);
    if (!addsUp) {
      problems.push(
        `${counts.unseen} messages of the event stream neither wait nor were they looked at, and at most ${outOfTurn} were acknowledged behind one that waits: verify again when less is going on; if it stays so, look at the log of nats-server and restart it`,
      );
    }
    return counts;
  }
}

async function walkStreamOnce(client: VigilClient, tell: (progress: string) => void) {
  const found: Finding[] = [];
  let checked = 0;
  let first: { waiting: number; stored: number; outOfTurn: number } | undefined;
  await inSteps(async (place) => {
    const step = await client.verify.stream.query(place, { signal: AbortSignal.timeout(STEP_MS_MAX) });
    first ??= step;
    found.push(...step.findings);
    checked += step.messages;
    tell(`${checked} messages of the stream`);
    return step;
  });
  const { waiting, stored, outOfTurn } = first!;
  return { checked, waiting, unseen: Math.max(0, stored - waiting - checked), outOfTurn, found };
}

interface Place {
  after?: string;
  upTo?: string;
}

/** Every step but the first begins where the one before ended. */
async function inSteps(step: (place: Place) => Promise<{ nextAfter: string | null; upTo: string }>) {
  let place: Place = {};
  for (;;) {
    const { nextAfter, upTo } = await step(place);
    if (nextAfter === null) return;
    place = { after: nextAfter, upTo };
  }
}
