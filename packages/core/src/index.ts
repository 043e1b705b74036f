export { ERROR_KINDS, type ErrorData, type ErrorKind, isErrorKind, VigilError } from "./errors.ts";
