/**
 * What can go wrong with the store itself, as opposed to a query: each fault has a code, a plain sentence with the place and the value,
 * and the remedy. Never a password: connection addresses are named by host and database only.
 */
export type StoreFaultCode =
  | "store-platform-unsupported"
  | "store-binaries-missing"
  | "store-version-mismatch"
  | "store-data-unreachable"
  | "store-data-foreign"
  | "store-init-failed"
  | "store-start-failed"
  | "store-stop-failed"
  | "store-unreachable"
  | "store-schema-newer"
  | "store-migration-failed"
  | "store-contended";

export class StoreFault extends Error {
  override readonly name = "StoreFault";
  readonly code: StoreFaultCode;
  readonly sentence: string;
  readonly remedy: string;

  constructor(code: StoreFaultCode, sentence: string, remedy: string, options?: { cause?: unknown }) {
    super(`${sentence} ${remedy}`, options);
    this.code = code;
    this.sentence = sentence;
    this.remedy = remedy;
  }
}

/** The error's `code`, as Node and PostgreSQL give it (`ENOENT`, `40001`), or an empty text. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "";
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
