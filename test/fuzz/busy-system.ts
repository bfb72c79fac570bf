/**
 * A simulated SAP that is being worked in while it is read: calls wait in a pen and are answered one at a time in an order that the dice
 * choose, and rows are inserted, changed and deleted between calls and while the rows of one call are written, between two rows of it.
 * A row never takes back a value it had before: what a check by comparing cannot see is named in the reader, not hidden here.
 */

import type { HttpClient, HttpOutcome, HttpRequest } from "../../src/ports/index.ts";
import type { TableDefinition } from "../../src/sandbox/ecc/dictionary/define.ts";
import { handle } from "../../src/sandbox/ecc/handle.ts";
import { Table } from "../../src/sandbox/ecc/store/table.ts";
import type { Switches } from "../../src/sandbox/ecc/switches.ts";
import { newWorld } from "../../src/sandbox/ecc/world-state.ts";
import { openSoapRfc, type SoapRfcClient } from "../../src/sap/rfc/index.ts";
import { manualClock, system } from "../support/ecc-world.ts";
import { type Audit, createAudit } from "./audit.ts";
import type { Dice } from "./dice.ts";
import { type Carries, keyFieldsOf, keyPools, makeDefinition, newKey, newValue, tableName } from "./random-table.ts";

export type BusySystem = {
  definition: TableDefinition;
  audit: Audit;
  client: SoapRfcClient;
  /** Work goes on in SAP only while this is set. */
  setBusy(isBusy: boolean): void;
  calls(): number;
};

export type BusyOptions = {
  dice: Dice;
  rowsMax: number;
  /** Changes before or in a call, on average. */
  changesPerCall: number;
  /** All changes of a run; then SAP falls quiet, so that reading can come to an end. */
  changesMax: number;
  connections: number;
  carries?: Carries;
  /** Switches of the simulated system, its release profile among them. */
  switches?: Partial<Switches>;
};

export function openBusySystem(options: BusyOptions): BusySystem {
  const { dice } = options;
  const definition = makeDefinition(dice, options.carries);
  const table = new Table(definition, system.client);
  const audit = createAudit(table, definition);
  const pools = keyPools(definition, dice);
  const values = definition.fields.filter(({ isKey }) => !isKey);
  const inFront = options.carries?.noBlanksInFront === true ? /^ +/ : /^$/;
  const newRow = () => {
    const row = { ...newKey(pools, dice), ...Object.fromEntries(values.map((each) => [each.name, newValue(each, dice)])) };
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value.replace(inFront, "")]));
  };
  for (let at = 0; at < options.rowsMax; at += 1) audit.insert(newRow());
  const worker = startWorker({
    audit,
    definition,
    dice,
    newRow,
    changesMax: options.changesMax,
    noBlanksInFront: options.carries?.noBlanksInFront === true,
  });
  const world = newWorld({
    system: { ...system, workProcesses: 50 },
    tables: new Map([[tableName, table]]),
    random: { fraction: dice.fraction, bytes: (count) => Uint8Array.from({ length: count }, () => dice.below(256)) },
  });
  Object.assign(world.switches, { trimTrailingBlanks: dice.chance(0.5) }, options.switches);
  const { clock } = manualClock();
  const answer = async (request: HttpRequest): Promise<HttpOutcome> => {
    worker.work(options.changesPerCall);
    const url = new URL(request.url);
    const { "accept-encoding": _, ...headers } = request.headers;
    const body = Buffer.from(request.body ?? "");
    const stop = workWhileWriting(table, definition, dice, () => worker.work(options.changesPerCall));
    const outcome = await handle({ method: request.method, target: `${url.pathname}${url.search}`, headers, body }, world, clock);
    stop();
    if (outcome.kind !== "answer") throw new Error(`the simulated SAP gave ${outcome.kind}`);
    return { kind: "response", status: outcome.status, headers: outcome.headers, body: once(outcome.body) };
  };
  const pen = openPen(dice, answer);
  const client = openSoapRfc({
    url: "http://127.0.0.1/sap/bc/soap/rfc",
    client: system.client,
    language: "EN",
    user: "RFCUSER",
    readPassword: async () => "right",
    http: pen.http,
    clock,
    pool: options.connections,
  });
  return { definition, audit, client, setBusy: worker.setBusy, calls: pen.calls };
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}

