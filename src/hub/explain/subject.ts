/**
 * What a person asks about, read from what they would copy from either system: an origin id, a Procore id, or SAP's keys as a transaction shows them
 * (`1000 100000001 2026 1`, `4500000001/10`), without the zeros that the tables have. One text may be a key of several kinds; what exists is found
 * by looking. Pure.
 */
import type { Flow } from "../../core/index.ts";

/** Keys of atoms; an open one is the beginning of several. */
export type AtomPattern = { flow: Flow; key: string; isOpen: boolean };

export type Subject =
  | { kind: "origin-id"; originId: string }
  | { kind: "procore-id"; procoreId: string }
  | { kind: "sap"; patterns: readonly AtomPattern[] };

const originIdForm = /^[A-Z][A-Z0-9]{2}\.\d{3}\.[A-Z]{2}\.[!-~]+$/;
/** Budget codes have a natural key, which names no SAP system (ruling 2). */
const budgetCodeForm = /^BC\.\d{1,18}\.\S/;

const padded = (value: string, width: number) => (/^\d+$/.test(value) ? value.padStart(width, "0") : value.toUpperCase());
const isYear = (value: string) => /^(?:19|20)\d\d$/.test(value);

function patternsOf(parts: readonly string[]): AtomPattern[] {
  const [first = "", second = "", third = "", fourth = ""] = parts;
  const number = padded(first, 10);
  const whole = (flow: Flow, ...key: readonly string[]): AtomPattern => ({ flow, key: key.join("."), isOpen: false });
  const open = (flow: Flow, ...key: readonly string[]): AtomPattern => ({ flow, key: `${key.join(".")}.`, isOpen: true });
  switch (parts.length) {
    case 1:
      return [whole("vendors", number), open("purchase-orders", number)];
    case 2:
      return [open("purchase-orders", number, padded(second, 5)), ...(isYear(second) ? [open("invoices", number, second)] : [])];
    case 3:
      return [
        whole("purchase-orders", number, padded(second, 5), padded(third, 2)),
        ...(isYear(second) ? [open("invoices", number, second, padded(third, 6))] : []),
        ...(isYear(third) ? [open("costs", first.toUpperCase(), padded(second, 10), third)] : []),
      ];
    case 4:
      return [
        ...(isYear(second) ? [whole("invoices", number, second, padded(third, 6), padded(fourth, 2))] : []),
        ...(isYear(third) ? [whole("costs", first.toUpperCase(), padded(second, 10), third, padded(fourth, 3))] : []),
      ];
    default:
      return [];
  }
}

/** Undefined where it is nothing of these. */
export function readSubject(words: readonly string[]): Subject | undefined {
  const text = words.join(" ").trim();
  if (originIdForm.test(text) || budgetCodeForm.test(text)) return { kind: "origin-id", originId: text };
  const procoreId = /^procore[: #](\d{1,18})$/i.exec(text)?.[1];
  if (procoreId !== undefined) return { kind: "procore-id", procoreId };
  const parts = text.split(/[\s./]+/).filter((part) => part !== "");
  if (!parts.every((part) => /^[\w:&+-]{1,24}$/.test(part))) return undefined;
  const patterns = patternsOf(parts);
  return patterns.length === 0 ? undefined : { kind: "sap", patterns };
}
