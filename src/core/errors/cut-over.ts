/** Codes of cut-over: what an older purchase order waits for, and what of a person's word cannot be taken down. */
import { entry } from "./entry.ts";

export const cutOverHolds = {
  "contract-twin": entry(
    "hold",
    "project-manager",
    "The purchase order is older than cut-over, and Procore already has a contract that may be it.",
    "Look at the candidates with `ml-connector cut-over contracts`, then adopt one, leave the order out, or create it.",
  ),
  "contract-foreign-origin": entry(
    "hold",
    "integration-owner",
    "The contract that is this purchase order is linked by another system, and that link is never overwritten.",
    "Let the other system give it up, or leave the order out or create it beside it with `ml-connector cut-over`.",
  ),
  "contract-differs": entry(
    "hold",
    "project-manager",
    "The contract is not what SAP says of the purchase order, so it cannot be adopted as it stands.",
    "Put right what `ml-connector cut-over contracts` lists, in Procore or in SAP, or leave the order out; it is looked at again with the next sweep, or after a decision.",
  ),
  "contract-decision-void": entry(
    "hold",
    "project-manager",
    "The contract that was chosen for the purchase order is gone, or linked meanwhile.",
    "Decide anew with `ml-connector cut-over`.",
  ),
} as const;

export const cutOverFaults = {
  "cut-over.refused": entry(
    "fix-config",
    "accountant",
    "The word on a project's cut-over cannot be taken down.",
    "Look at `ml-connector cut-over` and decide on what it shows now.",
  ),
  "cut-over.not-listed": entry(
    "retry",
    "procore-admin",
    "The project could not be listed whole in Procore, so its opening balance cannot be told.",
    "Ask again; if it stays so, look at the app's permitted projects and tools in Procore.",
  ),
} as const;
