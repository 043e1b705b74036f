/**
 * Prints what is wrong in the project's pages: links and headings that are not there, pages that cannot be found from
 * the manual's index, commands, options, settings and files that do not exist. Exit status 1 when something is.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildProgram } from "../packages/vigil/src/cli/program.ts";
import { SETTINGS } from "../packages/vigil/src/config/settings.ts";
import { problemsOfLinks } from "./manual/links.ts";
import { type Names, problemsOfNames } from "./manual/names.ts";
import { readPage } from "./manual/page.ts";

const ROOT = join(import.meta.dirname, "..");
const PAGES = ["*.md", "{deploy,docs,examples,packages,test,tools}/**/*.md"];
type Command = ReturnType<typeof buildProgram>;

/** What it tells of is of its time, and may be gone. */
const HISTORY = "CHANGELOG.md";

/** Options of each command by its words, inherited ones included. */
function commandsOf(command: Command, words: readonly string[] = [], above: readonly string[] = []) {
  const own = command.options
    .flatMap(({ short, long }) => [short, long])
    .filter((flag) => flag !== undefined);
  const options = [...above, ...own, "--help", "-h"];
  const below: [string, Set<string>][] = command.commands.flatMap((child) =>
    commandsOf(child, [...words, child.name()], options),
  );
  return [[words.join(" "), new Set(options)] as [string, Set<string>], ...below];
}

const names: Names = {
  commands: new Map(commandsOf(buildProgram({ env: {}, stdout: process.stdout, stderr: process.stderr }))),
  settings: new Set([...SETTINGS.map(({ env }) => env), "VIGIL_CONFIG"]),
  exists,
};

function exists(path: string): boolean {
  return existsSync(join(ROOT, path));
}

const paths = globSync(PAGES, { cwd: ROOT, exclude: ["**/node_modules"] }).sort();
const texts = paths.map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
const pages = new Map(texts.map(({ path, text }) => [path, readPage(text)]));
const problems = [
  ...problemsOfLinks(pages, exists),
  ...texts
    .filter(({ path }) => path !== HISTORY)
    .flatMap(({ path, text }) => problemsOfNames(path, text, pages.get(path)!, names)),
];
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
