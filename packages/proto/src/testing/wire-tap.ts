/** A gRPC server between roles and state that passes on bytes as they are, and keeps them. */

import {
  Client,
  credentials,
  Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import * as descriptor from "../descriptor.ts";

/** One call as it went over the wire. */
export interface TappedCall {
  /** /package.Service/Method */
  path: string;
  request: Buffer;
  /** Empty where the call failed. */
  response: Buffer;
  /** Number of the gRPC status; 0: it went well. */
  code: number;
}

export interface WireTap {
  /** host:port, to be given to roles in the place of state's. */
  address: string;
  readonly calls: TappedCall[];
  close(): void;
}

/** Longer than any call may take. */
const DEADLINE_MS = 30_000;
const asIs = (bytes: Buffer): Buffer => bytes;

type Method = MethodDefinition<object, object>;

/** All methods of all services, by their paths. */
export function methodsByPath(): Map<string, Method> {
  const services: ServiceDefinition[] = Object.values(descriptor);
  return new Map(services.flatMap((one) => Object.values(one)).map((one) => [one.path, one as Method]));
}

/** @param address host:port of state */
export async function startWireTap(address: string): Promise<WireTap> {
  const calls: TappedCall[] = [];
  const client = new Client(address, credentials.createInsecure());
  const server = new Server();
  for (const service of Object.values(descriptor) as ServiceDefinition[]) {
    const entries = Object.entries(service).map(([name, method]) => [name, rawMethod(method as Method)]);
    const handlers = Object.keys(service).map((name) => [
      name,
      async (
        call: { request: Buffer },
        answer: (error: Partial<ServiceError> | null, bytes?: Buffer) => void,
      ) => {
        const path = (service[name] as Method).path;
        const { error, response } = await forward(client, path, call.request);
        calls.push({ path, request: call.request, response, code: error?.code ?? status.OK });
        if (error) answer({ code: error.code, details: error.details, metadata: error.metadata });
        else answer(null, response);
      },
    ]);
    server.addService(Object.fromEntries(entries), Object.fromEntries(handlers));
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return {
    address: `127.0.0.1:${port}`,
    calls,
    close: () => {
      server.forceShutdown();
      client.close();
    },
  };
}

/** Sends the bytes of a request and gives what came back, as bytes. Never rejects. */
export async function callRaw(address: string, path: string, request: Buffer): Promise<TappedCall> {
  const client = new Client(address, credentials.createInsecure());
  const { error, response } = await forward(client, path, request);
  client.close();
  return { path, request, response, code: error?.code ?? status.OK };
}

function rawMethod(method: Method): MethodDefinition<Buffer, Buffer> {
  return {
    path: method.path,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
}

interface Answer {
  error: ServiceError | null;
  response: Buffer;
}

function forward(client: Client, path: string, request: Buffer): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { deadline: Date.now() + DEADLINE_MS };
    client.makeUnaryRequest(path, asIs, asIs, request, new Metadata(), options, (error, response) =>
      resolve({ error, response: response ?? Buffer.alloc(0) }),
    );
  });
}
