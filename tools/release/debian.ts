import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Architecture, DEBIAN_ARCHITECTURE } from "./architectures.ts";
import { run } from "./run.ts";
import type { Source } from "./source.ts";
import { pathsOf, settle } from "./tree.ts";

const SCRIPTS = ["postinst", "prerm", "postrm"] as const;
const UNITS = "usr/lib/systemd/system";
/** Its settings are secrets in part. */
const ENV_FILE = "etc/vigil/vigil.env";
const KIB = 1024;

export interface DebianInput {
  source: Source;
  /** The tree of the release, which is moved into the package's. */
  tree: string;
  arch: Architecture;
  /** A folder that does not exist yet. */
  root: string;
  file: string;
}

/** The name of the package's file. */
export function debianName({ version }: Source, arch: Architecture): string {
  return `vigil_${version}_${DEBIAN_ARCHITECTURE[arch]}.deb`;
}

/**
 * Makes the Debian package of a tree. By hand and not by debhelper: what it would add is little beside what it needs
 * installed, and units of several instances it does not know.
 */
export async function buildDebian({ source, tree, arch, root, file }: DebianInput): Promise<void> {
  const { version, committedAtS } = source;
  const opt = join(root, "opt/vigil");
  mkdirSync(opt, { recursive: true });
  renameSync(tree, join(opt, version));
  symlinkSync(version, join(opt, "current"));
  mkdirSync(join(root, "usr/bin"), { recursive: true });
  symlinkSync("/opt/vigil/current/bin/vigil", join(root, "usr/bin/vigil"));
  installUnits(join(opt, version, "deploy/systemd"), root);
  installDocs(root, source);
  mkdirSync(join(root, "DEBIAN"));
  writeFileSync(join(root, "DEBIAN/control"), controlText(source, arch, sizeKib(root)));
  writeFileSync(join(root, "DEBIAN/conffiles"), `/${ENV_FILE}\n`);
  for (const script of SCRIPTS) cpSync(join(packaging(), script), join(root, "DEBIAN", script));
  settle(root, committedAtS);
  for (const script of SCRIPTS) chmodSync(join(root, "DEBIAN", script), 0o755);
  chmodSync(join(root, ENV_FILE), 0o640);
  chmodSync(join(root, "etc/vigil"), 0o750);
  // gzip, of which dpkg-deb has its own: xz takes a minute to save a fifth.
  await run("dpkg-deb", ["--root-owner-group", "-Zgzip", "-z6", "--build", root, file], {
    env: { SOURCE_DATE_EPOCH: String(committedAtS) },
  });
}

function packaging(): string {
  return join(import.meta.dirname, "../../deploy/debian");
}

function installUnits(units: string, root: string): void {
  mkdirSync(join(root, UNITS), { recursive: true });
  mkdirSync(join(root, "etc/vigil"), { recursive: true });
  const example = join(units, "vigil.env.example");
  if (!existsSync(example)) throw new Error(`${example} is missing: it becomes /${ENV_FILE}`);
  cpSync(example, join(root, ENV_FILE));
  for (const name of readdirSync(units).filter((one) => /\.service(\.d)?$/.test(one)))
    cpSync(join(units, name), join(root, UNITS, name), { recursive: true, verbatimSymlinks: true });
}

function installDocs(root: string, { version, committedAtS }: Source): void {
  const docs = join(root, "usr/share/doc/vigil");
  const overrides = join(root, "usr/share/lintian/overrides");
  mkdirSync(docs, { recursive: true });
  mkdirSync(overrides, { recursive: true });
  cpSync(join(packaging(), "copyright"), join(docs, "copyright"));
  cpSync(join(packaging(), "lintian-overrides"), join(overrides, "vigil"));
  const date = new Date(committedAtS * 1000).toUTCString().replace("GMT", "+0000");
  const entry = `vigil (${version}) unstable; urgency=medium\n\n  * See /opt/vigil/current/CHANGELOG.md.\n\n -- Vigil <vigil@localhost>  ${date}\n`;
  writeFileSync(join(docs, "changelog.gz"), gzipSync(entry, { level: 9 }));
}

function controlText({ version }: Source, arch: Architecture, kib: number): string {
  return readFileSync(join(packaging(), "control"), "utf8")
    .replace("@VERSION@", version)
    .replace("@ARCHITECTURE@", DEBIAN_ARCHITECTURE[arch])
    .replace("@SIZE@", String(kib));
}

/** Files by their content: what a file system makes of it differs. */
function sizeKib(root: string): number {
  return pathsOf(root)
    .map((path) => lstatSync(join(root, path)))
    .reduce((sum, entry) => sum + (entry.isFile() ? Math.ceil(entry.size / KIB) : 1), 0);
}
