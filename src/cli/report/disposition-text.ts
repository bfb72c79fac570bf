/** What became of an atom, with its reason in the registry's own words. Pure. */
import { describeError, exclusionRules, isErrorCode } from "../../core/index.ts";

export function dispositionText(disposition: string, reason: string): string {
  if (reason === "") return disposition;
  const rules: Readonly<Record<string, string>> = exclusionRules;
  const sentence = isErrorCode(reason) ? describeError(reason).sentence : rules[reason];
  return `${disposition}: ${reason}${sentence === undefined ? "" : `. ${sentence}`}`;
}
