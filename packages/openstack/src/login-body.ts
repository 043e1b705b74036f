import type { AuthMethod, DomainRef, ProjectRef, Scope, UserRef } from "./auth-method.ts";

/** Body of `POST /v3/auth/tokens`. It holds the secret: never log it. */
export function loginBody(method: AuthMethod): string {
  return JSON.stringify({ auth: { identity: identityPart(method), ...scopePart(method) } });
}

/** Whose login it is, for messages: names only. */
export function describeLogin(method: AuthMethod): string {
  if (method.kind === "application-credential") {
    const { credential } = method;
    return `application credential ${"id" in credential ? credential.id : credential.name}`;
  }
  const who = method.kind === "password" ? `user ${nameOf(method.user)}` : "the holder of OS_TOKEN";
  return `${who} ${describeScope(method.scope)}`;
}

function identityPart(method: AuthMethod): object {
  switch (method.kind) {
    case "password":
      return {
        methods: ["password"],
        password: { user: { ...refPart(method.user), password: method.password } },
      };
    case "token":
      return { methods: ["token"], token: { id: method.token } };
    case "application-credential": {
      const { credential, secret } = method;
      const named =
        "id" in credential
          ? { id: credential.id }
          : { name: credential.name, user: refPart(credential.user) };
      return { methods: ["application_credential"], application_credential: { ...named, secret } };
    }
  }
}

/** A credential has its project built in, and Keystone refuses a scope beside it. */
function scopePart(method: AuthMethod): object {
  return method.kind === "application-credential" ? {} : { scope: scopeBody(method.scope) };
}

function scopeBody(scope: Scope): object {
  switch (scope.kind) {
    case "project":
      return { project: refPart(scope.project) };
    case "domain":
      return { domain: scope.domain };
    case "system":
      return { system: { all: true } };
    case "trust":
      return { "OS-TRUST:trust": { id: scope.id } };
  }
}

function describeScope(scope: Scope): string {
  switch (scope.kind) {
    case "project":
      return `in project ${nameOf(scope.project)}`;
    case "domain":
      return `in domain ${nameOf(scope.domain)}`;
    case "system":
      return "for the whole system";
    case "trust":
      return `by trust ${scope.id}`;
  }
}

function refPart(ref: UserRef | ProjectRef): object {
  return "id" in ref ? { id: ref.id } : { name: ref.name, domain: ref.domain };
}

function nameOf(ref: UserRef | ProjectRef | DomainRef): string {
  return "id" in ref ? ref.id : ref.name;
}
