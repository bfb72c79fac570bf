/**
 * An object that cannot be whole: uploaded by key, code and balance, without lines (design section 5). It counts as one atom, is held
 * as rejected, and takes part again as soon as SAP delivers it whole.
 */
import type { RejectionCode } from "../disposition.ts";
import type { Flow } from "./flow.ts";

export type RejectedRecord = {
  readonly kind: "rejected";
  readonly flow: Flow;
  readonly key: string;
  readonly code: RejectionCode;
  /** For people: which field, which item. Never a payload. */
  readonly detail: string;
  /** Decimal text; what the object was off by, or `0`. */
  readonly balance: string;
  readonly currency: string;
  /** `2026.003`, or empty where the object has no period. */
  readonly period: string;
};
