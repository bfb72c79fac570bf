/**
 * What can go wrong with the store itself, as opposed to a query: each fault has a kind, a plain sentence with the place and the value,
 * and the remedy, besides its code in the one registry. Never a password: addresses are named by host and database only.
 */
import { type ErrorCode, Fault } from "../core/index.ts";

export type StoreFaultKind =
  | "platform-unsupported"
  | "binaries-missing"
  | "version-mismatch"
  | "data-unreachable"
  | "data-foreign"
  | "init-failed"
  | "start-failed"
  | "stop-failed"
  | "unreachable"
  | "schema-newer"
  | "migration-failed"
  | "contended";

/** Those that pass by themselves; every other one wants somebody to act before the store can be used. */
const passing: ReadonlySet<StoreFaultKind> = new Set(["unreachable", "contended"]);
const codeOf = (kind: StoreFaultKind): ErrorCode => (passing.has(kind) ? "store.unavailable" : "store.start-failed");

export class StoreFault extends Fault {
  readonly kind: StoreFaultKind;
  readonly sentence: string;
  readonly remedy: string;

  constructor(kind: StoreFaultKind, sentence: string, remedy: string, options: { cause?: unknown } = {}) {
    super(codeOf(kind), { place: "store", detail: `${sentence} ${remedy}`.replace(/\.$/, ""), ...options });
    this.kind = kind;
    this.sentence = sentence;
    this.remedy = remedy;
  }
}

/** PostgreSQL's classes for a server that goes or comes (08, 57P01 to 57P03), and what a socket says when it ends. */
const lostCodes = /^(?:08\w{3}|57P0[123]|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|ENOENT)$/;
/** The driver's own sentences, which carry no code. */
const lostMessages =
  /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/** Whether the connection was lost, and not the statement refused. */
export function isConnectionLost(error: unknown): boolean {
  return lostCodes.test(errorCode(error)) || (error instanceof Error && lostMessages.test(error.message));
}

/** The error's `code`, as Node and PostgreSQL give it (`ENOENT`, `40001`), or an empty text. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "";
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
