import type { IncomingMessage } from "node:http";
import { VigilError } from "@vigil/core";
import { accessAllowed, type Identity, NOT_AUTHENTICATED, type TokenValidator } from "@vigil/openstack";
import { identityFromHeaders, stripIdentityHeaders } from "./identity-headers.ts";
import { readTarget } from "./target.ts";

/** Our type in Keystone's catalog: access rules of application credentials name it. */
const SERVICE_TYPE = "infra-optim";
/** Roles that make a service token valid, as keystonemiddleware's `service_token_roles`. */
const SERVICE_TOKEN_ROLES = ["service"];

export interface Authenticator {
  /** Public address of Keystone for `WWW-Authenticate`; empty where headers are trusted. */
  readonly keystoneUri: string;
  /** Why tokens can't be checked now; undefined while they can. For readiness. */
  readonly trouble: string | undefined;
  /**
   * Who sends the request. Must run before anything else reads the request's headers.
   *
   * @throws VigilError unauthenticated; unavailable when Keystone could not be asked
   */
  authenticate(request: IncomingMessage): Promise<Identity>;
}

/** `none` is for development: whoever reaches the port may call himself anybody. */
export type AuthenticatorOptions =
  | {
      mode: "keystone";
      validator: TokenValidator;
      /** Keystone's public address, told to senders without a token. */
      keystoneUri: string;
      /** Default: service. Compared without regard to case. */
      serviceTokenRoles?: readonly string[];
    }
  | { mode: "none" };

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  return options.mode === "none" ? new HeaderAuthenticator() : new KeystoneAuthenticator(options);
}

class HeaderAuthenticator implements Authenticator {
  readonly keystoneUri = "";
  readonly trouble = undefined;

  async authenticate(request: IncomingMessage): Promise<Identity> {
    return identityFromHeaders(request.headers);
  }
}

class KeystoneAuthenticator implements Authenticator {
  readonly keystoneUri: string;
  readonly #validator: TokenValidator;
  readonly #serviceRoles: ReadonlySet<string>;

  constructor(options: Extract<AuthenticatorOptions, { mode: "keystone" }>) {
    this.keystoneUri = options.keystoneUri;
    this.#validator = options.validator;
    const roles = options.serviceTokenRoles ?? SERVICE_TOKEN_ROLES;
    this.#serviceRoles = new Set(roles.map((role) => role.toLowerCase()));
  }

  get trouble(): string | undefined {
    return this.#validator.trouble;
  }

  async authenticate(request: IncomingMessage): Promise<Identity> {
    const { headers } = request;
    const token = tokenText(headers["x-auth-token"]);
    const serviceToken = tokenText(headers["x-service-token"]);
    stripIdentityHeaders(headers);
    const identity =
      serviceToken === ""
        ? await this.#validator.validate(token)
        : await this.#validateWithService(token, serviceToken);
    // A service that vouches for the request answers for its use as well.
    if (identity.access !== undefined && serviceToken === "") checkAccess(identity, request);
    return identity;
  }

  /** The user's token may have ended on its way through the service: work that began in time goes on. */
  async #validateWithService(token: string, serviceToken: string): Promise<Identity> {
    const service = await this.#validator.validate(serviceToken);
    if (!service.roles.some((role) => this.#serviceRoles.has(role))) {
      throw new VigilError("unauthenticated", NOT_AUTHENTICATED);
    }
    const user = await this.#validator.validate(token, { allowExpired: true });
    return { ...user, serviceRoles: service.roles };
  }
}

function checkAccess(identity: Identity, request: IncomingMessage): void {
  const { path } = readTarget(request.url ?? "/");
  if (accessAllowed(identity, SERVICE_TYPE, request.method ?? "", path)) return;
  throw new VigilError("unauthenticated", NOT_AUTHENTICATED);
}

function tokenText(value: string | string[] | undefined): string {
  return typeof value === "string" ? value.trim() : "";
}
