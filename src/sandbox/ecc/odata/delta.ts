/**
 * Delta tokens (sap-data 5.4): where in a table's changes a read began, and when. The log of changes lives in this process, as a delta
 * queue lives in a system: a token of an earlier process, of another set, or too old is expired, and only a full read helps.
 */
import type { EntitySet } from "./bind.ts";
import { ODataRefused } from "./refused.ts";

export class DeltaTokens {
  private readonly processId: string;

  constructor(processId: string) {
    this.processId = processId;
  }

  /** Without quotes; a link adds them. */
  tokenFor(set: EntitySet, change: number, nowMs: number): string {
    return ["D", this.processId, set.name, change, nowMs].join("_");
  }

  /** After which change the token's reader has to begin. */
  since(set: EntitySet, token: string, nowMs: number): number {
    const match = /^'?D_([0-9a-f]+)_(.+)_(\d{1,15})_(\d{1,15})'?$/.exec(token);
    const [, processId, name, change, madeMs] = match ?? [];
    const { deltaSeconds } = set.supports;
    const isOld = deltaSeconds > 0 && nowMs - Number(madeMs) > deltaSeconds * 1000;
    if (match === null || processId !== this.processId || name !== set.name || isOld)
      throw new ODataRefused(
        410,
        "/IWBEP/CM_MGW_RT/101",
        "The delta token has expired or is not valid; read the entity set in full",
      );
    return Number(change);
  }
}
