/** Names that pages tell their readers to use: commands of `vigil` with their options, settings, files. Each exists. */
import type { Page } from "./page.ts";

/** What there is to be named. */
export interface Names {
  /** Options of each command, its own and inherited ones, by its words: "events list". The program itself is "". */
  commands: ReadonlyMap<string, ReadonlySet<string>>;
  /** Names of settings in the environment. */
  settings: ReadonlySet<string>;
  /** Whether there is a file or folder, by its path from the root of the project. */
  exists(path: string): boolean;
}

/** Names that look like settings: streams of the broker, and variables of the project's own tools. */
const NO_SETTINGS = /^VIGIL_(EVENTS|CHANGES|DEV_[A-Z_]+|FUZZ_S|TEST_SEED)$/;

/** A call where a shell looks for a command, after variables that are set for it alone. */
const CALL =
  /(?:^|[;|&(]|\b(?:exec|time|sudo(?: -u \w+)?) )\s*(?:[A-Z_]+=(?:'[^']*'|"[^"]*"|[^\s'"])* +)*(?:npx +|\S*bin\/)?vigil((?: +[^\s|&;<>()#`]+)*)/g;

/** Paths of the repository, whole: no patterns, and no placeholder (NAME) for a folder. */
const REPOSITORY_PATH =
  /^(?:packages|docs|deploy|tools|test|examples|proto|bench)\/(?!.*\b[A-Z_]+\/)[\w./-]+$/;

/** What is wrong with the names on one page, one line each. */
export function problemsOfNames(path: string, markdown: string, page: Page, names: Names): string[] {
  const calls = page.commands.flatMap(({ text, line }) => callsIn(text).map((words) => ({ words, line })));
  // Within a sentence only what begins with the program's name is a call.
  const spoken = page.spans
    .filter(({ text }) => /^(npx )?vigil /.test(text))
    .flatMap(({ text, line }) => callsIn(text).map((words) => ({ words, line })));
  const found = [...calls, ...spoken].map(({ words, line }) => ({
    line,
    problem: problemOfCall(words, names),
  }));
  for (const { text, line } of page.spans) {
    if (REPOSITORY_PATH.test(text) && !names.exists(text.replace(/\/$/, "")))
      found.push({ line, problem: `there is no ${text}` });
  }
  for (const [index, text] of markdown.split("\n").entries()) {
    for (const [name] of text.matchAll(/\bVIGIL_[A-Z0-9_]*[A-Z0-9]\b(?![*_])/g)) {
      if (!isSetting(name, names)) found.push({ line: index + 1, problem: `there is no setting ${name}` });
    }
  }
  return found.flatMap(({ line, problem }) => (problem === undefined ? [] : [`${path}:${line}: ${problem}`]));
}

function isSetting(name: string, { settings }: Names): boolean {
  return settings.has(name) || settings.has(name.replace(/_FILE$/, "")) || NO_SETTINGS.test(name);
}

/** Words after `vigil` of each call in a line of a shell. */
function callsIn(line: string): string[][] {
  const code = line.replace(/(?:^|\s)#.*/, "");
  return [...code.matchAll(CALL)].map(([, rest = ""]) => rest.trim().split(/ +/).filter(Boolean));
}

function problemOfCall(words: readonly string[], { commands }: Names): string | undefined {
  const options = words.filter((word) => word.startsWith("-"));
  let command = "";
  for (const word of words) {
    const longer = command === "" ? word : `${command} ${word}`;
    if (!commands.has(longer)) break;
    command = longer;
  }
  const isGroup = [...commands.keys()].some((one) => one.startsWith(command === "" ? "" : `${command} `));
  const next = words[command === "" ? 0 : command.split(" ").length];
  if (isGroup && next !== undefined && /^[a-z][a-z-]*$/.test(next))
    return `there is no command vigil ${words.join(" ")}`;
  const unknown = options
    .map((word) => word.split("=")[0] ?? "")
    .find((word) => !commands.get(command)?.has(word));
  return unknown && `vigil ${command} has no option ${unknown}`;
}
