import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, realpathSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isOpenToAnyone, makeOpenFolder, type ServerUser } from "./server-user.ts";

/** For root: open to the unprivileged user, and kept over reboots, unlike /tmp. */
const RELOCATED_ROOT = "/var/lib/vigil/relocated";

/**
 * Where the data of a folder really lives when root starts PostgreSQL as an unprivileged user: in the folder
 * itself if that user can enter it, else (below root's home) in a folder derived from its path. A cluster
 * that is already in the original folder is copied over once; the original is kept under another name.
 */
export function placeFor(dir: string, user: ServerUser): string {
  if (isOpenToAnyone(dir)) return dir;
  const place = join(
    RELOCATED_ROOT,
    createHash("sha256").update(realpathSync(dir)).digest("hex").slice(0, 16),
  );
  makeOpenFolder(place);
  if (existsSync(join(dir, "data")) && !existsSync(join(place, "data"))) copyCluster(dir, place, user);
  return place;
}

function copyCluster(dir: string, place: string, user: ServerUser): void {
  const unfinished = join(place, "data.unfinished");
  rmSync(unfinished, { recursive: true, force: true });
  // cp and chown rather than fs.cp, which keeps neither owner nor hard links.
  execFileSync("cp", ["-a", "--", join(dir, "data"), unfinished]);
  execFileSync("chown", ["-R", `${user.uid}:${user.gid}`, "--", unfinished]);
  if (existsSync(join(dir, "password"))) execFileSync("cp", ["-p", "--", join(dir, "password"), place]);
  renameSync(unfinished, join(place, "data"));
  renameSync(join(dir, "data"), join(dir, "data.copied"));
}
