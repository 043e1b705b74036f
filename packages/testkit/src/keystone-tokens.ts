/** Tokens of the Keystone test double, rendered with the members that a real Keystone shows. */

import { randomBytes, randomUUID } from "node:crypto";
import {
  type ApplicationCredentialSetup,
  DEFAULT_DOMAIN,
  idOf,
  type KeystoneUserSetup,
  type Trust,
} from "./keystone-directory.ts";

export interface TokenGrant {
  user: KeystoneUserSetup;
  /** undefined: an unscoped token. */
  project: string | undefined;
  roles: readonly string[];
  method: "password" | "application_credential";
  trust?: Trust;
  credential?: ApplicationCredentialSetup;
}

export interface IssuedToken extends TokenGrant {
  text: string;
  auditId: string;
  issuedAtMs: number;
  expiresAtMs: number;
}

/** Entry of the catalog: type and one address for all interfaces. */
export type CatalogSetup = Record<string, string>;

/** Characters after the `gAAAAA` of a Fernet token: 204 in all, as seen with a trust token. */
const TOKEN_RANDOM_BYTES = 148;

export function issue(grant: TokenGrant, nowMs: number, lifeMs: number): IssuedToken {
  return {
    ...grant,
    text: `gAAAAA${randomBytes(TOKEN_RANDOM_BYTES).toString("base64url")}`,
    auditId: randomBytes(16).toString("base64url"),
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + lifeMs,
  };
}

export function renderToken(token: IssuedToken, catalog: CatalogSetup | undefined, region: string): object {
  return {
    token: {
      methods: [token.method],
      user: {
        domain: DEFAULT_DOMAIN,
        id: idOf("user", token.user.name),
        name: token.user.name,
        password_expires_at: null,
      },
      audit_ids: [token.auditId],
      expires_at: keystoneTime(token.expiresAtMs),
      issued_at: keystoneTime(token.issuedAtMs),
      ...scopePart(token),
      ...trustPart(token.trust),
      ...credentialPart(token.credential),
      ...(catalog === undefined ? {} : { catalog: renderCatalog(catalog, region) }),
    },
  };
}

function scopePart(token: IssuedToken): object {
  if (token.project === undefined) return {};
  return {
    project: { domain: DEFAULT_DOMAIN, id: idOf("project", token.project), name: token.project },
    // Only plain project scope says so: a token of a trust does not.
    ...(token.trust === undefined ? { is_domain: false } : {}),
    roles: token.roles.map((name) => ({ id: idOf("role", name), name })),
  };
}

function trustPart(trust: Trust | undefined): object {
  if (trust === undefined) return {};
  return {
    "OS-TRUST:trust": {
      id: trust.id,
      impersonation: true,
      trustor_user: { id: idOf("user", trust.trustor.name) },
      trustee_user: { id: idOf("user", trust.trustee.name) },
    },
  };
}

function credentialPart(credential: ApplicationCredentialSetup | undefined): object {
  if (credential === undefined) return {};
  const rules = credential.accessRules?.map((rule, index) => ({ id: `rule-${index}`, ...rule }));
  return {
    application_credential: {
      id: credential.id,
      name: credential.name,
      restricted: true,
      ...(rules === undefined ? {} : { access_rules: rules }),
    },
  };
}

function renderCatalog(catalog: CatalogSetup, region: string): object[] {
  return Object.entries(catalog).map(([type, url]) => ({
    id: idOf("project", `service:${type}`),
    type,
    name: type,
    endpoints: ["public", "internal", "admin"].map((name) => ({
      id: randomUUID().replaceAll("-", ""),
      interface: name,
      region,
      region_id: region,
      url,
    })),
  }));
}

/** Keystone writes microseconds and a Z. */
function keystoneTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
