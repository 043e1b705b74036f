/** As Node.js and npm name them. */
export const ARCHITECTURES = ["x64", "arm64"] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** As Debian names them. */
export const DEBIAN_ARCHITECTURE: Readonly<Record<Architecture, string>> = { x64: "amd64", arm64: "arm64" };

/** The npm package with Node.js for one of them; both stand with their hashes in package-lock.json. */
export function nodePackage(arch: Architecture): string {
  return `node-linux-${arch}`;
}
