/** The part of a logger that this package needs: fields first, as pino takes them. */
export interface LogSink {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const SILENT: LogSink = { warn() {}, error() {} };
