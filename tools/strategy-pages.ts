/**
 * Makes the pages about strategies: docs/reference/strategies with a page per strategy, from its README and its own
 * parameter schema, and their index. With --check only compares them with what is there, exit status 1 when they differ.
 */
import { findGoal, STRATEGIES } from "../packages/core/src/index.ts";
import { read, writeOrCheck } from "./manual/generated.ts";
import { indexPage, strategyPage } from "./strategy-pages/pages.ts";

const REFERENCE = "docs/reference/strategies";

/** Prose of a strategy: the README beside its code. */
function proseOf(name: string): string {
  return read(`packages/core/src/strategies/${name.replaceAll("_", "-")}/README.md`);
}

const pages = STRATEGIES.map((strategy): [string, string] => [
  `${REFERENCE}/${strategy.name}.md`,
  strategyPage(strategy, findGoal(strategy.goalName), proseOf(strategy.name)),
]);
writeOrCheck(new Map([[`${REFERENCE}/README.md`, indexPage(STRATEGIES)], ...pages]), REFERENCE);
