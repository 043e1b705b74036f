/**
 * TLS to PostgreSQL, by the parameters that libpq reads from a URL and by Vigil's own settings. Read here and not left
 * to the libraries: the ORM drops the parameters of a URL (so that sslmode=verify-full would connect in the open), and
 * the driver's own reading of `require` is to change with its next release.
 */

import { readFileSync } from "node:fs";
import { type ConnectionOptions, checkServerIdentity, createSecureContext } from "node:tls";
import { type TlsMaterial, VigilError } from "@vigil/core";

/** As libpq's; `no-verify` is the driver's word for require without authorities. */
const MODES = ["disable", "require", "no-verify", "verify-ca", "verify-full"] as const;
type Mode = (typeof MODES)[number];

/** libpq's word for the authorities of the system. */
const SYSTEM = "system";

type Material = { [Name in keyof TlsMaterial]: TlsMaterial[Name] | undefined };

export interface DatabaseTls {
  /** For the driver; false: in the open. */
  ssl: false | ConnectionOptions;
  /** Encrypted, but to whoever answers. */
  unverified: boolean;
}

/**
 * | sslmode | connection |
 * |---|---|
 * | not given | plain; with authorities or a certificate, in the URL or the settings: verify-full |
 * | disable | plain |
 * | require, no-verify | encrypted; `require` with authorities is verify-ca, as libpq has it |
 * | verify-ca | its certificate must come from the authorities (default: the system's) |
 * | verify-full | and name the host of the URL |
 *
 * @param settings authorities, certificate and key by Vigil's settings; those of the URL (sslrootcert, sslcert, sslkey:
 *   paths) come first
 * @throws VigilError invalid-input: another sslmode (`prefer` and `allow` would go on in the open), files that can't be
 *   read or used
 */
export function databaseTls(url: URL, settings: TlsMaterial = {}): DatabaseTls {
  const parameters = url.searchParams;
  const material = {
    ca: fromUrl(parameters, "sslrootcert") ?? settings.ca,
    cert: fromUrl(parameters, "sslcert") ?? settings.cert,
    key: fromUrl(parameters, "sslkey") ?? settings.key,
  } satisfies Material;
  const mode = modeOf(parameters, material);
  if (mode === "disable") return { ssl: false, unverified: false };
  const unverified = mode === "no-verify" || (mode === "require" && material.ca === undefined);
  checkUsable(material);
  const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, "$1");
  return {
    unverified,
    ssl: {
      // Text, and no finished context: the ORM makes copies of what it is given, and Node dies of a copied context.
      ...defined(material),
      minVersion: "TLSv1.2",
      rejectUnauthorized: !unverified,
      // The driver tells the name only where it is no IP address.
      checkServerIdentity: (_, certificate) =>
        mode === "verify-full" ? checkServerIdentity(host, certificate) : undefined,
    },
  };
}

function modeOf(parameters: URLSearchParams, { ca, cert }: Material): Mode {
  const given = parameters.get("sslmode");
  const wanted = ca !== undefined || cert !== undefined || parameters.get("ssl") === "true";
  if (given === null) return wanted ? "verify-full" : "disable";
  const mode = MODES.find((one) => one === given);
  if (mode === undefined) {
    const why = given === "prefer" || given === "allow" ? ", which goes on in the open without a word" : "";
    throw invalid(
      `sslmode is ${JSON.stringify(given.slice(0, 40))}${why}; wanted one of ${MODES.join(", ")}`,
    );
  }
  if (mode === "disable" && wanted)
    throw invalid("sslmode is disable, and authorities or a certificate are given");
  return mode;
}

function defined({ ca, cert, key }: Material): TlsMaterial {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function fromUrl(parameters: URLSearchParams, name: string): string | undefined {
  const path = parameters.get(name);
  if (path === null || path === "" || path === SYSTEM) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw invalid(`${name}: ${(error as Error).message}`, error);
  }
}

function checkUsable({ ca, cert, key }: Material): void {
  if ((cert === undefined) !== (key === undefined))
    throw invalid("a certificate needs its key, and a key its certificate");
  try {
    createSecureContext({ ca, cert, key });
  } catch (error) {
    throw invalid(`a certificate, key or authority can't be used: ${(error as Error).message}`, error);
  }
}

function invalid(text: string, cause?: unknown): VigilError {
  return new VigilError("invalid-input", `DATABASE_URL, TLS: ${text}`, { cause });
}
