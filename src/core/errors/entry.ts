/** What the registry says of a code: its class, who must act, a plain sentence and the next step. */
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

export function entry(errorClass: ErrorClass, owner: Owner, sentence: string, next: string): ErrorEntry {
  return { class: errorClass, owner, sentence, next };
}
