/**
 * A fault: something outside went wrong that a caller up the stack must deal with. Carries its code, the place and a detail for
 * people; never a payload or a secret (style 19).
 */
import { describeError, type ErrorCode } from "./registry.ts";

export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: ErrorCode;
  /** Where: a file and line, a table, a URL without query, a key. */
  readonly place: string;
  readonly detail: string;

  constructor(code: ErrorCode, options: { place: string; detail?: string; cause?: unknown }) {
    super(`${describeError(code).sentence} (${options.place}${options.detail ? `: ${options.detail}` : ""})`, {
      cause: options.cause,
    });
    this.code = code;
    this.place = options.place;
    this.detail = options.detail ?? "";
  }

  get isRetryable(): boolean {
    return describeError(this.code).class === "retry";
  }
}

/** One plain sentence with the place and the remedy, as a person at a terminal should read it. */
export function faultSentence(fault: Fault): string {
  const entry = describeError(fault.code);
  const where = fault.detail ? `${fault.place}: ${fault.detail}` : fault.place;
  return `${entry.sentence} [${fault.code}] ${where.replace(/\.+$/, "")}. ${entry.next}`;
}
