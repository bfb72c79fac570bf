/**
 * Every code the product can say, once: what it is (class), who must act (owner), a plain sentence and the next step. The docs page
 * is made from it, and a code without a test fails the suite. Sentences carry no data; the place and the value stand beside them.
 */
export type ErrorClass =
  /** Passes by itself; the product tries again. */
  | "retry"
  /** One record waits for somebody; the others go on. */
  | "hold"
  /** A setting, right or password is wrong; nothing was written. */
  | "fix-config"
  /** The run stops: going on could harm. */
  | "stop";

export type Owner = "accountant" | "project-manager" | "integration-owner" | "sap-basis" | "procore-admin" | "it";

export type ErrorEntry = { readonly class: ErrorClass; readonly owner: Owner; readonly sentence: string; readonly next: string };

function entry(errorClass: ErrorClass, owner: Owner, sentence: string, next: string): ErrorEntry {
  return { class: errorClass, owner, sentence, next };
}

const holds = {
  "mapping-no-rule": entry(
    "hold",
    "accountant",
    "No mapping rule says where this amount belongs.",
    "Add a rule to the mapping; the hold releases itself.",
  ),
  "project-not-permitted": entry(
    "hold",
    "procore-admin",
    "The mapped project does not exist in Procore or is not permitted to the service account.",
    "Add the project to the app's permitted projects, or correct the rule.",
  ),
  "budget-code-missing": entry(
    "hold",
    "project-manager",
    "The project has no budget code of this cost code and cost type.",
    "Create the budget code in Procore, or correct the rule.",
  ),
  "vendor-twin": entry(
    "hold",
    "accountant",
    "Procore already has a company of this name that is not linked to SAP.",
    "Decide whether they are one; link or rename one of them.",
  ),
  "vendor-origin-foreign": entry(
    "hold",
    "procore-admin",
    "Procore's record carries another system's origin id.",
    "Decide which system owns the record; it is never overwritten.",
  ),
  "vendor-unmappable": entry(
    "hold",
    "accountant",
    "The vendor's master data cannot be written to Procore.",
    "Correct the named field in SAP.",
  ),
  "vendor-refused": entry(
    "hold",
    "integration-owner",
    "Procore refused the vendor.",
    "Read Procore's message, correct the record, replay.",
  ),
  "po-unknown-assignment": entry(
    "hold",
    "accountant",
    "The item's account assignment is unknown (category U) until its invoice.",
    "Assign the item in SAP.",
  ),
  "po-currency": entry(
    "hold",
    "accountant",
    "The purchase order is not in the project's currency.",
    "Choose the policy for foreign-currency purchase orders.",
  ),
  "po-vendor-not-in-procore": entry(
    "hold",
    "accountant",
    "The purchase order's vendor is not in Procore.",
    "Release the vendor; the purchase order follows by itself.",
  ),
  "po-changed-after-closing": entry(
    "hold",
    "project-manager",
    "The contract can no longer be changed in Procore.",
    "Reopen the contract, or use a change order.",
  ),
  "po-item-deleted-after-posting": entry(
    "hold",
    "accountant",
    "SAP deleted or blocked an item that is already a contract line.",
    "Reduce the line in Procore to what was invoiced, or use a change order.",
  ),
  "po-change-in-release": entry(
    "hold",
    "accountant",
    "The purchase order went back into release; Procore keeps the last approved version (ruling 13).",
    "Release it in SAP; the change follows by itself.",
  ),
  "po-refused": entry(
    "hold",
    "integration-owner",
    "Procore refused the contract or its line.",
    "Read Procore's message, correct the record, replay.",
  ),
  "cost-purchase-order-undecided": entry(
    "hold",
    "accountant",
    "The line belongs to a purchase order item that is itself held or unknown.",
    "Release the purchase order item; the line follows by itself.",
  ),
  "cost-currency": entry(
    "hold",
    "accountant",
    "The company code's currency is not the project's.",
    "Choose the project's valuation.",
  ),
  "cost-vendor-not-in-procore": entry(
    "hold",
    "accountant",
    "The invoice's vendor is not in Procore.",
    "Release the vendor; the line follows by itself.",
  ),
  "cost-changed-after-posting": entry(
    "hold",
    "accountant",
    "SAP changed a line that is already part of a posted direct cost.",
    "Plan a correction.",
  ),
  "cost-refused": entry(
    "hold",
    "integration-owner",
    "Procore refused the direct cost or its line.",
    "Read Procore's message, correct the record, replay.",
  ),
  "procore-differs": entry(
    "hold",
    "integration-owner",
    "What Procore holds is not what was sent.",
    "Compare both; somebody edited the record, or Procore changed it.",
  ),
  "waits-for-prerequisite": entry(
    "hold",
    "integration-owner",
    "A record that this one needs is not in Procore yet.",
    "Release the named record; this one follows by itself.",
  ),
  "object-without-items": entry(
    "hold",
    "sap-basis",
    "SAP delivered the purchase order without its items.",
    "Check the authorisation for EKPO and the document itself.",
  ),
  "object-unstable": entry(
    "hold",
    "sap-basis",
    "The object changed while it was read, twice.",
    "None: the next run reads it again.",
  ),
  "document-without-lines": entry(
    "hold",
    "sap-basis",
    "SAP delivered the document without its lines.",
    "Check the authorisation for BSEG and the archive.",
  ),
  "document-unbalanced": entry(
    "hold",
    "sap-basis",
    "The document's debits and credits do not balance as delivered.",
    "Check whether lines are missing or filtered by authorisation.",
  ),
  "amount-overflow": entry(
    "hold",
    "sap-basis",
    "The reader cut an amount that is too wide for its column (an asterisk came back).",
    "Install another reader for this table; the amount is never guessed.",
  ),
  "amount-unreadable": entry(
    "hold",
    "sap-basis",
    "An amount or date came back that cannot be read.",
    "Look at the named field in SAP.",
  ),
} as const;

