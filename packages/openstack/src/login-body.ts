import type { AuthMethod, ProjectRef, UserRef } from "./credentials.ts";

/** Body of `POST /v3/auth/tokens`. It holds the secret: never log it. */
export function loginBody(method: AuthMethod): string {
  if (method.kind === "password") {
    const user = { ...userPart(method.user), password: method.password };
    return JSON.stringify({
      auth: {
        identity: { methods: ["password"], password: { user } },
        scope: { project: projectPart(method.project) },
      },
    });
  }
  const { credential, secret } = method;
  const named =
    "id" in credential ? { id: credential.id } : { name: credential.name, user: userPart(credential.user) };
  return JSON.stringify({
    auth: {
      identity: { methods: ["application_credential"], application_credential: { ...named, secret } },
    },
  });
}

/** Whose login it is, for messages: names only. */
export function describeLogin(method: AuthMethod): string {
  if (method.kind === "password") {
    return `user ${nameOf(method.user)} in project ${nameOf(method.project)}`;
  }
  const { credential } = method;
  return `application credential ${"id" in credential ? credential.id : credential.name}`;
}

function userPart(user: UserRef): object {
  return "id" in user ? { id: user.id } : { name: user.name, domain: user.domain };
}

function projectPart(project: ProjectRef): object {
  return "id" in project ? { id: project.id } : { name: project.name, domain: project.domain };
}

function nameOf(ref: UserRef | ProjectRef): string {
  return "id" in ref ? ref.id : ref.name;
}
