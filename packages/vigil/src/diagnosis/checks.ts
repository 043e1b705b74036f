/** One thing that the doctor looked at, and what was wrong with it. */

import { VigilError } from "@vigil/core";
import { type Finding, problem } from "./finding.ts";

export interface Check {
  /** What was looked at: "NATS nats1:4222". */
  what: string;
  /** What was seen, in a few words, when nothing is wrong. */
  seen: string;
  findings: Finding[];
}

/** Collects what a check comes to. A look that throws is a finding, not the end of the others. */
export async function check(
  what: string,
  look: (found: Finding[]) => Promise<string> | string,
  advice = "correct it, and run vigil doctor again",
): Promise<Check> {
  const findings: Finding[] = [];
  try {
    const seen = await look(findings);
    return { what, seen, findings };
  } catch (thrown) {
    const { message } = VigilError.from(thrown);
    const already = findings.length > 0;
    if (!already) findings.push(problem("look-failed", `${what}: ${message}`, "an answer", advice));
    return { what, seen: message, findings };
  }
}
