/**
 * What a role is to the program that starts it: something that says whether it is ready, and stops.
 * `vigil` wires roles into a process; the roles know nothing of each other.
 */

export const ROLE_NAMES = ["edge", "api", "worker", "applier", "state"] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

/** One part a role depends on; `detail` says what is wrong and what to do when it is not ready. */
export interface ReadinessPart {
  name: string;
  ready: boolean;
  detail?: string;
}

export interface Role {
  readonly name: RoleName;
  /** Must answer within milliseconds from what the role already knows; never blocks on a remote. */
  readiness(): ReadinessPart[];
  /**
   * Stops taking work, finishes or hands back what runs, closes every handle the role opened.
   * Resolves when nothing of the role keeps the process alive. Idempotent.
   */
  stop(): Promise<void>;
}
