/**
 * Who may try to log on to SAP, and when, for one user whatever the transport. After a logon failure no further attempt until another password is
 * given or `reset`, for five of them lock the user (sap-rfc 1.10); and until a logon has succeeded, one call at a time, so that a wrong password
 * counts once and not once per slot.
 */
import type { RfcFailure, RfcOutcome } from "../../ports/index.ts";
import { failure } from "./soap-failure.ts";

export type LogonGate = {
  /** Runs one call that logs on if it must, or refuses without it. */
  pass(run: (password: string) => Promise<RfcOutcome>): Promise<RfcOutcome>;
  /** Closes the logon breaker again, after user or password were put right. */
  reset(): void;
  /** The failure that opened the breaker, while it is open. */
  blockedBy(): RfcFailure | undefined;
  /** Nothing passes any more. */
  close(): void;
};

/** Failures that only a logged-on user meets. */
const pastLogon: ReadonlySet<RfcFailure["class"]> = new Set(["exception", "message"]);

export function createLogonGate({
  user,
  readPassword,
}: {
  user: string;
  readPassword: () => Promise<string | undefined>;
}): LogonGate {
  let breaker: RfcFailure | undefined;
  let refusedPassword: string | undefined;
  let provenPassword: string | undefined;
  let firstLogon: Promise<RfcOutcome> | undefined;
  let isClosed = false;

  const refusal = (): RfcFailure | undefined => {
    if (isClosed) return failure("communication", "CLOSED", "The connection to SAP was closed.");
    if (breaker === undefined) return undefined;
    return failure(
      "logon",
      "LOGON_BREAKER",
      `No logon is tried since the last one failed (${breaker.key}); give another password or start again.`,
    );
  };
  const noteOutcome = (outcome: RfcOutcome, password: string): RfcOutcome => {
    if (outcome.kind === "answer" || pastLogon.has(outcome.class)) provenPassword = password;
    else if (outcome.class === "logon") {
      breaker = outcome;
      refusedPassword = password;
      provenPassword = undefined;
    }
    return outcome;
  };
  const attempt = async (run: (password: string) => Promise<RfcOutcome>, password: string): Promise<RfcOutcome> => {
    const refused = refusal();
    if (refused !== undefined) return refused;
    return noteOutcome(withoutSecret(await run(password), password), password);
  };
  /** Until the password has proved good, one call at a time. */
  const logOnOnce = async (password: string, run: () => Promise<RfcOutcome>): Promise<RfcOutcome> => {
    while (provenPassword !== password) {
      if (firstLogon !== undefined) {
        await firstLogon.catch(() => undefined);
        continue;
      }
      try {
        firstLogon = run();
        return await firstLogon;
      } finally {
        firstLogon = undefined;
      }
    }
    return run();
  };

  return {
    async pass(run) {
      const password = await readPassword();
      // Somebody stored another password: that is the one thing besides a restart that closes the breaker.
      if (password !== undefined && breaker !== undefined && password !== refusedPassword) breaker = undefined;
      const refused = refusal();
      if (refused !== undefined) return refused;
      if (password === undefined) return failure("logon", "NO_PASSWORD", `There is no password for SAP user ${user}.`);
      return logOnOnce(password, () => attempt(run, password));
    },
    reset() {
      breaker = undefined;
    },
    blockedBy: () => breaker,
    close() {
      isClosed = true;
    },
  };
}

/** SAP's own words could repeat what was sent; a text that echoes the password must not carry it into a log. */
function withoutSecret(outcome: RfcOutcome, password: string): RfcOutcome {
  if (outcome.kind === "answer" || password.length < 4 || !outcome.detail.includes(password)) return outcome;
  return { ...outcome, detail: outcome.detail.replaceAll(password, "***") };
}
