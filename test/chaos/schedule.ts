/**
 * Which fault comes when: drawn from a seed alone, so that the same seed gives the same schedule. What each fault meets
 * depends on the machine's timing and differs from run to run.
 */

import { randomOf } from "./random.ts";

export const PARTS = [
  "edge 1",
  "edge 2",
  "state 1",
  "state 2",
  "worker 1",
  "worker 2",
  "worker 3",
  "applier 1",
  "applier 2",
  "api 1",
] as const;
export type PartName = (typeof PARTS)[number];

export const LINKS = ["nats", "postgres", "state 1", "state 2"] as const;
export type LinkName = (typeof LINKS)[number];

export const SERVERS = ["nats", "postgres"] as const;
export type ServerName = (typeof SERVERS)[number];

export type Fault =
  /** kill -9, or SIGTERM: the supervisor starts it again after `downMs`. */
  | { what: "kill" | "terminate"; part: PartName; downMs: number }
  /** SIGSTOP, and SIGCONT after `ms`. */
  | { what: "pause"; part: PartName; ms: number }
  | { what: "kill server" | "restart server"; server: ServerName; downMs: number }
  | { what: "pause server"; server: "nats"; ms: number }
  /** All connections are reset. */
  | { what: "cut"; link: LinkName }
  /** Nothing passes for `ms`, connections stay. */
  | { what: "stall"; link: LinkName; ms: number }
  /** Each piece of data comes `delayMs` late, for `ms`. */
  | { what: "slow"; link: LinkName; delayMs: number; ms: number };

export interface Planned {
  atMs: number;
  fault: Fault;
}

/** Nothing happens before: audits run once without trouble. */
const FIRST_MS = 1_500;
/** Between two faults, on a machine that starts the parts in no time. */
const GAP_MS = { from: 200, to: 2_600 };
/** No fault begins in this last part, so that the last ones meet load as well. */
const LAST_MS = 2_000;

type Draw = (random: ReturnType<typeof randomOf>) => Fault;

const part = (role: string): Draw[] => {
  const names = PARTS.filter((name) => name.startsWith(role));
  const downMs = { from: 0, to: 1_500 };
  return [
    (random) => ({
      what: "kill",
      part: random.pick(names),
      downMs: random.between(downMs.from, downMs.to),
    }),
    (random) => ({
      what: "terminate",
      part: random.pick(names),
      downMs: random.between(downMs.from, downMs.to),
    }),
  ];
};

/** The lease of runs and plans during chaos, ms: pauses are drawn to be shorter and longer. */
export const CHAOS_LEASE_MS = 2_000;

const pause =
  (role: string, from: number, to: number): Draw =>
  (random) => ({
    what: "pause",
    part: random.pick(PARTS.filter((name) => name.startsWith(role))),
    ms: random.between(from, to),
  });
const shortPause = (role: string) => pause(role, 200, CHAOS_LEASE_MS - 500);
const longPause = (role: string) => pause(role, CHAOS_LEASE_MS + 500, CHAOS_LEASE_MS * 3);

const onLink = (names: readonly LinkName[]): Draw[] => [
  (random) => ({ what: "cut", link: random.pick(names) }),
  (random) => ({ what: "stall", link: random.pick(names), ms: random.between(300, 4_000) }),
  (random) => ({
    what: "slow",
    link: random.pick(names),
    delayMs: random.between(5, 150),
    ms: random.between(500, 4_000),
  }),
];

const onServer = (server: ServerName): Draw[] => [
  (random) => ({ what: "kill server", server, downMs: random.between(0, 4_000) }),
  (random) => ({ what: "restart server", server, downMs: random.between(0, 2_000) }),
];

/** One deck: every kind of fault comes once before any comes again; workers, who hold the runs, come more often. */
const DECK: readonly Draw[] = [
  ...part("worker"),
  ...part("worker"),
  ...part("state"),
  ...part("edge"),
  ...part("applier"),
  ...part("api"),
  shortPause("worker"),
  longPause("worker"),
  longPause("worker"),
  shortPause("state"),
  longPause("state"),
  longPause("applier"),
  longPause("edge"),
  ...onLink(["nats"]),
  ...onLink(["postgres"]),
  ...onLink(["state 1", "state 2"]),
  ...onServer("nats"),
  ...onServer("postgres"),
  (random) => ({ what: "pause server", server: "nats", ms: random.between(300, 5_000) }),
];

/**
 * @param seconds time under load, 5 at least
 * @param pace by which the gaps are multiplied, 1 or more: a slow machine gets the same faults, but fewer of them in
 *   the time. Where parts take longer to start than they live, nothing but the harness would be tested.
 */
export function scheduleOf(seed: number, seconds: number, pace: number): Planned[] {
  const random = randomOf(seed);
  const planned: Planned[] = [];
  let deck: Draw[] = [];
  let atMs = FIRST_MS;
  while (atMs < seconds * 1_000 - LAST_MS) {
    if (deck.length === 0) deck = random.shuffled(DECK);
    planned.push({ atMs, fault: deck.pop()!(random) });
    atMs += Math.round(random.between(GAP_MS.from, GAP_MS.to) * pace);
  }
  return planned;
}

export function describeFault(fault: Fault): string {
  const { what, ...rest } = fault;
  return `${what} ${Object.entries(rest)
    .map(([key, value]) => (key.toLowerCase().endsWith("ms") ? `${key} ${value}` : value))
    .join(" ")}`;
}