/** Every caller waits here; one is let through at a time, in no order of theirs. */
function openPen(dice: Dice, answer: (request: HttpRequest) => Promise<HttpOutcome>): { http: HttpClient; calls(): number } {
  const waiting: { request: HttpRequest; done: (outcome: HttpOutcome | Promise<HttpOutcome>) => void }[] = [];
  let isOpen = false;
  let calls = 0;
  const letThrough = () => {
    const [next] = waiting.splice(dice.below(waiting.length), 1);
    if (next === undefined) {
      isOpen = false;
      return;
    }
    calls += 1;
    const outcome = answer(next.request);
    next.done(outcome);
    // A turn of the event loop lets everybody reach the next call.
    outcome.then(
      () => setImmediate(letThrough),
      () => setImmediate(letThrough),
    );
  };
  const request = (wanted: HttpRequest) =>
    new Promise<HttpOutcome>((done) => {
      waiting.push({ request: wanted, done });
      if (isOpen) return;
      isOpen = true;
      setImmediate(letThrough);
    });
  return { http: { request, close: async () => undefined }, calls: () => calls };
}

type Worker = { work(changes: number): void; setBusy(isBusy: boolean): void };

function startWorker(given: {
  audit: Audit;
  definition: TableDefinition;
  dice: Dice;
  newRow: () => Record<string, string>;
  changesMax: number;
  noBlanksInFront: boolean;
}): Worker {
  const { audit, definition, dice, newRow } = given;
  const keys = keyFieldsOf(definition).map(({ name }) => name);
  const values = definition.fields.filter(({ isKey }) => !isKey);
  let left = 0;
  const freshValues = (row: Record<string, string>, share: number) => {
    const changed: Record<string, string> = {};
    for (const each of values) {
      const value = newValue(each, dice);
      if (dice.chance(share) && !(given.noBlanksInFront && value.startsWith(" ")) && !audit.everHeld(row, each.name, value))
        changed[each.name] = value;
    }
    return changed;
  };
  const changeOne = () => {
    const rows = audit.rowsNow();
    const what = dice.below(10);
    if (what < 2 || rows.length === 0) {
      const row = newRow();
      if (values.every(({ name }) => !audit.everHeld(row, name, row[name] ?? ""))) audit.insert(row);
      return;
    }
    const row = dice.pick(rows);
    if (what < 4) audit.remove(row);
    else {
      const changed = freshValues(row, dice.pick([0.3, 1]));
      const key = Object.fromEntries(keys.map((name) => [name, row[name] ?? ""]));
      if (Object.keys(changed).length > 0) audit.change({ ...key, ...changed });
    }
  };
  return {
    work(changes) {
      for (let chance = changes; left > 0 && dice.chance(Math.min(chance, 0.9)); chance -= 0.9) {
        left -= 1;
        changeOne();
      }
    },
    setBusy(isBusy) {
      left = isBusy ? given.changesMax : 0;
    },
  };
}

/** The first key field is written first in each row: before that, at a row that the dice choose, somebody works in the table. */
function workWhileWriting(table: Table, definition: TableDefinition, dice: Dice, work: () => void): () => void {
  const column = table.column(keyFieldsOf(definition)[0]?.name ?? "");
  if (column === undefined || dice.chance(0.5)) return () => undefined;
  let rowsBefore = dice.below(20);
  column.cellAt = (row) => {
    if (rowsBefore === 0) work();
    rowsBefore -= 1;
    return Object.getPrototypeOf(column).cellAt.call(column, row) as string;
  };
  return () => {
    Reflect.deleteProperty(column, "cellAt");
  };
}
