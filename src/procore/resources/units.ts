/**
 * Units of measure of the company: a line's unit must be one of them (procore 4.5 [A]). Their sync knows no origin id, so the natural key is the
 * name: the list is read before anything is written (ruling 2), and rows of an answer are told apart by it.
 */
import { z } from "zod";
import type { CallOptions, WriteOptions, WriteOutcome } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { flag, id, idOfObject, text } from "../schema.ts";

const unitSchema = z
  .object({ id, name: text, description: text, is_standard: flag, uom_category: idOfObject })
  .transform((unit) => ({
    id: unit.id,
    name: unit.name,
    description: unit.description,
    isStandard: unit.is_standard,
    categoryId: unit.uom_category,
  }));

const syncedSchema = z
  .object({ entities: z.array(unitSchema).nullish(), errors: z.array(z.looseObject({ name: text })).nullish() })
  .transform(({ entities, errors }) => ({
    units: entities ?? [],
    /** Names that Procore refused; one that somebody else made meanwhile is among them. */
    refused: (errors ?? []).flatMap(({ name }) => name ?? []),
  }));

export type Unit = z.infer<typeof unitSchema>;
export type UnitsAdded = z.infer<typeof syncedSchema>;

export type Units = {
  list(options?: CallOptions): Listing<Unit>;
  /** `names` are not in the list. After an unknown outcome the list tells which are there now. */
  add(names: readonly string[], categoryId: number, options?: WriteOptions): Promise<WriteOutcome<UnitsAdded>>;
};

const collection = "/rest/v1.0/companies/{company_id}/uoms";

export function createUnits(door: Door): Units {
  const path = { company_id: door.companyId };
  return {
    list: (options) => door.list({ template: collection, path }, unitSchema, options),
    add: (names, categoryId, options) => {
      const updates = names.map((name) => ({ name, uom_category_id: categoryId }));
      return door.write({ method: "PATCH", template: `${collection}/sync`, path, body: { updates } }, syncedSchema, options);
    },
  };
}
