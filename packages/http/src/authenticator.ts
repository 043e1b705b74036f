import type { IncomingMessage } from "node:http";
import { VigilError } from "@vigil/core";
import {
  ANONYMOUS,
  accessAllowed,
  type Identity,
  NOT_AUTHENTICATED,
  type TokenValidator,
} from "@vigil/openstack";
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
  /** For paths that are open to everybody: nobody asks who sends, and nobody may claim to be anyone. */
  admit(request: IncomingMessage): Identity;
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
      /**
       * Default true. False: a service token counts without one of those roles, though it never revives a
       * token that has ended.
       */
      serviceTokenRolesRequired?: boolean;
      /**
       * Default false. True: a request with an absent or bad token goes on as nobody's, and policy decides.
       * A Keystone that can't be asked still refuses: a good token must not turn into nobody's.
       */
      delayDecision?: boolean;
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

  admit(): Identity {
    return ANONYMOUS;
  }
}

class KeystoneAuthenticator implements Authenticator {
  readonly keystoneUri: string;
  readonly #validator: TokenValidator;
  readonly #serviceRoles: ReadonlySet<string>;
  readonly #serviceRolesRequired: boolean;
  readonly #delayDecision: boolean;

  constructor(options: Extract<AuthenticatorOptions, { mode: "keystone" }>) {
    this.keystoneUri = options.keystoneUri;
    this.#validator = options.validator;
    const roles = options.serviceTokenRoles ?? SERVICE_TOKEN_ROLES;
    this.#serviceRoles = new Set(roles.map((role) => role.toLowerCase()));
    this.#serviceRolesRequired = options.serviceTokenRolesRequired ?? true;
    this.#delayDecision = options.delayDecision ?? false;
  }

  get trouble(): string | undefined {
    return this.#validator.trouble;
  }

  admit(request: IncomingMessage): Identity {
    stripIdentityHeaders(request);
    return ANONYMOUS;
  }

  async authenticate(request: IncomingMessage): Promise<Identity> {
    const { headers } = request;
    const token = tokenText(headers["x-auth-token"]);
    const serviceToken = tokenText(headers["x-service-token"]);
    stripIdentityHeaders(request);
    try {
      return await this.#identify(request, token, serviceToken);
    } catch (error) {
      if (this.#delayDecision && VigilError.from(error).kind === "unauthenticated") return ANONYMOUS;
      throw error;
    }
  }

  async #identify(request: IncomingMessage, token: string, serviceToken: string): Promise<Identity> {
    const serviceRoles = serviceToken === "" ? [] : await this.#validateService(serviceToken);
    const isVouchedFor = serviceRoles.some((role) => this.#serviceRoles.has(role));
    // The token may have ended on its way through the service: work that began in time goes on.
    const user = await this.#validator.validate(token, { allowExpired: isVouchedFor });
    // A service that vouches for the request answers for its use as well.
    if (!isVouchedFor) checkAccess(user, request);
    return { ...user, serviceRoles };
  }

  async #validateService(serviceToken: string): Promise<readonly string[]> {
    const { roles } = await this.#validator.validate(serviceToken);
    const counts = !this.#serviceRolesRequired || roles.some((role) => this.#serviceRoles.has(role));
    if (!counts) throw new VigilError("unauthenticated", NOT_AUTHENTICATED);
    return roles;
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
