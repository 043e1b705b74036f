import { createHash } from "node:crypto";

/** The parts of a CycloneDX document that are used here. */
interface Document {
  serialNumber?: string;
  metadata: {
    timestamp: string;
    lifecycles?: { phase: string }[];
    component: { name: string; type: string };
  };
  components: { "bom-ref": string }[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

export interface ReleasedPackages {
  /** `name@version` of all that is installed. */
  installed: ReadonlySet<string>;
  /** Seconds since 1970. */
  committedAtS: number;
  commit: string;
}

/**
 * The software bill of materials of one release: npm's, less what is not in it (packages for other platforms), and
 * without what makes two of the same release differ (time of the build, random number, name of the folder).
 *
 * @throws Error when npm's lacks a package that is installed
 */
export function releaseSbom(npms: string, { installed, committedAtS, commit }: ReleasedPackages): string {
  const document = JSON.parse(npms) as Document;
  const kept = document.components.filter((component) => installed.has(component["bom-ref"]));
  const refs = new Set(kept.map((component) => component["bom-ref"]));
  const missing = [...installed].filter((name) => !refs.has(name));
  if (missing.length > 0)
    throw new Error(`npm sbom does not name ${missing.join(", ")}, which are installed`);
  const own = (document.metadata.component as unknown as { "bom-ref": string })["bom-ref"];
  const isKept = (ref: string) => refs.has(ref) || ref === own;
  const sorted = <T>(list: T[], keyOf: (item: T) => string) =>
    list.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  document.components = sorted(kept, (component) => component["bom-ref"]);
  document.dependencies = sorted(
    document.dependencies
      .filter(({ ref }) => isKept(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(isKept).sort() })),
    ({ ref }) => ref,
  );
  document.metadata.timestamp = new Date(committedAtS * 1000).toISOString();
  document.metadata.lifecycles = [{ phase: "build" }];
  document.metadata.component.name = "vigil";
  document.metadata.component.type = "application";
  delete document.serialNumber;
  const digest = createHash("sha256").update(commit).update(JSON.stringify(document)).digest("hex");
  return `${JSON.stringify({ ...document, serialNumber: `urn:uuid:${uuidOf(digest)}` }, null, 2)}\n`;
}

/** A name-based UUID (version 8: made of what the maker likes). */
function uuidOf(hex: string): string {
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
