import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";

/** A clean checkout of what is released. */
export interface Source {
  folder: string;
  commit: string;
  /** When it was committed, seconds since 1970: the time of every file of the release. */
  committedAtS: number;
  version: string;
}

/**
 * Clones the repository into a folder that does not exist yet. Never the working tree itself: what is not committed,
 * or ignored, would get into the release, and nobody could build the same again.
 */
export async function checkOut(repository: string, folder: string): Promise<Source> {
  await run("git", ["clone", "--quiet", "--no-hardlinks", "--", repository, folder]);
  const head = (await run("git", ["-C", repository, "rev-parse", "HEAD"])).trim();
  await run("git", ["-C", folder, "checkout", "--quiet", "--detach", head]);
  const [commit = "", committedAt = ""] = (await run("git", ["-C", folder, "show", "-s", "--format=%H %ct"]))
    .trim()
    .split(" ");
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return { folder, commit, committedAtS: Number(committedAt), version };
}

/** Paths that differ from the commit, or are unknown to it; a release does not hold them. */
export async function uncommitted(repository: string): Promise<string[]> {
  const status = await run("git", ["-C", repository, "status", "--porcelain"]);
  return status.split("\n").filter((line) => line !== "");
}
