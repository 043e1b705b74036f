/** How an account logs in, and for what its token is good, from settings under the names of clouds.yaml. */

import { VigilError } from "@vigil/core";

export type DomainRef = { id: string } | { name: string };

/** How a user is named: by id, or by name within a domain. */
export type UserRef = { id: string } | { name: string; domain: DomainRef };

export type ProjectRef = { id: string } | { name: string; domain: DomainRef };

/** What a token is good for. Exactly one, as Keystone wants it. */
export type Scope =
  | { kind: "project"; project: ProjectRef }
  | { kind: "domain"; domain: DomainRef }
  | { kind: "system" }
  /** The trustor's project and roles, for the trustee who logs in. */
  | { kind: "trust"; id: string };

export type AuthMethod =
  | { kind: "password"; user: UserRef; password: string; scope: Scope }
  /** A token made elsewhere. What comes of it ends when that one ends. */
  | { kind: "token"; token: string; scope: Scope }
  /** The project is fixed by the credential. `user` is needed when it is given by name. */
  | {
      kind: "application-credential";
      credential: { id: string } | { name: string; user: UserRef };
      secret: string;
    };

/** Settings under the names of clouds.yaml's `auth` section, whatever their source. */
export type Settings = Record<string, string | undefined>;

/** OpenStack clients take this domain where none is named. */
const DEFAULT_DOMAIN: DomainRef = { id: "default" };

/**
 * @param nameOf how a setting is called where it comes from, for messages
 * @throws VigilError invalid-input naming what is missing or contradicts itself; no value is part of the message
 */
export function authMethod(settings: Settings, nameOf: (setting: string) => string): AuthMethod {
  switch (methodKind(settings, nameOf)) {
    case "application-credential":
      return applicationCredential(settings, nameOf);
    case "token":
      return {
        kind: "token",
        token: needed(settings, "token", nameOf),
        scope: scopeOf(settings, nameOf),
      };
    case "password":
      return {
        kind: "password",
        user: userRef(settings, nameOf),
        password: needed(settings, "password", nameOf),
        scope: scopeOf(settings, nameOf),
      };
  }
}

/** The value of a setting. @throws VigilError invalid-input when there is none */
export function needed(settings: Settings, name: string, nameOf: (setting: string) => string): string {
  const value = settings[name];
  if (value !== undefined && value !== "") return value;
  throw new VigilError(
    "invalid-input",
    `Credentials for Keystone are incomplete: ${nameOf(name)} is not set.`,
  );
}

const METHODS: Readonly<Record<string, AuthMethod["kind"]>> = {
  password: "password",
  v3password: "password",
  token: "token",
  v3token: "token",
  v3applicationcredential: "application-credential",
};

/** Where no type is named, what is there says it: a credential before a password, a password before a token. */
function methodKind(settings: Settings, nameOf: (setting: string) => string): AuthMethod["kind"] {
  const type = settings.auth_type ?? "";
  if (type !== "") {
    const kind = METHODS[type];
    if (kind !== undefined) return kind;
    throw new VigilError(
      "invalid-input",
      `${nameOf("auth_type")} is ${type}; Vigil logs in by password, v3applicationcredential or v3token.`,
    );
  }
  const hasCredential =
    settings.application_credential_id !== undefined || settings.application_credential_name !== undefined;
  if (hasCredential) return "application-credential";
  return settings.token !== undefined && settings.password === undefined ? "token" : "password";
}

/** @throws VigilError invalid-input when more than one scope is named: the wrong one would be a surprise */
function scopeOf(settings: Settings, nameOf: (setting: string) => string): Scope {
  const { trust_id: trustId, system_scope: system, domain_id: domainId, domain_name: domainName } = settings;
  const domain = domainId ?? domainName;
  const project = settings.project_id ?? settings.project_name;
  const named = { project_name: project, domain_name: domain, system_scope: system, trust_id: trustId };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => nameOf(name)).join(" and ");
    throw new VigilError("invalid-input", `${names} are set, but a token has one scope. Keep one of them.`);
  }
  if (trustId !== undefined) return { kind: "trust", id: trustId };
  if (domain !== undefined) return { kind: "domain", domain: domainRef(domainId, domainName) };
  if (system === undefined) return { kind: "project", project: projectRef(settings, nameOf) };
  if (system === "all") return { kind: "system" };
  throw new VigilError("invalid-input", `${nameOf("system_scope")} must be "all": Keystone knows no other.`);
}

function applicationCredential(settings: Settings, nameOf: (setting: string) => string): AuthMethod {
  const secret = needed(settings, "application_credential_secret", nameOf);
  const id = settings.application_credential_id;
  if (id !== undefined) return { kind: "application-credential", credential: { id }, secret };
  const name = needed(settings, "application_credential_name", nameOf);
  return { kind: "application-credential", credential: { name, user: userRef(settings, nameOf) }, secret };
}

function userRef(settings: Settings, nameOf: (setting: string) => string): UserRef {
  if (settings.user_id !== undefined) return { id: settings.user_id };
  return {
    name: needed(settings, "username", nameOf),
    domain: domainRef(settings.user_domain_id, settings.user_domain_name),
  };
}

function projectRef(settings: Settings, nameOf: (setting: string) => string): ProjectRef {
  if (settings.project_id !== undefined) return { id: settings.project_id };
  return {
    name: needed(settings, "project_name", nameOf),
    domain: domainRef(settings.project_domain_id, settings.project_domain_name),
  };
}

function domainRef(id: string | undefined, name: string | undefined): DomainRef {
  if (id !== undefined) return { id };
  return name === undefined ? DEFAULT_DOMAIN : { name };
}
