/**
 * What becomes of one package of IDocs, whichever way it came: parsed, told to the hub, and only then acknowledged (design section 5). A package that is
 * none is refused, so that SAP keeps it and shows it; a hub that is away is a passing failure, so that SAP sends it again. Nothing is kept here.
 */
import { noticeOf, type PackageOutcome } from "../../sap/index.ts";
import { type IDocAnswer, idocsMax } from "../../wire/index.ts";
import type { HubClient } from "../hub-client.ts";

export type Received =
  | { kind: "told"; answer: IDocAnswer }
  | { kind: "refused"; detail: string }
  | { kind: "away"; detail: string };

const none: IDocAnswer = { received: 0, duplicates: 0, quarantined: 0, parked: 0 };

function add(one: IDocAnswer, other: IDocAnswer): IDocAnswer {
  return {
    received: one.received + other.received,
    duplicates: one.duplicates + other.duplicates,
    quarantined: one.quarantined + other.quarantined,
    parked: one.parked + other.parked,
  };
}

export async function receivePackage(hub: Pick<HubClient, "tellIDocs">, read: PackageOutcome): Promise<Received> {
  if (read.kind === "refused") return read;
  const notices = read.idocs.map(noticeOf).map((notice) => ({ ...notice, touched: [...notice.touched] }));
  let sum = none;
  // A part that was told and whose package then failed comes again, and is a duplicate.
  for (let start = 0; start < notices.length; start += idocsMax) {
    const answer = await hub.tellIDocs({ idocs: notices.slice(start, start + idocsMax) });
    if (answer.kind !== "ok") return { kind: "away", detail: answer.detail };
    sum = add(sum, answer.value);
  }
  return { kind: "told", answer: sum };
}
