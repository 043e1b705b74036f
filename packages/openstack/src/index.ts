export { accessAllowed } from "./access-rules.ts";
export type { AuthMethod, DomainRef, ProjectRef, Scope, UserRef } from "./auth-method.ts";
export { CorrectedClock } from "./corrected-clock.ts";
export { type Credentials, credentialsFrom, loadCloud } from "./credentials.ts";
export { type EndpointChoice, findEndpoint, identityBase } from "./endpoint.ts";
export { type AccessRule, ANONYMOUS, type Identity, type RestrictedAccess } from "./identity.ts";
export type { LogSink } from "./log-sink.ts";
export {
  KeystoneSession,
  type KeystoneSessionOptions,
  type OwnToken,
  RENEWAL_MARGIN_MS,
} from "./session.ts";
export type { CatalogEndpoint, CatalogEntry } from "./token-body.ts";
export {
  NEGATIVE_CACHE_TIME_MS,
  NOT_AUTHENTICATED,
  TOKEN_CACHE_TIME_MS,
  TokenValidator,
  type TokenValidatorOptions,
  TRUST_TOKEN_CACHE_TIME_MS,
  type ValidateOptions,
} from "./token-validator.ts";
export { KEYSTONE_UNAVAILABLE } from "./transport.ts";
