import { homedir, userInfo } from "node:os";
import { join } from "node:path";

/**
 * Where `vigil up` keeps its data: `$XDG_DATA_HOME/vigil`, `~/.local/share/vigil`, and `/var/lib/vigil` for
 * root, where the unprivileged user that PostgreSQL then runs as can enter.
 */
export function defaultDataDir(): string {
  if (userInfo().uid === 0) return "/var/lib/vigil";
  return join(process.env.XDG_DATA_HOME || join(homedir(), ".local/share"), "vigil");
}
