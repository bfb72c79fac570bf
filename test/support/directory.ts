// Procore's company directory as people keep it, for tests: companies keyed by hand, and what stands there now.

import type { Bench } from "./hub-bench.ts";
import { company } from "./hub-bench.ts";

type Row = Record<string, unknown>;

export type Entry = { id: number; name: string; origin_id: string | null; is_active: boolean } & Row;

const person = (bench: Bench, method: string, path: string, body: Row, query: Row = {}) =>
  bench.door("/sandbox/person", { method, path, query, body: { company_id: company, ...body } }) as Promise<Row>;

/** A person keys a company in the web UI. Answers its id. */
export async function keyCompany(bench: Bench, vendor: Row, ein?: string): Promise<number> {
  const { is_active: isActive = true, ...fields } = vendor;
  const made = await person(bench, "POST", "/rest/v1.0/vendors", { vendor: fields });
  const id = Number(made.id);
  if (!Number.isSafeInteger(id)) throw new Error(`the company was not made: ${JSON.stringify(made)}`);
  if (ein !== undefined)
    await person(bench, "POST", `/rest/v1.0/vendors/${id}/business_register`, {
      business_register: { type: "ein", identifier: ein },
    });
  if (isActive === false) await editCompany(bench, id, { is_active: false });
  return id;
}

export async function editCompany(bench: Bench, id: number, vendor: Row): Promise<void> {
  const answer = await person(bench, "PATCH", `/rest/v1.0/vendors/${id}`, { vendor });
  if (answer.id !== id) throw new Error(`the company was not edited: ${JSON.stringify(answer)}`);
}

/** Active ones and then inactive ones, in order of id. */
export async function readDirectory(bench: Bench): Promise<readonly Entry[]> {
  const active = (await bench.get(`/rest/v1.0/vendors?company_id=${company}&per_page=100`)) as Entry[];
  const inactive = (await bench.get(`/rest/v1.0/companies/${company}/vendors/inactive?per_page=100`)) as Entry[];
  return [...active, ...inactive].sort((left, right) => left.id - right.id);
}
