/** Links between the pages of the project: each leads to something, and every page of the manual can be found. */
import { dirname, join, normalize } from "node:path/posix";
import type { Page } from "./page.ts";

/** The page from which every other one below its folder can be reached. */
const INDEX = "docs/README.md";

/** Links with a scheme lead out of the project; nothing is asked of the network here. */
const EXTERNAL = /^[a-z][a-z0-9+.-]*:|^\/\//i;

/**
 * What is wrong with the links, one line each.
 *
 * @param pages by path from the root of the project
 * @param exists whether there is a file or folder, by its path from the root
 */
export function problemsOfLinks(
  pages: ReadonlyMap<string, Page>,
  exists: (path: string) => boolean,
): string[] {
  const problems: string[] = [];
  for (const [path, page] of pages) {
    for (const { text, line } of page.links) {
      const problem = EXTERNAL.test(text) ? undefined : problemOfLink(path, text, pages, exists);
      if (problem !== undefined) problems.push(`${path}:${line}: ${text}: ${problem}`);
    }
  }
  return [...problems, ...lostPages(pages)];
}

function problemOfLink(
  from: string,
  link: string,
  pages: ReadonlyMap<string, Page>,
  exists: (path: string) => boolean,
): string | undefined {
  const { path, anchor } = targetOf(from, link);
  if (link.startsWith("/")) return "begins at the root of a site; write it relative to this page";
  if (path.startsWith("..")) return "leads out of the project";
  if (!exists(path)) return `there is no ${path}`;
  if (anchor === undefined) return undefined;
  const target = pages.get(path);
  if (target === undefined) return `${path} is no page, only pages have headings`;
  if (target.anchors.has(anchor)) return undefined;
  return `${path} has no heading #${anchor}, only ${[...target.anchors].map((one) => `#${one}`).join(", ")}`;
}

function targetOf(from: string, link: string): { path: string; anchor: string | undefined } {
  const mark = link.indexOf("#");
  const [file, anchor] = mark < 0 ? [link, undefined] : [link.slice(0, mark), link.slice(mark + 1)];
  const path = file === "" ? from : normalize(join(dirname(from), decodeURI(file)));
  return { path: path.replace(/\/$/, ""), anchor };
}

/** Pages beside and below the index that no chain of links leads to from there. */
function lostPages(pages: ReadonlyMap<string, Page>): string[] {
  const folder = `${dirname(INDEX)}/`;
  const reached = new Set([INDEX]);
  // A set hands out what is added while it is walked.
  for (const path of reached) {
    for (const { text } of pages.get(path)?.links ?? []) {
      if (EXTERNAL.test(text)) continue;
      const target = targetOf(path, text).path;
      for (const page of [target, `${target}/README.md`]) if (pages.has(page)) reached.add(page);
    }
  }
  const lost = [...pages.keys()].filter((path) => path.startsWith(folder) && !reached.has(path));
  return lost.map((path) => `${path}: no link leads here from ${INDEX}; add one`);
}
