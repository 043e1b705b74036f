/** The files of a TLS connection, read and looked at once, at the start: what is wrong is said there, with its setting. */

import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { type TlsMaterial, VigilError } from "@vigil/core";
import type { Reader } from "./setting-schemas.ts";
import { type Config, SETTINGS, type SettingName, settingsFor } from "./settings.ts";

/** Connections that can have TLS; each has settings `<border>TlsCa`, `<border>TlsCert` and `<border>TlsKey`. */
const TLS_BORDERS = ["state", "nats", "database", "http"] as const;
export type TlsBorder = (typeof TLS_BORDERS)[number];

/** The borders that one of `readers` has. */
export function tlsBordersOf(...readers: readonly Reader[]): TlsBorder[] {
  const names = settingsFor(...readers).map(({ name }) => name);
  return TLS_BORDERS.filter((border) => names.includes(`${border}TlsCert`));
}

/** Permissions of other users than the owner and his group. */
const OTHERS = 0o007;
const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * @param warn told what works but should not stay: a key that everybody can read, a certificate that has ended
 * @returns undefined when the border has no file set
 * @throws VigilError invalid-input naming the setting and the file: it can't be read, is no PEM, or key and certificate
 *   do not belong together
 */
export function readTlsFiles(
  config: Config,
  border: TlsBorder,
  nowMs: number,
  warn: (fields: object, text: string) => void,
): TlsMaterial | undefined {
  const names = {
    ca: `${border}TlsCa`,
    cert: `${border}TlsCert`,
    key: `${border}TlsKey`,
  } as const satisfies Record<string, SettingName>;
  const [ca, cert, key] = [config[names.ca], config[names.cert], config[names.key]];
  if (ca === undefined && cert === undefined && key === undefined) return undefined;
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = cert === undefined ? [names.key, names.cert] : [names.cert, names.key];
    throw wrong(given, `is set without ${envOf(missing)}; set both or neither`);
  }
  const material: TlsMaterial = {};
  if (ca !== undefined) {
    material.ca = read(names.ca, ca);
    certificates(names.ca, ca, material.ca);
  }
  if (cert !== undefined && key !== undefined) {
    material.cert = read(names.cert, cert);
    material.key = read(names.key, key);
    const own = certificates(names.cert, cert, material.cert)[0] as X509Certificate;
    checkKey(own, names, key, material.key);
    if (own.validToDate.getTime() < nowMs)
      warn({ file: cert, ended: own.validTo }, "a certificate has ended; the other side will refuse it");
    if ((statSync(key).mode & OTHERS) !== 0)
      warn({ file: key }, "a private key can be read by every user of this machine; chmod 600 or 640");
  }
  return material;
}

function certificates(setting: SettingName, path: string, text: string): X509Certificate[] {
  const found = text.match(CERTIFICATES) ?? [];
  if (found.length === 0) throw wrong(setting, `${path} holds no certificate in PEM form`);
  try {
    return found.map((pem) => new X509Certificate(pem));
  } catch (error) {
    throw wrong(
      setting,
      `${path} holds a certificate that can't be read: ${(error as Error).message}`,
      error,
    );
  }
}

function checkKey(
  own: X509Certificate,
  names: { cert: SettingName; key: SettingName },
  path: string,
  text: string,
): void {
  const key = (() => {
    try {
      return createPrivateKey(text);
    } catch {
      // OpenSSL's own words are of no help to anybody, and its error has the text.
      throw wrong(names.key, `${path} holds no private key in PEM form without a passphrase`);
    }
  })();
  if (!own.checkPrivateKey(key))
    throw wrong(names.key, `${path} is not the key of the certificate of ${envOf(names.cert)}`);
}

function read(setting: SettingName, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw wrong(setting, `cannot read ${path}: ${(error as Error).message}`, error);
  }
}

function wrong(setting: SettingName, text: string, cause?: unknown): VigilError {
  return new VigilError("invalid-input", `${envOf(setting)}: ${text}`, { cause });
}

function envOf(name: SettingName): string {
  return SETTINGS.find((setting) => setting.name === name)?.env ?? name;
}
