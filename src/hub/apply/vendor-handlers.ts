/**
 * Vendors: written, taken out of use and back, registered, and adopted. Adoption gives the company's id and our origin id in one sync row, the only
 * call that sets an origin id on an existing record (procore 3 [A]); it overwrites whatever stood there, so the company is looked at immediately
 * before (ruling 5). Only a vendor's content can create a company.
 */
import type { ProcoreFault, SyncRow, Vendor, WriteOutcome } from "../../procore/index.ts";
import { type CallScope, type Element, type Handler, type Seen, toElements, toSeen, unanswered } from "./handler.ts";

/** What one look-up by id may ask for. */
const companiesPerCall = 50;

const companyIdOf = (row: SyncRow) => Number(row.body.id);
const originIds = (rows: readonly SyncRow[]) => rows.map((row) => row.originId);

type Look = { ok: true; value: ReadonlyMap<number, Vendor> } | { ok: false; error: ProcoreFault };

/** Active ones only. */
async function lookAt({ connection }: CallScope, rows: readonly SyncRow[]): Promise<Look> {
  const listed = await connection.procore.vendors.listByIds([...new Set(rows.map(companyIdOf))]).all();
  if (!listed.ok) return listed;
  return { ok: true, value: new Map(listed.value.map((company) => [company.id, company])) };
}

const settledAs = (row: SyncRow): Element => ({
  kind: "settled",
  originId: row.originId,
  procoreId: companyIdOf(row),
  amount: null,
  differences: [],
});

const endpoint = "GET /rest/v1.0/vendors";

/** What the company says just now: undefined where it may be adopted. */
function judge(row: SyncRow, company: Vendor | undefined): Element | undefined {
  const { originId } = row;
  const refused = (code: ProcoreFault["code"], detail: string): Element => ({
    kind: "refused",
    originId,
    fault: { code, endpoint, detail, complaints: [] },
  });
  if (!company) return refused("procore.not-found", `Company ${companyIdOf(row)} is not among the active ones any more.`);
  if (company.originId === originId) return settledAs(row);
  if (!company.originId) return undefined;
  return refused("procore.duplicate-origin-id", `Company ${company.id} was linked as ${company.originId} meanwhile.`);
}

async function adopt(scope: CallScope, rows: readonly SyncRow[]): Promise<Element[]> {
  const { elements } = await scope.connection.procore.vendors.sync(rows, scope.options);
  const wanted = new Map(rows.map((row) => [row.originId, companyIdOf(row)]));
  return toElements(elements).map((element): Element => {
    if (element.kind !== "settled" || element.procoreId === wanted.get(element.originId)) return element;
    const detail = `Procore answered with company ${element.procoreId}.`;
    return {
      kind: "unknown",
      originId: element.originId,
      fault: { code: "procore.unreadable", endpoint, detail, complaints: [] },
    };
  });
}

export const adoption: Handler = {
  batchMax: () => companiesPerCall,
  byContainer: false,
  refusal: "vendor-refused",
  async send(scope, rows) {
    const companies = await lookAt(scope, rows);
    if (!companies.ok) return rows.map(({ originId }) => ({ kind: "notSent", originId, fault: companies.error }));
    const judged = rows.map((row) => ({ row, element: judge(row, companies.value.get(companyIdOf(row))) }));
    const free = judged.flatMap(({ row, element }) => (element ? [] : [row]));
    const answered = judged.flatMap(({ element }) => element ?? []);
    return free.length === 0 ? answered : [...answered, ...(await adopt(scope, free))];
  },
  readBack: async ({ connection }, rows) =>
    toSeen(
      await connection.procore.readBack.vendors({ originIds: originIds(rows) }),
      rows,
      (company, body) => company.id === body.id,
    ),
};

function elementOf(row: SyncRow, outcome: WriteOutcome<unknown>): Element {
  const { originId } = row;
  return outcome.kind === "answered" ? settledAs(row) : unanswered(originId, outcome);
}

