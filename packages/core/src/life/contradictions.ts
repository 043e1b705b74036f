/**
 * What may never be found in ledger and stream, whatever died in between. The invariants of terms.ts as rules about
 * rows: state looks for rows that break them, this says what each breach means.
 */

/** A rule that was broken, and by what. */
export interface Finding {
  rule: ContradictionRule;
  /** What was found, in words. */
  what: string;
  /** Rows or messages that break it. */
  count: number;
  /** Some of them. */
  ids: readonly string[];
  /** What an operator can do. */
  advice: string;
}

const BUG = "Report it with the newest lines of state's log";
const REPLAY = "have them run again with `vigil events replay`";

interface Meaning {
  what: string;
  advice: string;
}

/** Ids are those of events, runs, audits, dead letters or sequences of messages, as the rule's first word says. */
const MEANINGS = {
  "event-waits-for-nothing": {
    what: "events are WAITING, and no run of their audit is due or live",
    advice:
      "The next event of the audit, or `vigil events replay` of a finished one, makes a run that takes them",
  },
  "event-leased-by-nobody": {
    what: "events are LEASED, and their run is not live",
    advice: `${BUG}; a copy of each can be sent again through the webhook`,
  },
  "event-done-by-nothing": {
    what: "events are DONE, and their run has not succeeded",
    advice: `${BUG}, and ${REPLAY}`,
  },
  "event-dead-without-letter": {
    what: "events are DEAD_LETTER, and no dead letter tells of them",
    advice: `Look at them with \`vigil events show\`, and ${REPLAY}`,
  },
  "event-duplicate-of-nothing": {
    what: "events are DUPLICATE of events that are not in the ledger",
    advice: `The first was lost, perhaps with a database that was restored: ${REPLAY}`,
  },
  "event-without-reason": {
    what: "events were not run, and nothing says why",
    advice: `${BUG}, and ${REPLAY}`,
  },
  "event-replay-of-nothing": {
    what: "events are replays of events that are not in the ledger",
    advice: "Rows were deleted from the ledger by hand; nothing has to be done for the replays",
  },
  "run-succeeded-without-plan": {
    what: "runs SUCCEEDED, and have no action plan",
    advice: `The plan was lost: ${REPLAY} (the run's events)`,
  },
  "run-plan-without-success": {
    what: "runs have an action plan, and have not SUCCEEDED",
    advice: `${BUG}; cancel the plan if it was not begun`,
  },
  "run-with-two-plans": {
    what: "runs have more than one action plan",
    advice: `${BUG}; cancel all but the first plan`,
  },
  "run-dead-without-letter": {
    what: "runs failed for good, and no dead letter tells of them",
    advice: `Look at them with \`vigil runs show\`, and ${REPLAY} (their events)`,
  },
  "audit-with-two-open-runs": {
    what: "audits have more than one run that is due or live",
    advice: `${BUG}; the index run_one_open_unique of the database is damaged, rebuild it`,
  },
  "audit-over-with-open-run": {
    what: "audits are over, suspended or deleted, and have a run that is due or live",
    advice: "The run ends by itself when a worker takes it; if it stays, report it",
  },
  "letter-of-other-fate": {
    what: "dead letters tell of events that ended in another way, too",
    advice: "Drop them with `vigil dead-letters drop` when the event's fate is the right one",
  },
  "letter-of-other-run": {
    what: "dead letters tell of runs that are not there, or did not fail",
    advice: "Drop them with `vigil dead-letters drop`",
  },
  "letter-replayed-by-nothing": {
    what: "dead letters are REPLAYED, and no replay is in the ledger",
    advice: `The replay was lost: ${REPLAY} (the letter's events)`,
  },
  "message-not-in-ledger": {
    what: "messages were acknowledged, and the ledger does not have them",
    advice:
      "The database is older than the stream, as after a restore: restart the state role, which has the stream read again, and verify once more",
  },
} as const satisfies Record<string, Meaning>;

export type ContradictionRule = keyof typeof MEANINGS;

/** Ids that one finding names at the most; the count has them all. */
export const FINDING_IDS_MAX = 20;

export function isContradictionRule(name: string): name is ContradictionRule {
  return Object.hasOwn(MEANINGS, name);
}

/** The finding for rows that break a rule. */
export function findingOf(rule: ContradictionRule, count: number, ids: readonly string[]): Finding {
  return { rule, ...MEANINGS[rule], count, ids: ids.slice(0, FINDING_IDS_MAX) };
}

/** One finding for each rule: walks find them step by step. */
export function mergeFindings<Found extends Pick<Finding, "count" | "ids"> & { rule: string }>(
  findings: readonly Found[],
): Found[] {
  const byRule = new Map<string, Found>();
  for (const finding of findings) {
    const before = byRule.get(finding.rule);
    const ids = [...(before?.ids ?? []), ...finding.ids].slice(0, FINDING_IDS_MAX);
    byRule.set(finding.rule, { ...finding, count: (before?.count ?? 0) + finding.count, ids });
  }
  return [...byRule.values()];
}
