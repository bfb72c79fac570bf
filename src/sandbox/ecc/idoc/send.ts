/**
 * The sender: makes the IDocs of a world that are not made yet, posts them in packages, and does with refusals what SAP does (sap-data
 * 6.5): anything but 2xx is status 02, to be sent again later as it is or as a new IDoc of the same object. It can also be told to be
 * unlucky: answers lost on the way back, packages sent twice. Killed and started again on its outbox, it goes on.
 */
import type { Clock, HttpClient } from "../../../ports/index.ts";
import type { EccSystem } from "../../world.ts";
import { createDice, type Dice } from "../business/desk.ts";
import type { Tables } from "../codes-and-currencies.ts";
import { localTime } from "../functions/basis.ts";
import { replayChanges } from "../store/changes.ts";
import { loadEcc } from "../store/load.ts";
import { createIDoc, objectsOf } from "./create.ts";
import { dropFile, type FolderTarget } from "./drop-file.ts";
import type { MessageType, ObjectKey } from "./idoc.ts";
import { type KeptIDoc, type Outbox, openOutbox } from "./outbox.ts";
import { packagesOf } from "./packages.ts";
import { type HttpTarget, post } from "./post.ts";

export type IDocSendOptions = {
  worldFolder: string;
  /** Where the outbox is kept; the ledger that a test compares with. */
  outboxFolder: string;
  target: HttpTarget | FolderTarget;
  messages: readonly MessageType[];
  /** How many IDocs there shall be in all; objects come round again when there are fewer of them. */
  count: number;
  packageMax: number;
  /** Packages on their way at once. */
  parallel: number;
  /** Later attempts at what is in status 02, and how long each waits first. */
  retries: number;
  waitMs: number;
  seed: number;
  isReordered: boolean;
  isExtended: boolean;
  bytesMin?: number;
  percent: {
    /** Of IDocs: the segment that names the object is empty. */
    broken: number;
    /** Of packages that were taken: the answer is lost, so that they are sent again. */
    lostAnswers: number;
    /** Of packages that were taken: sent a second time. */
    twice: number;
    /** Of packages that were taken: the first IDoc's number is sent again with other content. */
    altered: number;
    /** Of IDocs in status 02: given up for a new one of the same object. */
    renewed: number;
  };
  http: HttpClient;
  clock: Clock;
};

export type IDocSendReport = {
  idocs: number;
  acknowledged: number;
  givenUp: number;
  pending: number;
  posts: number;
  refused: number;
  answersLost: number;
  sentTwice: number;
  altered: number;
};

type Sender = { options: IDocSendOptions; tables: Tables; system: EccSystem; outbox: Outbox; dice: Dice; report: IDocSendReport };

const chance = (dice: Dice, percent: number): boolean => dice.below(100) < percent;

function stampOf({ options, system }: Sender): { date: string; time: string } {
  return localTime({ world: { system }, nowMs: options.clock.now() });
}

function createFor(sender: Sender, object: ObjectKey, isBroken: boolean): KeptIDoc | undefined {
  const { tables, system, outbox, dice, options } = sender;
  const idoc = createIDoc(object, {
    tables,
    system,
    docnum: outbox.nextDocnum(),
    at: stampOf(sender),
    dice,
    isExtended: options.isExtended,
    bytesMin: options.bytesMin ?? 0,
    isBroken,
  });
  return idoc === undefined ? undefined : { ...idoc, isBroken };
}

const createdAtOnce = 500;

async function createMissing(sender: Sender): Promise<void> {
  const { outbox, options, tables, dice } = sender;
  const objects = objectsOf(tables, options.messages);
  if (objects.length === 0) throw new Error(`the world has nothing to send as ${options.messages.join(", ")}`);
  const firsts = () => [...outbox.idocs.values()].filter(({ renews }) => renews === undefined).length;
  for (let made = firsts(); made < options.count; ) {
    const batch: KeptIDoc[] = [];
    for (; batch.length < createdAtOnce && made < options.count; made += 1) {
      const object = objects[made % objects.length];
      const idoc = object === undefined ? undefined : createFor(sender, object, chance(dice, options.percent.broken));
      if (idoc === undefined) throw new Error(`${JSON.stringify(object)} cannot be made an IDoc`);
      batch.push(idoc);
    }
    await outbox.add(batch);
  }
}