export const reactivation: Handler = {
  batchMax: () => companiesPerCall,
  byContainer: false,
  isOneByOne: true,
  refusal: "vendor-refused",
  async send(scope, rows) {
    const active = await lookAt(scope, rows);
    if (!active.ok) return rows.map(({ originId }) => ({ kind: "notSent", originId, fault: active.error }));
    const elements: Element[] = [];
    for (const row of rows) {
      if (active.value.has(companyIdOf(row))) elements.push(settledAs(row));
      else elements.push(elementOf(row, await scope.connection.procore.vendors.reactivate(companyIdOf(row), scope.options)));
    }
    return elements;
  },
  /** In use again or not: a company that neither list shows is not believed to be gone. */
  async readBack(scope, rows) {
    const active = await lookAt(scope, rows);
    return new Map(
      rows.map((row): [string, Seen] => {
        if (!active.ok) return [row.originId, { kind: "not-credible", reason: active.error.detail }];
        const company = active.value.get(companyIdOf(row));
        return [
          row.originId,
          company ? { kind: "found", procoreId: company.id, amount: null, isAsSent: true } : { kind: "absent" },
        ];
      }),
    );
  },
};

/** What stands in the company's register: read before it is written, and never overwritten (ruling 2). */
function judgeRegister(row: SyncRow, company: Vendor | undefined): Element | undefined {
  const refused = (code: ProcoreFault["code"], detail: string): Element => ({
    kind: "refused",
    originId: row.originId,
    fault: { code, endpoint, detail, complaints: [] },
  });
  if (!company) return refused("procore.not-found", `Company ${companyIdOf(row)} is not among the active ones.`);
  const found = company.businessRegister;
  if (!found?.identifier) return undefined;
  const isSame = found.type === row.body.type && found.identifier.replace(/\D/g, "") === row.body.identifier;
  return isSame
    ? settledAs(row)
    : refused(
        "procore.validation",
        `Company ${company.id} has a register of type ${found.type} that ends in ${found.identifier.slice(-4)}.`,
      );
}

async function writeRegister({ connection, options }: CallScope, row: SyncRow): Promise<Element> {
  const vendorId = companyIdOf(row);
  const type = row.body.type === "abn" ? "abn" : "ein";
  const identifier = String(row.body.identifier);
  return elementOf(
    row,
    await connection.procore.vendors.setBusinessRegister({ vendorId, type, identifier, exists: false }, options),
  );
}

export const register: Handler = {
  batchMax: () => companiesPerCall,
  byContainer: false,
  isOneByOne: true,
  refusal: "vendor-register-differs",
  async send(scope, rows) {
    const companies = await lookAt(scope, rows);
    if (!companies.ok) return rows.map(({ originId }) => ({ kind: "notSent", originId, fault: companies.error }));
    const elements: Element[] = [];
    for (const row of rows)
      elements.push(judgeRegister(row, companies.value.get(companyIdOf(row))) ?? (await writeRegister(scope, row)));
    return elements;
  },
  async readBack(scope, rows) {
    const companies = await lookAt(scope, rows);
    return new Map(
      rows.map((row): [string, Seen] => {
        if (!companies.ok) return [row.originId, { kind: "not-credible", reason: companies.error.detail }];
        const company = companies.value.get(companyIdOf(row));
        if (!company) return [row.originId, { kind: "not-credible", reason: "the company is not among the active ones" }];
        const isAsSent = judgeRegister(row, company)?.kind === "settled";
        return [row.originId, isAsSent ? { kind: "found", procoreId: company.id, amount: null, isAsSent } : { kind: "absent" }];
      }),
    );
  },
};

/** Written by sync rows: those that Procore knows by their origin id are updated, others created. */
const synced = (isAsSent: (company: Vendor, body: SyncRow["body"]) => boolean): Handler => ({
  batchMax: ({ settings }) => settings.limits.vendorsPerCall,
  byContainer: false,
  refusal: "vendor-refused",
  send: async ({ connection, options }, rows) => toElements((await connection.procore.vendors.sync(rows, options)).elements),
  readBack: async ({ connection }, rows) =>
    toSeen(await connection.procore.readBack.vendors({ originIds: originIds(rows) }), rows, isAsSent),
});

export const vendorContent = synced((company, body) => company.name === body.name);
export const inactivation = synced((company) => company.isActive === false);
