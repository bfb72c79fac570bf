/** From what readers answer to core's faults: the code of the registry, the table, and what SAP said. */
import { Fault } from "../../core/index.ts";
import { asksForSmallerRange, errorCodeOf, type ReadFailure } from "../rfc/index.ts";

export function readFault(table: string, failure: ReadFailure): Fault {
  if (failure.cause === "rfc") {
    const { failure: rfc } = failure;
    return new Fault(errorCodeOf(rfc), { place: table, detail: `${rfc.key}: ${rfc.detail}`, cause: failure });
  }
  // A row that changed while it was read in parts is read again with its slice; the rest is between us and this system's dictionary.
  if (failure.code === "service-changed")
    return new Fault("sap.service-changed", { place: table, detail: failure.detail, cause: failure });
  const code = failure.cause === "unstable" ? "sap.overload" : "sap.exception";
  return new Fault(code, { place: table, detail: `${failure.code}: ${failure.detail}`, cause: failure });
}

/** The read was too much for SAP, or for our patience: the same again would be so, too. */
export function wasTooLarge({ cause }: Fault): boolean {
  if (typeof cause !== "object" || cause === null || !("cause" in cause)) return false;
  const failure = cause as ReadFailure;
  return failure.cause === "rfc" && asksForSmallerRange(failure.failure);
}
