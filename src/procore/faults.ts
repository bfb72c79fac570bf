/**
 * Everything that can go wrong between us and Procore, as values with a code of the registry. Guarantees: a fault names its endpoint by
 * path template, its status and Procore's request id, and carries Procore's own complaints, cut to a length a person can read; it never
 * carries a token, a secret or a request body.
 */
import { describeError, type ErrorCode, type ErrorEntry } from "../core/index.ts";
import type { Complaint } from "./complaints.ts";

/** `procore.withdrawn`: our own lease or deadline had passed, or the caller aborted, before a byte left. */
export type ProcoreCode = Extract<ErrorCode, `procore.${string}`> | "procore.withdrawn";

export type ProcoreFault = {
  readonly code: ProcoreCode;
  /** Method and path template: `PATCH /rest/v1.0/vendors/sync`. */
  readonly endpoint: string;
  /** What happened, for people. */
  readonly detail: string;
  readonly status?: number;
  readonly requestId?: string;
  readonly complaints: readonly Complaint[];
};

export type FaultFacts = {
  code: ProcoreCode;
  endpoint: string;
  detail: string;
  status?: number | undefined;
  requestId?: string | undefined;
  complaints?: readonly Complaint[] | undefined;
};

export function fault(facts: FaultFacts): ProcoreFault {
  return {
    code: facts.code,
    endpoint: facts.endpoint,
    detail: facts.detail,
    complaints: facts.complaints ?? [],
    ...(facts.status === undefined ? {} : { status: facts.status }),
    ...(facts.requestId === undefined ? {} : { requestId: facts.requestId }),
  };
}

const withdrawn: ErrorEntry = {
  class: "retry",
  owner: "integration-owner",
  sentence: "The request was withdrawn before it was sent.",
  next: "None: whoever holds the lease now sends it.",
};

export function describeProcoreCode(code: ProcoreCode): ErrorEntry {
  return code === "procore.withdrawn" ? withdrawn : describeError(code);
}

/** One plain paragraph: what, where, why, what to do. */
export function describeFault(problem: ProcoreFault): string {
  const { sentence, next } = describeProcoreCode(problem.code);
  const request = problem.requestId === undefined ? undefined : `request ${problem.requestId}`;
  const where = [problem.endpoint, problem.status, request].filter((part) => part !== undefined).join(", ");
  return `${sentence} [${problem.code}] ${where}: ${problem.detail} ${next}`;
}

/** Procore shows us neither the record nor what it stands in: the project, or the tool, is not there for us. */
export function isOutOfSight({ code }: Pick<ProcoreFault, "code">): boolean {
  return code === "procore.project-not-permitted" || code === "procore.not-found";
}
