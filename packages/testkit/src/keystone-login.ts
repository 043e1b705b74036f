/** What a login at the Keystone test double gives, or why it is refused. */

import {
  type KeystoneDirectory,
  type KeystoneUserSetup,
  type NamedRef,
  rolesIn,
} from "./keystone-directory.ts";
import type { IssuedToken, TokenGrant } from "./keystone-tokens.ts";

/** An answer of Keystone that is not the wanted one. */
export class KeystoneRefusal extends Error {
  readonly code: number;
  readonly title: string;

  constructor(code: number, title: string, message: string) {
    super(message);
    this.code = code;
    this.title = title;
  }
}

/** The parts of a login's body that the double reads; any may be missing. */
interface LoginBody {
  auth?: {
    identity?: {
      methods?: string[];
      token?: { id?: string };
      password?: { user?: NamedRef & { password?: string } };
      application_credential?: NamedRef & { secret?: string; user?: NamedRef };
    };
    scope?: "unscoped" | { project?: NamedRef; "OS-TRUST:trust"?: { id?: string } };
  };
}

/** What a login gives: a new token lives for the usual time, or no longer than the token that it came from. */
export type LoginGrant = TokenGrant & { endsAtMs?: number };

/**
 * @param tokenNamed finds a living token by its text
 * @throws KeystoneRefusal 400 for a body that is no login, 401 for wrong credentials, 403 for a foreign trust
 */
export function grantFor(
  directory: KeystoneDirectory,
  body: unknown,
  tokenNamed: (text: string) => IssuedToken | undefined,
): LoginGrant {
  const auth = (body as LoginBody | null)?.auth;
  const methods = auth?.identity?.methods;
  if (methods?.[0] === "application_credential") return grantForCredential(directory, auth);
  if (methods?.[0] === "password") return grantForPassword(directory, auth);
  if (methods?.[0] === "token") return grantForToken(directory, auth, tokenNamed);
  throw new KeystoneRefusal(400, "Bad Request", "Expecting to find valid methods in auth.identity.");
}

function grantForPassword(directory: KeystoneDirectory, auth: LoginBody["auth"]): TokenGrant {
  const given = auth?.identity?.password?.user ?? {};
  const user = directory.user(given);
  if (user === undefined || user.password !== given.password) throw wrongCredentials();
  return grantForUser(directory, user, auth?.scope);
}

/** A token of a trust is good for the trust alone. */
function grantForToken(
  directory: KeystoneDirectory,
  auth: LoginBody["auth"],
  tokenNamed: (text: string) => IssuedToken | undefined,
): LoginGrant {
  const token = tokenNamed(auth?.identity?.token?.id ?? "");
  if (token === undefined) throw wrongCredentials();
  if (token.trust !== undefined) {
    throw new KeystoneRefusal(
      403,
      "Forbidden",
      "Using trust-scoped token to create another token is forbidden.",
    );
  }
  return { ...grantForUser(directory, token.user, auth?.scope), endsAtMs: token.expiresAtMs };
}

function grantForUser(
  directory: KeystoneDirectory,
  user: KeystoneUserSetup,
  scope: NonNullable<LoginBody["auth"]>["scope"],
): TokenGrant {
  if (scope === "unscoped") return { user, project: undefined, roles: [], method: "password" };
  const trustId = scope?.["OS-TRUST:trust"]?.id;
  if (trustId !== undefined) return grantForTrust(directory, user, trustId);
  const project = directory.projectOf(user, scope?.project);
  if (project === undefined) throw wrongCredentials();
  return { user, project, roles: rolesIn(user, project), method: "password" };
}

/** The token is the trustor's, though the trustee logged in: impersonation. */
function grantForTrust(
  directory: KeystoneDirectory,
  trustee: KeystoneUserSetup,
  trustId: string,
): TokenGrant {
  const trust = directory.trust(trustId);
  if (trust === undefined) throw wrongCredentials();
  if (trust.trustee !== trustee) {
    throw new KeystoneRefusal(403, "Forbidden", "You are not authorized to perform the requested action.");
  }
  return { user: trust.trustor, project: trust.project, roles: trust.roles, method: "password", trust };
}

function grantForCredential(directory: KeystoneDirectory, auth: LoginBody["auth"]): TokenGrant {
  const given = auth?.identity?.application_credential ?? {};
  const found = directory.applicationCredential(given, given.user);
  if (found === undefined || found.credential.secret !== given.secret) throw wrongCredentials();
  if (auth?.scope !== undefined) {
    throw new KeystoneRefusal(401, "Unauthorized", "Application credentials cannot request a scope.");
  }
  const { user, credential } = found;
  return {
    user,
    project: credential.project,
    roles: rolesIn(user, credential.project),
    method: "application_credential",
    credential,
  };
}

function wrongCredentials(): KeystoneRefusal {
  return new KeystoneRefusal(401, "Unauthorized", "The request you have made requires authentication.");
}
