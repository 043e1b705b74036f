import { fileURLToPath } from "node:url";
import { loadPackageDefinition, logVerbosity, setLogVerbosity } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { ProtoGrpcType as EditTypes } from "./gen/edit.ts";
import type { ProtoGrpcType as PlanTypes } from "./gen/plan.ts";
import type { ProtoGrpcType as SystemTypes } from "./gen/system.ts";
import type { ProtoGrpcType as VerifyTypes } from "./gen/verify.ts";

/** proto/ at the root of the tree: the files stay in one place, for buf, the generator and the loader. */
const PROTO_FOLDER = fileURLToPath(new URL("../../../proto/", import.meta.url));

/**
 * The same options as proto-loader-gen-types was given: the generated types describe messages loaded so, and
 * nothing at run time would notice a difference. 64-bit integers are decimal text; bytes are Buffers.
 */
const LOADER_OPTIONS = {
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
  includeDirs: [PROTO_FOLDER],
};

// gRPC prints lines of its own to stderr, between the JSON lines of the logger; everything it says there also
// comes as an error. Its usual variable still turns them on.
if (process.env.GRPC_VERBOSITY === undefined) setLogVerbosity(logVerbosity.NONE);

// edit.proto imports record.proto, and that run.proto; system.proto imports verify.proto: one load has every service and one set of message types.
const { v1 } = (
  loadPackageDefinition(
    loadSync(["vigil/v1/edit.proto", "vigil/v1/plan.proto", "vigil/v1/system.proto"], LOADER_OPTIONS),
  ) as unknown as {
    vigil: EditTypes["vigil"] & PlanTypes["vigil"] & VerifyTypes["vigil"] & SystemTypes["vigil"];
  }
).vigil;

export const runServiceDefinition = v1.RunService.service;
export const recordServiceDefinition = v1.RecordService.service;
export const editServiceDefinition = v1.EditService.service;
export const planServiceDefinition = v1.PlanService.service;
export const verifyServiceDefinition = v1.VerifyService.service;
export const systemServiceDefinition = v1.SystemService.service;