async function setStatus(sender: Sender, idocs: readonly KeptIDoc[], status: "02" | "03" | "31", text: string): Promise<void> {
  const { date, time } = stampOf(sender);
  await sender.outbox.setStatus({ docnums: idocs.map(({ docnum }) => docnum), status, at: date + time, text });
}

/** sap-data 6.5: the same number with other content is a client copy or tampering. */
function alteredCopy(idoc: KeptIDoc): KeptIDoc {
  const [first, ...others] = idoc.segments;
  if (first === undefined) return idoc;
  return { ...idoc, segments: [{ ...first, fields: [...first.fields, ["ZZALTERED", "X"] as const] }, ...others] };
}

async function haunt(sender: Sender, target: HttpTarget, idocs: readonly KeptIDoc[]): Promise<void> {
  const { dice, options, report } = sender;
  if (chance(dice, options.percent.twice)) {
    report.sentTwice += 1;
    await post(options.http, target, idocs);
  }
  const [first] = idocs;
  if (first !== undefined && chance(dice, options.percent.altered)) {
    report.altered += 1;
    await post(options.http, target, [alteredCopy(first)]);
  }
}

async function sendPackage(sender: Sender, idocs: readonly KeptIDoc[]): Promise<void> {
  const { options, report, dice } = sender;
  const { target } = options;
  report.posts += 1;
  if (target.kind === "folder") {
    await dropFile(target, options.clock, idocs);
    return setStatus(sender, idocs, "03", "written to file");
  }
  const outcome = await post(options.http, target, idocs);
  if (!outcome.isTaken) {
    report.refused += 1;
    return setStatus(sender, idocs, "02", outcome.text);
  }
  if (chance(dice, options.percent.lostAnswers)) {
    report.answersLost += 1;
    return setStatus(sender, idocs, "02", "connection reset");
  }
  await setStatus(sender, idocs, "03", outcome.text);
  return haunt(sender, target, idocs);
}

async function sendAll(sender: Sender, idocs: readonly KeptIDoc[]): Promise<void> {
  const { options, dice } = sender;
  const packages = packagesOf(idocs, { max: options.packageMax, isReordered: options.isReordered, dice });
  const worker = async (): Promise<void> => {
    for (let next = packages.shift(); next !== undefined; next = packages.shift()) await sendPackage(sender, next);
  };
  await Promise.all(Array.from({ length: options.parallel }, worker));
}

/** Some of what failed is made anew from the tables as they are now, under a new number; an object that is gone stays as it was. */
async function renewSome(sender: Sender): Promise<void> {
  const { outbox, dice, options } = sender;
  for (const failed of outbox.withStatus("02")) {
    if (!chance(dice, options.percent.renewed)) continue;
    const fresh = createFor(sender, failed.object, failed.isBroken);
    if (fresh === undefined) continue;
    await outbox.add([{ ...fresh, renews: failed.docnum }]);
    await setStatus(sender, [failed], "31", `renewed as ${fresh.docnum}`);
  }
}

async function sendUntilDone(sender: Sender): Promise<void> {
  const { outbox, options } = sender;
  await sendAll(sender, [...outbox.withStatus("02"), ...outbox.withStatus("30")]);
  for (let retry = 0; retry < options.retries && outbox.withStatus("02").length > 0; retry += 1) {
    if (options.waitMs > 0) await options.clock.sleep(options.waitMs);
    await renewSome(sender);
    await sendAll(sender, [...outbox.withStatus("02"), ...outbox.withStatus("30")]);
  }
}

export async function sendIDocs(options: IDocSendOptions): Promise<IDocSendReport> {
  const { system, tables } = await loadEcc(options.worldFolder);
  await replayChanges(options.worldFolder, tables);
  const outbox = await openOutbox(options.outboxFolder);
  const counts = { posts: 0, refused: 0, answersLost: 0, sentTwice: 0, altered: 0 };
  const report: IDocSendReport = { idocs: 0, acknowledged: 0, givenUp: 0, pending: 0, ...counts };
  const sender: Sender = { options, system, tables, outbox, dice: createDice(options.seed), report };
  try {
    await createMissing(sender);
    await sendUntilDone(sender);
  } finally {
    await outbox.close();
  }
  report.idocs = outbox.idocs.size;
  report.acknowledged = outbox.withStatus("03").length;
  report.givenUp = outbox.withStatus("31").length;
  report.pending = report.idocs - report.acknowledged - report.givenUp;
  return report;
}
