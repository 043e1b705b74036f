/** Users, projects, credentials and trusts of the Keystone test double. */

import { createHash } from "node:crypto";

export interface KeystoneUserSetup {
  name: string;
  password: string;
  /** The user's default project, and the roles in it. */
  project: string;
  roles: readonly string[];
  /** Roles in further projects, by the project's name. */
  otherProjects?: Record<string, readonly string[]>;
  applicationCredentials?: readonly ApplicationCredentialSetup[];
}

export interface ApplicationCredentialSetup {
  id: string;
  name: string;
  secret: string;
  project: string;
  accessRules?: readonly { service: string; method: string; path: string }[];
}

export interface Trust {
  id: string;
  trustor: KeystoneUserSetup;
  trustee: KeystoneUserSetup;
  project: string;
  roles: readonly string[];
}

/** Ids follow from names, so that two runs of a test print the same ones. */
export function idOf(kind: "user" | "project" | "role", name: string): string {
  return createHash("md5").update(`${kind}:${name}`).digest("hex");
}

export const DEFAULT_DOMAIN = { id: "default", name: "Default" } as const;

/** How a request names somebody: by id, or by name (every name lives in the default domain). */
export interface NamedRef {
  id?: string;
  name?: string;
}

export class KeystoneDirectory {
  readonly #users: readonly KeystoneUserSetup[];
  readonly #trusts = new Map<string, Trust>();

  constructor(users: readonly KeystoneUserSetup[]) {
    this.#users = users;
  }

  get userNames(): string[] {
    return this.#users.map(({ name }) => name);
  }

  get projectNames(): string[] {
    return [...new Set(this.#users.flatMap(projectsOf))];
  }

  get roleNames(): string[] {
    const names = this.#users.flatMap((user) =>
      projectsOf(user).flatMap((project) => rolesIn(user, project)),
    );
    return [...new Set(names)];
  }

  user(ref: NamedRef): KeystoneUserSetup | undefined {
    return this.#users.find((user) => user.name === ref.name || idOf("user", user.name) === ref.id);
  }

  /** Name of a project in which the user has roles. */
  projectOf(user: KeystoneUserSetup, ref: NamedRef | undefined): string | undefined {
    if (ref === undefined) return user.project;
    return projectsOf(user).find((name) => name === ref.name || idOf("project", name) === ref.id);
  }

  applicationCredential(ref: NamedRef, owner: NamedRef | undefined) {
    for (const user of this.#users) {
      const isOwner = owner === undefined || user === this.user(owner);
      const found = user.applicationCredentials?.find(
        (credential) => credential.id === ref.id || (isOwner && credential.name === ref.name),
      );
      if (found !== undefined) return { user, credential: found };
    }
    return undefined;
  }

  /** The trustor lends all roles in one project, as the alarm service asks for. */
  addTrust(trustor: KeystoneUserSetup, trustee: KeystoneUserSetup, projectName?: string): Trust {
    const project = projectName ?? trustor.project;
    const id = createHash("md5").update(`trust:${this.#trusts.size}:${trustor.name}`).digest("hex");
    const trust = { id, trustor, trustee, project, roles: rolesIn(trustor, project) };
    this.#trusts.set(id, trust);
    return trust;
  }

  trust(id: string): Trust | undefined {
    return this.#trusts.get(id);
  }
}

/** Roles of a user in a project; none where the user has none. */
export function rolesIn(user: KeystoneUserSetup, project: string): readonly string[] {
  return project === user.project ? user.roles : (user.otherProjects?.[project] ?? []);
}

function projectsOf(user: KeystoneUserSetup): string[] {
  return [user.project, ...Object.keys(user.otherProjects ?? {})];
}
