/** Pages that are made from the code: written by `make docs`, and held against what is there by `make check`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** The text of a file of the project, by its path from the root. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/**
 * Writes the pages; with `--check` among the arguments it only names those that differ, and sets the exit status 1.
 *
 * @param pages by path from the root
 * @param folder one that holds nothing else: what is in it beside the pages is removed
 */
export function writeOrCheck(pages: ReadonlyMap<string, string>, folder?: string): void {
  if (process.argv.includes("--check")) check(pages, folder);
  else write(pages, folder);
}

function write(pages: ReadonlyMap<string, string>, folder: string | undefined): void {
  if (folder !== undefined) rmSync(join(ROOT, folder), { recursive: true, force: true });
  for (const [path, text] of pages) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
}

function check(pages: ReadonlyMap<string, string>, folder: string | undefined): void {
  const inFolder =
    folder === undefined || !existsSync(join(ROOT, folder)) ? [] : readdirSync(join(ROOT, folder));
  const paths = new Set([...pages.keys(), ...inFolder.map((name) => `${folder}/${name}`)]);
  const differing = [...paths].filter(
    (path) => !existsSync(join(ROOT, path)) || read(path) !== pages.get(path),
  );
  for (const path of differing.sort()) process.stderr.write(`${path} is not up to date\n`);
  if (differing.length === 0) return;
  process.stderr.write("Run `make docs` and commit the result.\n");
  process.exitCode = 1;
}
