/** Which entry of the error registry a failed call is: the registry says who must act and what comes next. */
import type { ErrorCode } from "../../core/index.ts";
import type { RfcFailure } from "../../ports/index.ts";

/** Keys whose remedy is not that of their class. */
const ownCodes: Readonly<Record<string, ErrorCode>> = {
  SRT_WHITE_LIST: "sap.white-list",
  SSL_REQUIRED: "sap.ssl-required",
  SESSION_LIMIT: "sap.session-limit",
  CONVERSATION_LIMIT: "sap.conversation-limit",
  SNC: "sap.snc",
  CHILD_FAILED: "sap.rfc-child",
  CHILD_LOST: "sap.rfc-child-lost",
  "/IWFND/MED/170": "sap.service-not-active",
  "/IWFND/CM_COS/064": "sap.service-not-active",
  "/IWFND/CM_COS/002": "sap.service-not-active",
};

export function errorCodeOf({ class: kind, key }: RfcFailure): ErrorCode {
  const own = Object.hasOwn(ownCodes, key) ? ownCodes[key] : undefined;
  if (own !== undefined && kind !== "exception") return own;
  switch (kind) {
    case "communication":
      if (key === "TLS") return "sap.tls";
      return key === "NAME_NOT_FOUND" ? "sap.name-not-found" : "sap.unreachable";
    case "overload":
      return "sap.overload";
    case "logon":
      return "sap.logon";
    case "not-active":
      return "sap.not-active";
    case "authorization":
      return key.startsWith("POLICY_") ? "sap.policy" : "sap.not-authorised";
    case "resting":
      return key === "POLICY_ROWS_PER_DAY" ? "sap.row-budget" : "sap.quiet-hours";
    case "dump":
      return "sap.dump";
    case "exception":
    case "message":
      return "sap.exception";
    case "protocol":
      return "sap.protocol";
  }
}
