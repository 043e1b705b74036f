/** The first difference between what a strategy came to and what a golden case expects, as one line. */
import { isJsonObject, type JsonValue } from "@vigil/core";
import type { ExpectedAction, GoldenCase } from "./case-file.ts";

/** Numbers this far apart are the same: sums of percentages, made in another order, differ by less. */
const TOLERANCE = 1e-9;
/** Characters of a value that a line shows. */
const SHOWN_LENGTH_MAX = 300;

interface Reported {
  readonly name: string;
  readonly value: number;
}

/** What is compared of a solution. */
export interface CaseOutcome {
  readonly actions: readonly ExpectedAction[];
  readonly efficacyIndicators: readonly Reported[];
  readonly globalEfficacy: readonly Reported[];
}

/** Null: equal. The order of actions counts, that of an object's members does not. */
export function firstDifference(seen: CaseOutcome, expected: GoldenCase["expected"]): string | null {
  return (
    actionsDifference(seen.actions, expected.actions) ??
    numbersDifference("indicator", seen.efficacyIndicators, expected.indicators) ??
    numbersDifference("global efficacy", seen.globalEfficacy, expected.globalEfficacy)
  );
}

function actionsDifference(
  seen: readonly ExpectedAction[],
  expected: readonly ExpectedAction[],
): string | null {
  for (let at = 0; at < Math.max(seen.length, expected.length); at++) {
    const where = `action ${at + 1}`;
    const wanted = expected[at];
    const got = seen[at];
    if (wanted === undefined) return `${where}: ${shownAction(got)}, no further one is expected`;
    if (got === undefined) return `${where}: none, ${shownAction(wanted)} is expected`;
    if (got.actionType !== wanted.actionType)
      return `${where}: ${shownAction(got)}, ${shownAction(wanted)} is expected`;
    const difference = valueDifference(where, got.inputParameters, wanted.inputParameters);
    if (difference !== null) return difference;
  }
  return null;
}

function valueDifference(
  where: string,
  seen: JsonValue | undefined,
  expected: JsonValue | undefined,
): string | null {
  if (isJsonObject(seen) && isJsonObject(expected)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(seen)]);
    return first(names, (name) => valueDifference(`${where}, ${name}`, own(seen, name), own(expected, name)));
  }
  if (Array.isArray(seen) && Array.isArray(expected) && seen.length === expected.length) {
    return first(seen.keys(), (at) => valueDifference(`${where}[${at}]`, seen[at], expected[at]));
  }
  const same = typeof seen === "number" && typeof expected === "number" ? near(seen, expected) : false;
  if (same || JSON.stringify(seen) === JSON.stringify(expected)) return null;
  return `${where}: ${shown(seen)}, ${shown(expected)} is expected`;
}

function numbersDifference(
  what: string,
  seen: readonly Reported[],
  expected: ReadonlyMap<string, number>,
): string | null {
  const reported = new Map(seen.map(({ name, value }) => [name, value]));
  return first(new Set([...expected.keys(), ...reported.keys()]), (name) => {
    const value = reported.get(name);
    const wanted = expected.get(name);
    if (value !== undefined && wanted !== undefined && near(value, wanted)) return null;
    return `${what} ${name}: ${shown(value)}, ${shown(wanted)} is expected`;
  });
}

function first<T>(items: Iterable<T>, differenceOf: (item: T) => string | null): string | null {
  for (const item of items) {
    const difference = differenceOf(item);
    if (difference !== null) return difference;
  }
  return null;
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE;
}

function own(object: { readonly [name: string]: JsonValue }, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function shownAction(action: ExpectedAction | undefined): string {
  return action === undefined ? "none" : `${action.actionType} ${shown(action.inputParameters)}`;
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? "none" : JSON.stringify(value).slice(0, SHOWN_LENGTH_MAX);
}
