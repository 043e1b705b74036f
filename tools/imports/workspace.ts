import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Manifest {
  dependencies: ReadonlySet<string>;
  devDependencies: ReadonlySet<string>;
}

export interface SourceFile {
  /** Path below the repository's root. */
  path: string;
  text: string;
}

export interface Package {
  name: string;
  manifest: Manifest;
  files: SourceFile[];
}

export interface Workspace {
  rootDevDependencies: ReadonlySet<string>;
  packages: Package[];
  /** Text of docs/architecture.md. */
  architecture: string;
}

export function readWorkspace(root: string): Workspace {
  const names = readdirSync(join(root, "packages")).sort();
  return {
    rootDevDependencies: readManifest(join(root, "package.json")).devDependencies,
    packages: names.map((name) => ({
      name,
      manifest: readManifest(join(root, "packages", name, "package.json")),
      files: readSources(root, join("packages", name, "src")),
    })),
    architecture: readFileSync(join(root, "docs/architecture.md"), "utf8"),
  };
}

function readManifest(path: string): Manifest {
  const data = JSON.parse(readFileSync(path, "utf8")) as Record<string, Record<string, string> | undefined>;
  const names = (key: string) => Object.keys(data[key] ?? {});
  return {
    dependencies: new Set([...names("dependencies"), ...names("optionalDependencies")]),
    devDependencies: new Set(names("devDependencies")),
  };
}

function readSources(root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => join(folder, name))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}
