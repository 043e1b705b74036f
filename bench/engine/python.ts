/** The generator and the checker, which are Python so that they share no code with the engine. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";

export const TOOLS = join(import.meta.dirname, "../../test/data/bench");

/** The system's Python 3; undefined: there is none. */
export const PYTHON: string | undefined =
  spawnSync("python3", ["--version"]).status === 0 ? "python3" : undefined;

/** What the checker says of a result. */
export interface Verdict {
  feasible: boolean;
  faults: Record<string, number>;
  quality: {
    migrations: number;
    moved_ram_gb: number;
    moves_from_hosts_not_emptied: number;
    no_destination: number;
    locked_instances_moved: number;
    pinned_az_broken: number;
    active_nodes_before: number;
    active_nodes_after: number;
    before: Spread;
    after: Spread;
  };
}

interface Spread {
  cpu_load: { stddev: number };
  nodes_cpu_load_over_100: number;
  nodes_ram_load_over_100: number;
}

/** Output of the checker: a few KB whatever the cluster. */
const OUTPUT_BYTES_MAX = 1_000_000;
const INFEASIBLE_STATUS = 3;

/** Undefined: no Python. @throws Error when the checker fails */
export function checkResult(cluster: string, result: string): Verdict | undefined {
  if (PYTHON === undefined) return undefined;
  const args = [join(TOOLS, "check_solution.py"), "--no-bounds", "--cluster", cluster, "--result", result];
  try {
    return JSON.parse(execFileSync(PYTHON, args, { encoding: "utf8", maxBuffer: OUTPUT_BYTES_MAX }));
  } catch (error) {
    const { status, stdout } = error as { status?: number; stdout?: string };
    if (status === INFEASIBLE_STATUS && stdout) return JSON.parse(stdout);
    throw error;
  }
}
