/** From what readers answer to core's faults: the code of the registry, the table, and what SAP said. */
import { Fault } from "../../core/index.ts";
import { errorCodeOf, type ReadFailure } from "../rfc/index.ts";

export function readFault(table: string, failure: ReadFailure): Fault {
  if (failure.cause === "rfc") {
    const { failure: rfc } = failure;
    return new Fault(errorCodeOf(rfc), { place: table, detail: `${rfc.key}: ${rfc.detail}` });
  }
  // A row that changed while it was read in parts is read again with its slice; the rest is between us and this system's dictionary.
  const code = failure.cause === "unstable" ? "sap.overload" : "sap.exception";
  return new Fault(code, { place: table, detail: `${failure.code}: ${failure.detail}`, cause: failure });
}
