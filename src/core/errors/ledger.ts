/** Codes of posting journals to SAP's general ledger (`ml-connector ledger`). */
import { entry } from "./entry.ts";

export const ledgerFaults = {
  "ledger.csv-invalid": entry(
    "fix-config",
    "accountant",
    "The file of journals cannot be used; nothing was posted.",
    "Correct the named line.",
  ),
  "ledger.not-allowed": entry(
    "fix-config",
    "sap-basis",
    "The agent's policy does not allow posting to SAP.",
    "Add `ledgerPosting` with the company codes to the policy on the agent's machine, if it is wanted.",
  ),
  "ledger.no-session": entry(
    "fix-config",
    "sap-basis",
    "Posting with SAP's own BAPIs needs a session that outlives a call, and SOAP has none.",
    "Choose native RFC (docs/native-rfc.md), or the customer's module (`through: module`, docs/sap/z-mlc-post-document.md).",
  ),
  "ledger.no-wrapper": entry(
    "fix-config",
    "sap-basis",
    "Over plain SOAP a posting and its commit are not one session, and the function module that joins them is not there.",
    "Install Z_MLC_POST_DOCUMENT (docs/sap/z-mlc-post-document.md) and let the user call it.",
  ),
  "ledger.refused": entry(
    "hold",
    "accountant",
    "SAP refused the journal.",
    "Read SAP's messages, correct the journal, and post it again.",
  ),
  "ledger.unknown": entry(
    "retry",
    "integration-owner",
    "Whether SAP has posted the journal is not known yet.",
    "Run the command again: it looks in SAP first, and sends again only when nothing can be under way any more.",
  ),
  "ledger.update-failed": entry(
    "stop",
    "sap-basis",
    "SAP took the journal and its update ended without a document.",
    "Look in SM13: process or delete the update record, then run the command again.",
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
  "ledger.reference-collision": entry(
    "stop",
    "integration-owner",
    "Two source keys come to one reference number.",
    "Give one of them another version or external id, and report this.",
  ),
  "ledger.journal-busy": entry(
    "retry",
    "integration-owner",
    "Another process on this machine is posting to SAP's ledger.",
    "Wait for it to end, and run the command again.",
  ),
  "ledger.journal-broken": entry(
    "fix-config",
    "it",
    "This machine's record of what was sent to SAP's ledger cannot be used; nothing was posted.",
    "Restore the named file from a backup; if there is none, move it away an hour after the last posting at the earliest.",
  ),
} as const;
