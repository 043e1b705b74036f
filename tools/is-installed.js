// Exit status 0 when node_modules holds what package-lock.json asks for, else 1. Plain JavaScript and no
// dependency: it runs under whatever Node the machine has, before anything is installed. A time stamp would
// not do: a fresh clone, a branch switch and `npm install` all change times without changing what is needed.
import { existsSync, readFileSync } from "node:fs";

/** Debian 12's own. It only runs npm: everything else runs under the Node that is installed with the packages. */
const NODE_MAJOR_MIN = 18;

function isInstalled() {
  if (!existsSync("node_modules/.bin/node")) return false;
  const wanted = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
  const found = JSON.parse(readFileSync("node_modules/.package-lock.json", "utf8")).packages;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (!path.startsWith("node_modules/")) return true;
    // Optional packages of other platforms are not there.
    if (!found[path]) return optional === true;
    return link === true || found[path].version === version;
  });
}

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  process.stderr.write(`Node.js ${NODE_MAJOR_MIN} or later is needed; this is ${process.version}.\n`);
  process.exit(2);
}
let installed = false;
try {
  installed = isInstalled();
} catch {
  // No node_modules, or one that npm did not finish.
}
process.exit(installed ? 0 : 1);
