/** Reading of the `token` object that Keystone answers to a login and to a validation. */

import type { AccessRule, Identity } from "./identity.ts";
import { isRecord, type JsonRecord, listMember, member, optionalText, textMember } from "./json.ts";

export interface TokenBody {
  identity: Identity;
  /** In Keystone's clock, ms since 1970. */
  expiresAtMs: number;
  issuedAtMs: number;
  /** Access rules of an application credential; undefined when the token has none. */
  accessRules: readonly AccessRule[] | undefined;
  /** undefined with `nocatalog`. */
  catalog: readonly CatalogEntry[] | undefined;
}

export interface CatalogEntry {
  type: string;
  endpoints: readonly CatalogEndpoint[];
}

export interface CatalogEndpoint {
  interface: string;
  region: string;
  url: string;
}

/** @returns undefined when the body is not that of a token (a proxy's page, another service). */
export function readTokenBody(body: unknown): TokenBody | undefined {
  const token = member(body, "token");
  if (!isRecord(token)) return undefined;
  const expiresAtMs = readTime(token.expires_at);
  const userId = textMember(token.user, "id");
  if (expiresAtMs === undefined || userId === "") return undefined;
  return {
    identity: readIdentity(token, userId),
    expiresAtMs,
    issuedAtMs: readTime(token.issued_at) ?? expiresAtMs,
    accessRules: readAccessRules(token.application_credential),
    catalog: token.catalog === undefined ? undefined : listMember(token, "catalog").map(readCatalogEntry),
  };
}

function readIdentity(token: JsonRecord, userId: string): Identity {
  const { user, project } = token;
  const trust = token["OS-TRUST:trust"];
  return {
    userId,
    userName: textMember(user, "name"),
    userDomainId: textMember(member(user, "domain"), "id"),
    projectId: textMember(project, "id"),
    projectName: textMember(project, "name"),
    projectDomainId: textMember(member(project, "domain"), "id"),
    domainId: textMember(token.domain, "id"),
    systemScope: member(token.system, "all") === true ? "all" : "",
    roles: roleNames(token),
    isAdminProject: token.is_admin_project !== false,
    serviceRoles: [],
    auditId: optionalText(listMember(token, "audit_ids")[0]) ?? "",
    ...(isRecord(trust)
      ? {
          trustId: textMember(trust, "id"),
          trustorUserId: textMember(trust.trustor_user, "id"),
          trusteeUserId: textMember(trust.trustee_user, "id"),
        }
      : {}),
  };
}

/** A token without scope has no roles, whatever its body says. */
function roleNames(token: JsonRecord): string[] {
  const hasScope = [token.project, token.domain, token.system].some(isRecord);
  if (!hasScope) return [];
  const names = listMember(token, "roles").map((role) => textMember(role, "name").toLowerCase());
  return names.filter((name) => name !== "");
}

function readAccessRules(credential: unknown): AccessRule[] | undefined {
  const rules = member(credential, "access_rules");
  if (!Array.isArray(rules)) return undefined;
  return rules.map((rule: unknown) => ({
    service: textMember(rule, "service"),
    method: textMember(rule, "method"),
    path: textMember(rule, "path"),
  }));
}

function readCatalogEntry(entry: unknown): CatalogEntry {
  const endpoints = listMember(entry, "endpoints").map((endpoint) => ({
    interface: textMember(endpoint, "interface").replace(/URL$/, ""),
    region: textMember(endpoint, "region_id") || textMember(endpoint, "region"),
    url: textMember(endpoint, "url"),
  }));
  return { type: textMember(entry, "type"), endpoints };
}

/** Keystone writes UTC, with or without saying so. */
function readTime(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const ms = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