const faults = {
  "sap.unreachable": entry(
    "retry",
    "it",
    "The SAP system does not answer at this address.",
    "Check host, port and firewall from the agent's machine.",
  ),
  "sap.name-not-found": entry(
    "fix-config",
    "it",
    "The SAP host name is unknown.",
    "Check `sap.url` in the agent's configuration and the name server.",
  ),
  "sap.tls": entry("fix-config", "it", "The SAP system's certificate is not trusted.", "Give the agent the right CA file."),
  "sap.logon": entry(
    "fix-config",
    "sap-basis",
    "SAP refused the logon. No second try was made, since repeated ones lock the user.",
    "Check client, user, password and lock (SU01), then start again.",
  ),
  "sap.not-active": entry(
    "fix-config",
    "sap-basis",
    "The service /sap/bc/soap/rfc is not active or not there.",
    "Activate the node in SICF, or correct `sap.url`.",
  ),
  "sap.not-authorised": entry(
    "fix-config",
    "sap-basis",
    "The SAP user may not do this.",
    "Give the role S_RFC for the function or S_TABU_NAM for the table.",
  ),
  "sap.overload": entry(
    "retry",
    "sap-basis",
    "SAP has no free work process or session.",
    "None: the agent slows down and tries again.",
  ),
  "sap.dump": entry("stop", "sap-basis", "The call ended in a short dump.", "Look it up in ST22 by the time of the call."),
  "sap.exception": entry(
    "stop",
    "integration-owner",
    "The function module raised an exception.",
    "Read its name; table, field or condition may not exist in this release.",
  ),
  "sap.protocol": entry(
    "stop",
    "integration-owner",
    "SAP's answer cannot be read.",
    "Check for a proxy or logon page in between; keep the answer for support.",
  ),
  "sap.policy": entry(
    "fix-config",
    "sap-basis",
    "The agent's policy does not allow this function, table or field.",
    "Widen the policy file on the agent's machine if it should.",
  ),
  "sap.range-not-divisible": entry(
    "stop",
    "integration-owner",
    "A single key has more rows than one call may return.",
    "Raise the cap for this table.",
  ),
  "procore.unreachable": entry("retry", "it", "Procore does not answer.", "Check the network; the run goes on by itself."),
  "procore.token": entry(
    "fix-config",
    "procore-admin",
    "Procore refused the client id or secret.",
    "Check both in the app's settings, then run `ml-connector init` again.",
  ),
  "procore.unauthorised": entry(
    "fix-config",
    "procore-admin",
    "Procore refused the token, also a fresh one.",
    "Check that the app is installed and not revoked.",
  ),
  "procore.app-not-connected": entry(
    "fix-config",
    "procore-admin",
    "The app is not connected to this Procore company.",
    "Install the app in the company's directory.",
  ),
  "procore.project-not-permitted": entry(
    "fix-config",
    "procore-admin",
    "The project is not permitted to the service account.",
    "Add it to the app's permitted projects.",
  ),
  "procore.not-found": entry(
    "hold",
    "integration-owner",
    "Procore does not show the record; that does not mean it is gone.",
    "Check project, permissions and recycle bin.",
  ),
  "procore.validation": entry(
    "hold",
    "integration-owner",
    "Procore refused the content.",
    "Read its message and correct the record.",
  ),
  "procore.locked": entry(
    "hold",
    "project-manager",
    "The record is locked in Procore.",
    "Set it back to Draft, or use a change order.",
  ),
  "procore.duplicate-origin-id": entry(
    "hold",
    "integration-owner",
    "The origin id is taken by another record.",
    "Find the record by its origin id and decide which one stays.",
  ),
  "procore.conflict": entry("retry", "integration-owner", "Procore was writing the same record.", "None: it is tried again."),
  "procore.too-large": entry("stop", "integration-owner", "The batch is larger than Procore accepts.", "Lower the batch size."),
  "procore.quota": entry(
    "retry",
    "procore-admin",
    "Procore's request quota is used up.",
    "None: the run waits; a larger quota makes it faster.",
  ),
  "procore.server": entry(
    "retry",
    "integration-owner",
    "Procore failed.",
    "None: what was sent is looked up before it is sent again.",
  ),
  "procore.unreadable": entry(
    "stop",
    "integration-owner",
    "Procore's answer cannot be read.",
    "Compare the named field with Procore's documentation.",
  ),
  "config.file-missing": entry(
    "fix-config",
    "integration-owner",
    "The configuration file is not there.",
    "Run `ml-connector init`.",
  ),
  "config.invalid": entry("fix-config", "integration-owner", "The configuration cannot be used.", "Correct the named line."),
  "config.unknown-key": entry(
    "fix-config",
    "integration-owner",
    "The configuration has a key that is not known.",
    "Remove or correct it; the nearest known key is named.",
  ),
  "config.secret-missing": entry(
    "fix-config",
    "integration-owner",
    "A secret is not stored.",
    "Run `ml-connector init` again, or set the named variable.",
  ),
  "config.secret-broken": entry(
    "fix-config",
    "integration-owner",
    "A stored secret cannot be opened with this key.",
    "Use the key it was sealed with, or store the secret anew.",
  ),
  "mapping.invalid": entry("fix-config", "accountant", "The mapping cannot be used.", "Correct the named line."),
  "agent.code-refused": entry(
    "fix-config",
    "integration-owner",
    "The enrolment code is unknown, used or too old.",
    "Make a new code and enrol within its time.",
  ),
  "agent.refused": entry(
    "fix-config",
    "integration-owner",
    "The hub does not accept this agent's signature.",
    "Check the clock; enrol the agent again if it was revoked.",
  ),
  "agent.lease-lost": entry(
    "retry",
    "integration-owner",
    "The slice was leased to another agent meanwhile.",
    "None: the work is done once.",
  ),
  "agent.upload-damaged": entry("retry", "it", "The upload arrived damaged.", "None: the slice is read again."),
  "agent.record-invalid": entry(
    "stop",
    "integration-owner",
    "The agent uploaded a record that the hub cannot read.",
    "Use an agent of the hub's version.",
  ),
  "store.unavailable": entry(
    "retry",
    "it",
    "The database does not answer.",
    "Check disk space and the database; nothing is lost.",
  ),
  "store.start-failed": entry(
    "fix-config",
    "it",
    "The private PostgreSQL could not be started.",
    "Read the named log file; check disk, rights and free memory.",
  ),
  "run.conservation-broken": entry(
    "stop",
    "integration-owner",
    "What was read is not the sum of what became of it.",
    "Keep the database and report this: it is a defect.",
  ),
  "run.total-differs": entry(
    "stop",
    "integration-owner",
    "A Procore record is not the sum of its parts.",
    "Compare the named record; nothing more was written.",
  ),
  "run.already-open": entry("hold", "integration-owner", "Another run of this connection is open.", "Wait for it, or resume it."),
} as const;

export const errorRegistry = { ...holds, ...faults } as const satisfies Record<string, ErrorEntry>;
export type ErrorCode = keyof typeof errorRegistry;

export function describeError(code: ErrorCode): ErrorEntry {
  return errorRegistry[code];
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorRegistry, code);
}
