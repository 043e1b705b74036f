import type { MethodDefinition } from "@grpc/proto-loader";
import type { Context } from "@vigil/tracing";
import type { EditServiceDefinition } from "./gen/vigil/v1/EditService.ts";
import type { PlanServiceDefinition } from "./gen/vigil/v1/PlanService.ts";
import type { RecordServiceDefinition } from "./gen/vigil/v1/RecordService.ts";
import type { RunServiceDefinition } from "./gen/vigil/v1/RunService.ts";
import type { SystemServiceDefinition } from "./gen/vigil/v1/SystemService.ts";
import type { VerifyServiceDefinition } from "./gen/vigil/v1/VerifyService.ts";

/**
 * The services as plain async functions, derived from the generated definitions: a new RPC in the .proto appears
 * here by itself, and an implementation that lacks it does not compile. Method names begin in lower case.
 */

/** Names of the RPCs themselves: the index signature that grpc.ServiceDefinition adds is left out. */
type RpcName<Definition> = keyof {
  [Name in keyof Definition as string extends Name ? never : Name]: true;
};

/**
 * What a caller sees: members of a request may be left out, those of an answer are filled in. The call's span is below
 * `parent`; without one it has none.
 */
type CallsOf<Definition> = {
  [Name in RpcName<Definition> &
    keyof Definition &
    string as Uncapitalize<Name>]: Definition[Name] extends MethodDefinition<
    infer Request,
    infer _Response,
    infer _RequestOutput,
    infer ResponseOutput
  >
    ? (request: Request, parent?: Context) => Promise<ResponseOutput>
    : never;
};

/**
 * What the server implements: members of a request are filled in, those of an answer may be left out. What it does for
 * the call belongs below `trace`, if that is given.
 */
type HandlersOf<Definition> = {
  [Name in RpcName<Definition> &
    keyof Definition &
    string as Uncapitalize<Name>]: Definition[Name] extends MethodDefinition<
    infer _Request,
    infer Response,
    infer RequestOutput,
    infer _ResponseOutput
  >
    ? (request: RequestOutput, trace?: Context) => Promise<Response>
    : never;
};

/** RunService as a client sees it. Every call rejects with a VigilError and nothing else. */
export interface RunCalls extends CallsOf<RunServiceDefinition> {}

/** RecordService as a client sees it. Every call rejects with a VigilError and nothing else. */
export interface RecordCalls extends CallsOf<RecordServiceDefinition> {}

/** EditService as a client sees it. Every call rejects with a VigilError and nothing else. */
export interface EditCalls extends CallsOf<EditServiceDefinition> {}

/** PlanService as a client sees it. Every call rejects with a VigilError and nothing else. */
export interface PlanCalls extends CallsOf<PlanServiceDefinition> {}

/** VerifyService as a client sees it. Every call rejects with a VigilError and nothing else. */
export interface VerifyCalls extends CallsOf<VerifyServiceDefinition> {}

/** SystemService as a client sees it. Every call rejects with a VigilError and nothing else. */
export interface SystemCalls extends CallsOf<SystemServiceDefinition> {}

/** RunService as state implements it. A VigilError reaches the caller as it is; anything else as `internal`. */
export interface RunServiceImpl extends HandlersOf<RunServiceDefinition> {}

/** RecordService as state implements it. A VigilError reaches the caller as it is; anything else as `internal`. */
export interface RecordServiceImpl extends HandlersOf<RecordServiceDefinition> {}

/** EditService as state implements it. A VigilError reaches the caller as it is; anything else as `internal`. */
export interface EditServiceImpl extends HandlersOf<EditServiceDefinition> {}

/** PlanService as state implements it. A VigilError reaches the caller as it is; anything else as `internal`. */
export interface PlanServiceImpl extends HandlersOf<PlanServiceDefinition> {}

/** VerifyService as state implements it. A VigilError reaches the caller as it is; anything else as `internal`. */
export interface VerifyServiceImpl extends HandlersOf<VerifyServiceDefinition> {}

/** SystemService as state implements it. A VigilError reaches the caller as it is; anything else as `internal`. */
export interface SystemServiceImpl extends HandlersOf<SystemServiceDefinition> {}
