/** Calls as somebody sees who counts them: around a service, so that neither border knows of it. */

import { status } from "@grpc/grpc-js";
import { VigilError } from "@vigil/core";
import type { StateClient } from "./client.ts";
import { statusOfKind } from "./errors.ts";

/** @param method such as Complete @param code name of a gRPC status, OK or such as UNAVAILABLE */
export type OnCall = (method: string, code: string, ms: number) => void;

type Method = (...given: never[]) => Promise<unknown>;

/** The same service, of which each call is told when it has ended. */
export function observed<Service extends object>(service: Service, onCall: OnCall): Service {
  const methods = Object.entries(service).map(([key, member]: [string, unknown]) => {
    if (typeof member !== "function") return [key, member];
    const name = key.charAt(0).toUpperCase() + key.slice(1);
    return [key, observedMethod(name, member as Method, onCall)];
  });
  return Object.fromEntries(methods) as Service;
}

function observedMethod(name: string, method: Method, onCall: OnCall): Method {
  return async (...given) => {
    const beganMs = performance.now();
    const told = (code: status) => onCall(name, status[code], performance.now() - beganMs);
    try {
      const answer = await method(...given);
      told(status.OK);
      return answer;
    } catch (thrown) {
      told(statusOfKind(VigilError.from(thrown).kind));
      throw thrown;
    }
  };
}

/** The same client, of which each call of each service is told when it has ended. */
export function observedClient(client: StateClient, onCall: OnCall): StateClient {
  const services = Object.entries(client).map(([key, member]: [string, unknown]) => [
    key,
    typeof member === "object" && member !== null ? observed(member, onCall) : member,
  ]);
  return Object.fromEntries(services) as StateClient;
}
