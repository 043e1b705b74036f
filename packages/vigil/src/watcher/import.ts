/** From watcher.conf to Vigil's settings. Pure: files are read and written by the command. */

import { configSchema, SETTINGS, type Setting } from "../config/settings.ts";
import {
  ACCOUNT_SECTIONS,
  type Conversion,
  isOfAccount,
  type WatcherOption,
  watcherOption,
} from "./options.ts";
import { interpolated, lastOf, type OsloFile, type OsloOption } from "./oslo-ini.ts";

/** A value for one of Vigil's settings. */
export interface Carried {
  setting: Setting;
  value: string;
  /** `[section] option`. */
  from: string;
  note: string | undefined;
}

/** An option that becomes no setting, or whose value can't. */
export interface LeftOut {
  /** `[section] option`. */
  from: string;
  reason: string;
}

export interface Imported {
  carried: Carried[];
  left: LeftOut[];
  /** Options that Watcher does not have, or that this release does not know. */
  unknown: string[];
  /** Lines that can't be read. */
  problems: string[];
}

/** oslo.config's own words for true and false. */
const TRUE = ["true", "1", "yes", "on", "t", "y"];
const FALSE = ["false", "0", "no", "off", "f", "n"];

/** Of several files the later ones count, as with several --config-file of Watcher. */
export function importWatcher(files: readonly OsloFile[]): Imported {
  const stated = files.flatMap((file) => file.options);
  const { options, account } = withAccount(stated);
  const imported: Imported = {
    carried: [],
    left: [],
    unknown: [],
    problems: files.flatMap(({ problems }) => problems),
  };
  for (const option of lastOfEach(options)) {
    const { section, name } = option;
    const from = `[${option.statedIn ?? section}] ${name}`;
    const entry = watcherOption(section, name);
    if (entry === undefined) imported.unknown.push(from);
    else if (isOtherAccount(option, account)) imported.left.push({ from, reason: otherAccount(account) });
    else {
      const carried = carriedAs(entry, from, interpolated(options, option), imported.carried);
      if ("reason" in carried) imported.left.push(carried);
      else imported.carried.push(carried);
    }
  }
  return imported;
}

function carriedAs(
  { setting: name, conversion = "as it is", note }: WatcherOption,
  from: string,
  { value: text, unknown }: { value: string; unknown: string[] },
  earlier: readonly Carried[],
): Carried | LeftOut {
  const setting = SETTINGS.find((one) => one.name === name);
  if (name === undefined || setting === undefined)
    return { from, reason: note ?? "there is no such thing in Vigil" };
  const first = earlier.find((one) => one.setting === setting);
  if (first !== undefined) return { from, reason: `${setting.env} has the value of ${first.from}` };
  if (unknown.length > 0)
    return { from, reason: `it refers to ${unknown.join(", ")}, which the file does not have` };
  const value = converted(text, conversion);
  if (value === "") return { from, reason: "it is empty" };
  if (value !== undefined && configSchema.shape[name].safeParse(value).success)
    return { setting, value, from, note };
  const seen = setting.secret === undefined ? JSON.stringify(text) : "a value that is not shown";
  return { from, reason: `${setting.env} can't have it: seen ${seen}, wanted ${setting.wanted}` };
}

function isOtherAccount({ section, name }: OsloOption, account: string | undefined): boolean {
  const isAccounts = (ACCOUNT_SECTIONS as readonly string[]).includes(section) && isOfAccount(name);
  return isAccounts && account !== undefined && section !== account;
}

function otherAccount(account: string | undefined): string {
  return `the account is taken from [${account}] as a whole`;
}

/**
 * The section that names the account, which is taken from one alone: halves of two would log in as nobody.
 * `auth_section` has keystoneauth read it from another section, whose options then count as this one's.
 */
function withAccount(stated: readonly OsloOption[]): {
  options: readonly OsloOption[];
  account: string | undefined;
} {
  for (const section of ACCOUNT_SECTIONS) {
    const other = lastOf(stated, section, "auth_section")?.value;
    if (other === undefined || other === section) {
      if (lastOf(stated, section, "auth_url") !== undefined) return { options: stated, account: section };
    } else if ((ACCOUNT_SECTIONS as readonly string[]).includes(other))
      return { options: stated, account: other };
    else {
      const isBorrowed = (option: OsloOption) => option.section === other && isOfAccount(option.name);
      const options = stated.map((option) =>
        isBorrowed(option) ? { ...option, section, statedIn: other } : option,
      );
      return { options, account: section };
    }
  }
  return { options: stated, account: undefined };
}

/** The last one of each name: Vigil has no option of several values but lists, whose lines are one value. */
function lastOfEach(options: readonly OsloOption[]): OsloOption[] {
  const byName = new Map(options.map((option) => [`${option.section}\0${option.name}`, option]));
  return [...byName.values()];
}

/** undefined: it can't be said. */
function converted(text: string, conversion: Conversion): string | undefined {
  switch (conversion) {
    case "as it is":
      return text.trim();
    case "boolean":
      return asBoolean(text);
    case "authentication":
      return asBoolean(text) === "false" ? "none" : "keystone";
    case "log level":
      return asBoolean(text) === "true" ? "debug" : "info";
    case "list":
      return listOf(text).join(",");
    case "interface":
      return listOf(text)[0]?.replace(/URL$/i, "") ?? "";
    case "time of a cache":
      return text.trim() === "-1" ? "0" : text.trim();
    case "object":
      return objectOf(text);
  }
}

function asBoolean(text: string): string | undefined {
  const word = text.trim().toLowerCase();
  if (TRUE.includes(word)) return "true";
  return FALSE.includes(word) ? "false" : undefined;
}

function listOf(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** `migrate:2,sleep:1`; Watcher's numbers may be texts. */
function objectOf(text: string): string | undefined {
  const pairs = listOf(text).map((pair) => {
    const at = pair.indexOf(":");
    const value = pair.slice(at + 1).trim();
    return [
      at < 0 ? "" : pair.slice(0, at).trim(),
      /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value,
    ] as const;
  });
  if (pairs.length === 0) return "";
  return pairs.some(([name]) => name === "") ? undefined : JSON.stringify(Object.fromEntries(pairs));
}
