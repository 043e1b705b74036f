import { accessSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Architecture, nodePackage } from "./architectures.ts";
import { run } from "./run.ts";

/** Packages of the workspace that only tests use. */
const NOT_RELEASED: readonly string[] = ["testkit"];

interface Manifest {
  devDependencies?: unknown;
  scripts?: unknown;
  allowScripts?: unknown;
  workspaces?: string[];
  optionalDependencies?: Record<string, string>;
}

/**
 * Takes out of a checkout's manifests what runs no role: development, tests, embedded PostgreSQL, the Node.js of other
 * machines. `npm ci --omit=dev` would not do: it installs what the packages for tests depend on, and `npm sbom
 * --omit=dev` leaves out what is a dependency of both kinds (nats, pg, zod).
 */
export function keepProduction(folder: string, arch: Architecture): void {
  for (const name of NOT_RELEASED) rmSync(join(folder, "packages", name), { recursive: true });
  const packages = readdirSync(join(folder, "packages"));
  change(join(folder, "package.json"), (manifest) => {
    const node = nodePackage(arch);
    const version = manifest.optionalDependencies?.[node];
    if (version === undefined) throw new Error(`package.json: optionalDependencies lack ${node}: add it`);
    manifest.workspaces = packages.map((name) => `packages/${name}`);
    // Optional still: npm refuses what is for another machine otherwise.
    manifest.optionalDependencies = { [node]: version };
    delete manifest.scripts;
    delete manifest.allowScripts;
  });
  for (const name of packages) change(join(folder, "packages", name, "package.json"), () => {});
}

function change(path: string, edit: (manifest: Manifest) => void): void {
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  delete manifest.devDependencies;
  edit(manifest);
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Installs what is left, as the lock file has it, for a machine that need not be this one. Scripts of packages are not
 * run, so nothing is built here; native parts come as packages of their own for each platform.
 *
 * @throws Error when the registry lacks something; it says what to do
 */
export async function install(folder: string, arch: Architecture): Promise<void> {
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--ignore-scripts"];
  const platform = ["--os=linux", `--cpu=${arch}`, "--libc=glibc"];
  // Versions stay; only what nobody needs any more leaves the lock file, which needs no network.
  await npm(folder, ["install", "--package-lock-only", "--offline", ...platform, ...quiet]);
  try {
    // Peers are left out: the only one that is no dependency as well is typescript, for types.
    await npm(folder, ["ci", "--omit=peer", "--prefer-offline", ...platform, ...quiet]);
    accessSync(join(folder, "node_modules", nodePackage(arch), "bin/node"));
  } catch (error) {
    throw new Error(
      `npm cannot install the packages for linux-${arch}. Let npm reach its registry once, or leave this machine out (make release ARCH=x64).\n${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** What `npm sbom` makes of the lock file: the packages of all platforms, and typescript. */
export async function npmSbom(folder: string): Promise<string> {
  return npm(folder, ["sbom", "--sbom-format=cyclonedx", "--package-lock-only", "--no-update-notifier"]);
}

/** The one of the machine; Node 24 comes without. */
function npm(cwd: string, args: string[]): Promise<string> {
  // An npm that started us tells ours where it was started.
  const own = Object.keys(process.env).filter((name) => name.startsWith("npm_"));
  return run("npm", args, { cwd, env: Object.fromEntries(own.map((name) => [name, undefined])) });
}
