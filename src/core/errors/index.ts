export { Fault, faultSentence } from "./fault.ts";
export {
  describeError,
  type ErrorClass,
  type ErrorCode,
  type ErrorEntry,
  errorRegistry,
  isErrorCode,
  type Owner,
} from "./registry.ts";
