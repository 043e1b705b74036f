import { createHash } from "node:crypto";
import {
  cpSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Architecture } from "./architectures.ts";
import { pack } from "./archive.ts";
import { checkImports } from "./check-tree.ts";
import { buildDebian, debianName } from "./debian.ts";
import { install, keepProduction, npmSbom } from "./dependencies.ts";
import { releaseSbom } from "./sbom.ts";
import { checkOut, type Source, uncommitted } from "./source.ts";
import { layOut, settle } from "./tree.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");

export interface ReleaseOptions {
  architectures: readonly Architecture[];
  /** Folder of the files, made anew. */
  out: string;
}

/** Builds the files of a release, and SHA256SUMS of them. @throws Error which says what was in the way */
export async function buildRelease({ architectures, out }: ReleaseOptions): Promise<void> {
  const left = await uncommitted(REPOSITORY);
  if (left.length > 0) say(`not in the release, since not committed: ${left.length} paths (git status)`);
  const folder = resolve(out);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (const arch of architectures) {
    const work = mkdtempSync(join(tmpdir(), "vigil-release-"));
    try {
      files.push(...(await buildFor(arch, work, folder)));
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  const sums = await Promise.all(
    files.sort().map(async (file) => `${await sha256(join(folder, file))}  ${file}\n`),
  );
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
  process.stdout.write(sums.join(""));
}

/** @returns names of the files */
async function buildFor(arch: Architecture, work: string, out: string): Promise<string[]> {
  const source = await checkOut(REPOSITORY, join(work, "source"));
  const name = `vigil-${source.version}-linux-${arch}`;
  const tree = join(work, name);
  say(`${name}: packages of commit ${source.commit.slice(0, 12)} ...`);
  keepProduction(source.folder, arch);
  await install(source.folder, arch);
  const sbom = releaseSbom(await npmSbom(source.folder), {
    installed: installedPackages(source.folder),
    committedAtS: source.committedAtS,
    commit: source.commit,
  });
  layOut(source, tree, arch, sbom);
  checkImports(tree);
  settle(tree, source.committedAtS);
  return writeFiles({ source, arch, name, tree, work, out });
}

interface Laid {
  source: Source;
  arch: Architecture;
  name: string;
  tree: string;
  work: string;
  out: string;
}

async function writeFiles({ source, arch, name, tree, work, out }: Laid): Promise<string[]> {
  const files = {
    tarball: `${name}.tar.gz`,
    debian: debianName(source, arch),
    sbom: `${name}.sbom.cdx.json`,
  };
  say(`${name}: ${Object.values(files).join(", ")} ...`);
  cpSync(join(tree, "sbom.cdx.json"), join(out, files.sbom));
  await pack(tree, join(out, files.tarball));
  await buildDebian({ source, tree, arch, root: join(work, "debian"), file: join(out, files.debian) });
  return Object.values(files);
}

/** `name@version` of all that npm put below node_modules, and of our own packages. */
function installedPackages(folder: string): Set<string> {
  const { packages } = JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8")) as {
    packages: Record<string, { version?: string; link?: boolean }>;
  };
  const found = Object.entries(packages).filter(([, { link }]) => link !== true);
  return new Set(
    found.map(([path, { version }]) => {
      const name = path.startsWith("packages/")
        ? `@vigil/${path.slice(9)}`
        : path.replace(/^.*node_modules\//, "");
      return `${name}@${version}`;
    }),
  );
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
