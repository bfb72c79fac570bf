/** Codes of posting journals to SAP's general ledger (`ml-connector ledger`). */
import { entry } from "./entry.ts";

export const ledgerFaults = {
  "ledger.csv-invalid": entry(
    "fix-config",
    "accountant",
    "The file of journals cannot be used; nothing was posted.",
    "Correct the named line.",
  ),
  "ledger.reference-foreign": entry(
    "stop",
    "accountant",
    "A document in SAP carries the journal's reference number and is none of ours.",
    "Look at the named document; give the journal another version if it is a stranger.",
  ),
  "ledger.content-differs": entry(
    "stop",
    "accountant",
    "What was posted or sent under this external id is not what the file says now.",
    "Post the difference under an external id of its own, or reverse the document and raise `version`.",
  ),
  "ledger.posted-twice": entry(
    "stop",
    "accountant",
    "SAP has the journal more than once.",
    "Reverse one of the named documents, and report this: it must not happen.",
  ),
  "ledger.posted-gone": entry(
    "stop",
    "accountant",
    "The journal was posted, and SAP does not show the document any more.",
    "Ask whether it was archived or the client was restored; it is not posted again by itself.",
  ),
} as const;
