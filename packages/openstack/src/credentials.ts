/**
 * Our own account at Keystone, read from the OS_* variables or from clouds.yaml: what every OpenStack
 * client takes. Pure: the caller reads environment and files.
 */

import { VigilError } from "@vigil/core";
import { parseDocument } from "yaml";
import { type AuthMethod, authMethod, needed, type Settings } from "./auth-method.ts";
import { isRecord, type JsonRecord, optionalText } from "./json.ts";

export interface Credentials {
  /** Keystone's address, with or without `/v3`. */
  authUrl: string;
  method: AuthMethod;
  /** Region of the catalog to use; undefined takes any. */
  regionName?: string;
  /** Preferred interfaces of the catalog, best first. */
  interfaces: string[];
  /** PEM file with the certificate authorities to trust; undefined: those of the system. */
  caFile?: string;
  /** False: certificates are not checked. */
  verify: boolean;
}

/** Validation goes over the internal network where there is one. */
const DEFAULT_INTERFACES = ["internal", "public"];

/**
 * Credentials from OS_* variables. With OS_CLOUD the named entry of clouds.yaml is used, and only what
 * it leaves out is filled from OS_PASSWORD, OS_TOKEN, OS_APPLICATION_CREDENTIAL_SECRET, OS_REGION_NAME, OS_CACERT.
 *
 * @param env environment variables; empty values count as absent
 * @param cloudsYaml text of clouds.yaml, needed with OS_CLOUD
 * @throws VigilError invalid-input naming each missing variable; no value is ever part of the message
 */
export function credentialsFrom(env: Record<string, string | undefined>, cloudsYaml?: string): Credentials {
  const cloud = present(env.OS_CLOUD);
  if (cloud !== undefined) return fromCloud(cloud, cloudsYaml, env);
  const settings: Settings = { interface: env.OS_INTERFACE ?? env.OS_ENDPOINT_TYPE };
  for (const name of SETTING_NAMES) settings[name] = present(env[`OS_${name.toUpperCase()}`]);
  return build(settings, (name) => `OS_${name.toUpperCase()}`);
}

/**
 * One entry of clouds.yaml.
 *
 * @throws VigilError invalid-input: not YAML, no such cloud, or members missing
 */
export function loadCloud(name: string, yamlText: string): Credentials {
  return fromCloud(name, yamlText, {});
}

const SETTING_NAMES = [
  "auth_url",
  "auth_type",
  "username",
  "user_id",
  "user_domain_name",
  "user_domain_id",
  "password",
  "project_name",
  "project_id",
  "project_domain_name",
  "project_domain_id",
  "domain_name",
  "domain_id",
  "system_scope",
  "trust_id",
  "token",
  "application_credential_id",
  "application_credential_name",
  "application_credential_secret",
  "region_name",
  "cacert",
  "insecure",
] as const;

/** What the environment may add to an entry of clouds.yaml: secrets kept out of the file, and where. */
const FILLED_FROM_ENV = [
  "password",
  "token",
  "application_credential_secret",
  "region_name",
  "cacert",
] as const;

function fromCloud(
  name: string,
  yamlText: string | undefined,
  env: Record<string, string | undefined>,
): Credentials {
  const entry = cloudEntry(name, yamlText);
  const auth = isRecord(entry.auth) ? entry.auth : {};
  const settings: Settings = {
    interface: optionalText(entry.identity_interface) ?? optionalText(entry.interface),
  };
  for (const key of SETTING_NAMES) {
    settings[key] = present(optionalText(auth[key])) ?? present(optionalText(entry[key]));
  }
  for (const key of FILLED_FROM_ENV) settings[key] ??= present(env[`OS_${key.toUpperCase()}`]);
  if (/^(0|false|no)$/i.test(optionalText(entry.verify) ?? "")) settings.insecure = "true";
  return build(settings, (key) => `clouds.${name}.auth.${key} in clouds.yaml`);
}

function cloudEntry(name: string, yamlText: string | undefined): JsonRecord {
  if (yamlText === undefined) {
    throw new VigilError(
      "invalid-input",
      `OS_CLOUD names the cloud "${name}", but no clouds.yaml was found. Put one into the working folder, ~/.config/openstack or /etc/openstack, or unset OS_CLOUD and give OS_AUTH_URL and its companions.`,
    );
  }
  // Failsafe: every scalar stays the text it is, or the password 0123 would become the number 123.
  // Pretty errors quote the lines around the fault, and those may hold a password.
  const document = parseDocument(yamlText, { schema: "failsafe", merge: true, prettyErrors: false });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const line = yamlText.slice(0, fault.pos[0]).split("\n").length;
    throw new VigilError(
      "invalid-input",
      `clouds.yaml is not readable as YAML: ${fault.code} in line ${line}.`,
    );
  }
  const root: unknown = document.toJS();
  const clouds = isRecord(root) && isRecord(root.clouds) ? root.clouds : {};
  const entry = clouds[name];
  if (isRecord(entry)) return entry;
  const known = Object.keys(clouds).join(", ") || "none";
  throw new VigilError("invalid-input", `clouds.yaml has no cloud "${name}"; it has: ${known}.`);
}

function build(settings: Settings, nameOf: (setting: string) => string): Credentials {
  const authUrl = needed(settings, "auth_url", nameOf);
  if (!/^https?:\/\/[^/]/.test(authUrl) || !URL.canParse(authUrl)) {
    throw new VigilError(
      "invalid-input",
      `${nameOf("auth_url")} must be an address such as https://keystone.example:5000/v3.`,
    );
  }
  const chosen = settings.interface?.replace(/URL$/, "");
  return {
    authUrl,
    method: authMethod(settings, nameOf),
    interfaces: chosen === undefined || chosen === "" ? [...DEFAULT_INTERFACES] : [chosen],
    verify: !/^(1|true|yes)$/i.test(settings.insecure ?? ""),
    ...(settings.region_name === undefined ? {} : { regionName: settings.region_name }),
    ...(settings.cacert === undefined ? {} : { caFile: settings.cacert }),
  };
}

function present(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
