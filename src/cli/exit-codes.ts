/**
 * What a command's end means to a script: 0 done (holds are no failure: they are work for people); 1 a defect of ours; 2 configuration,
 * right or password must be put right, nothing was written; 3 it could not finish (paused, stopped, something does not answer); 4 numbers
 * differ, or the fit check says no; 130 interrupted.
 */
import { describeError, Fault, faultSentence } from "../core/index.ts";

export const exitCodes = { done: 0, defect: 1, configuration: 2, unfinished: 3, different: 4, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A command that was asked for something it cannot do: the sentence says what to write instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export type Failure = { exitCode: ExitCode; sentence: string; code?: string; place?: string; next?: string };

/** What a person is told of an error: one sentence, never a stack. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Fault) {
    const { class: kind, next } = describeError(error.code);
    const exitCode = kind === "fix-config" ? exitCodes.configuration : exitCodes.unfinished;
    return { exitCode, sentence: faultSentence(error), code: error.code, place: error.place, next };
  }
  if (error instanceof UsageError) return { exitCode: exitCodes.configuration, sentence: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const next = "Set ML_CONNECTOR_DEBUG=1 to see where";
  return { exitCode: exitCodes.defect, sentence: `${message.replace(/\.$/, "")}. ${next}.` };
}
