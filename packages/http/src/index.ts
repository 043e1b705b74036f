export { ANONYMOUS, type Identity } from "@vigil/openstack";
export {
  errorAnswer,
  errorEnvelope,
  type PreparedAnswer,
  sendAnswer,
  unauthorizedAnswer,
} from "./answer.ts";
export { type Authenticator, type AuthenticatorOptions, createAuthenticator } from "./authenticator.ts";
export { type BodyLimits, bodyTooLarge, checkDeclaredSize, discardBody, readBody } from "./body.ts";
export { BodyBudget, type BodyBudgetLimits, type HeldBody } from "./body-budget.ts";
export { HttpFault } from "./fault.ts";
export {
  DEFAULT_LISTENER_LIMITS,
  type Listener,
  type ListenerLimits,
  type ListenerOptions,
  type ProbeAnswer,
  startListener,
} from "./listener.ts";
export { MINOR_MAX, parseMicroversion, versionHeaders } from "./microversion.ts";
export { DEFAULT_POLICY_RULES } from "./policy/defaults.ts";
export type { PolicyRuleSource, PolicyRules } from "./policy/expression.ts";
export { createPolicy, overridePolicy, type Policy } from "./policy/policy.ts";
export type { PolicyTarget } from "./policy/template.ts";
export { newRequestId, senderRequestId } from "./request-id.ts";
export type { HttpRoutes, RequestTarget } from "./routes.ts";
export { httpStatusOf } from "./status.ts";
export { decodeSegments, readTarget } from "./target.ts";
