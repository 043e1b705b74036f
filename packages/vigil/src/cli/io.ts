/** What a command has from its surroundings. Results go to `stdout`, errors and logs to `stderr`. */
export interface Io {
  env: NodeJS.ProcessEnv;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
}
