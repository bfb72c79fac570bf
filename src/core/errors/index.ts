export type { ErrorClass, ErrorEntry, Owner } from "./entry.ts";
export { Fault, faultSentence } from "./fault.ts";
export { describeError, type ErrorCode, errorRegistry, isErrorCode } from "./registry.ts";
