/** What a resource needs to speak: listings, single reads, writes and syncs, all for one company. Keeps the resources down to paths and fields. */
import type { z } from "zod";
import { assert, type Result } from "../core/index.ts";
import type { Caller, CallOptions, CallSpec, WriteOptions, WriteOutcome } from "./call.ts";
import type { ProcoreFault } from "./faults.ts";
import type { Limits } from "./limits.ts";
import { createListing, type Listing } from "./paging.ts";
import { readItem } from "./schema.ts";
import { type SyncRow, toWire } from "./sent-body.ts";
import { type SyncSettlement, settleSync } from "./sync.ts";

export type SyncSpec<T> = Omit<CallSpec, "method" | "body" | "url"> & {
  /** What stands beside `updates`: company_id or project_id, where the endpoint wants it in the body. */
  scope?: Readonly<Record<string, number>>;
  /** Which fields a row may have; strict. */
  rowSchema: z.ZodType;
  schema: z.ZodType<T>;
};

/** `isUnpaged`: the endpoint knows no pages and would be asked for an unknown parameter (procore 3: some lists do not page). */
export type ListSpec = Omit<CallSpec, "method"> & { isUnpaged?: true };

export type Door = {
  companyId: number;
  limits: Limits;
  list<T extends { id: number }>(spec: ListSpec, schema: z.ZodType<T>, options?: CallOptions): Listing<T>;
  get<T>(spec: Omit<CallSpec, "method">, schema: z.ZodType<T>, options?: CallOptions): Promise<Result<T, ProcoreFault>>;
  write<T>(spec: CallSpec, schema: z.ZodType<T>, options?: WriteOptions): Promise<WriteOutcome<T>>;
  sync<T>(spec: SyncSpec<T>, rows: readonly SyncRow[], options?: WriteOptions): Promise<SyncSettlement<T>>;
};

export type DoorOptions = { caller: Caller; apiUrl: URL; companyId: number; limits: Limits };

export function createDoor({ caller, apiUrl, companyId, limits }: DoorOptions): Door {
  return {
    companyId,
    limits,
    list({ isUnpaged, ...spec }, schema, options = {}) {
      const query = isUnpaged
        ? (spec.query ?? [])
        : [...(spec.query ?? []), ["per_page", perPage(spec.template, limits)] as const];
      const door = { caller, apiUrl, pagesMax: limits.pagesMax };
      return createListing(door, { spec: { ...spec, query, method: "GET" }, schema, options });
    },
    async get(spec, schema, options = {}) {
      const answer = await caller.read({ ...spec, method: "GET" }, options);
      if (!answer.ok) return answer;
      return readItem(answer.value.body, { endpoint: `GET ${spec.template}`, requestId: answer.value.requestId, schema });
    },
    async write(spec, schema, options = {}) {
      const outcome = await caller.write(spec, options);
      if (outcome.kind !== "answered") return outcome;
      const item = readItem(outcome.body, { endpoint: `${spec.method} ${spec.template}`, requestId: outcome.requestId, schema });
      return item.ok ? { ...outcome, body: item.value } : { kind: "unknown", fault: item.error };
    },
    async sync({ schema, rowSchema, scope = {}, ...spec }, rows, options = {}) {
      const endpoint = `PATCH ${spec.template}`;
      assert(rows.length <= limits.syncRowsMax, `${endpoint}: ${rows.length} rows, at most ${limits.syncRowsMax}`);
      // What becomes of two rows with one origin id is undocumented (procore 3): they must not leave together.
      const originIds = new Set(rows.map(({ originId }) => originId));
      assert(originIds.size === rows.length, `${endpoint}: an origin id twice in one sync`);
      if (rows.length === 0) return { elements: [], foreign: [], outcome: "answered" };
      const updates = rows.map((row) => toWire({ endpoint, row, schema: rowSchema }));
      const outcome = await caller.write({ ...spec, method: "PATCH", body: { ...scope, updates } }, options);
      return settleSync({ endpoint, sent: rows, outcome, schema });
    },
  };
}

const perPage = (template: string, limits: Limits) =>
  template.endsWith("/v1.1/projects") ? Math.min(limits.pageRows, limits.projectPageRows) : limits.pageRows;
