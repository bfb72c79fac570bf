/**
 * What a failed read says about the reader: that another one may do, now or for good, or that none would. A dump quarantines the reader for the
 * table (sap-rfc 2.1.4: "bad request or table"), unless the database named the filter, or asked for a smaller range.
 */
import type { RfcFailure } from "../../ports/index.ts";
import { isAboutTheConnection } from "./function-interface.ts";
import { asksForSmallerRange } from "./governor.ts";
import type { ReadFailure } from "./table-reader.ts";

/** `final`: the caller's to judge. `broken`: never again for this table. `refused`: not while another serves. */
export type Judgement = "final" | "broken" | "refused" | "not-this-request";

export function judgeFailure(failure: ReadFailure, when: "probe" | "read"): Judgement {
  if (failure.cause === "rfc") return judgeRfc(failure.failure, when);
  switch (failure.code) {
    case "field-unknown":
    case "rows-max":
    case "filter-refused":
    case "row-unstable":
      return "final";
    case "reader-version":
    case "table-too-large":
      return "refused";
    default:
      return "not-this-request";
  }
}

/** Another field or filter may be served. */
const aboutTheRequest: ReadonlySet<string> = new Set([
  "POLICY_FIELD",
  "FIELD_NOT_ALLOWED",
  "FIELD_NOT_VALID",
  "DATA_BUFFER_EXCEEDED",
  "OPTION_NOT_VALID",
  "WHERE_NOT_VALID",
  "CURSOR_NOT_VALID",
]);

function judgeRfc(failure: RfcFailure, when: "probe" | "read"): Judgement {
  if (isAboutTheConnection(failure)) return "final";
  if (aboutTheRequest.has(failure.key)) return "not-this-request";
  switch (failure.class) {
    case "dump":
      if (/^(?:SAPSQL_|CX_SY_DYNAMIC_OSQL)/.test(failure.key)) return when === "read" ? "final" : "refused";
      // A page without a name may be a time limit or a restart as well as a dump on this table: not held against a reader for good.
      if (asksForSmallerRange(failure)) return when === "read" ? "final" : "refused";
      return "broken";
    case "protocol":
      // A character that XML cannot carry, say: in these rows (sap-rfc 2.2.2).
      return "not-this-request";
    default:
      return "refused";
  }
}

export function whyOf(failure: ReadFailure): string {
  return failure.cause === "rfc" ? `${failure.failure.key}: ${failure.failure.detail}` : failure.detail;
}

/** A missing right is what somebody can mend; what SAP said comes before what we concluded ourselves. */
export function mostTelling(failures: readonly ReadFailure[]): ReadFailure | undefined {
  return (
    failures.find((each) => each.cause === "rfc" && each.failure.class === "authorization") ??
    failures.find((each) => each.cause === "rfc") ??
    failures[0]
  );
}
