// The SAP Cloud SDK's client of the set, in the form that its generator writes (entity class, schema by the field builder), put together
// from our list of properties; used as its documentation says: `getAll().select(…).filter(…).top(…).skip(…).execute(destination)`, entities with their
// own types (Moment, BigNumber). It follows no `__next`, checks no page against the one before, and counts nothing: its user asks page by page.
import {
  and,
  asc,
  type DefaultDeSerializers,
  defaultDeSerializers,
  Entity,
  type EntityApi,
  FieldBuilder,
  GetAllRequestBuilder,
  type OrderableEdmTypeField,
} from "@sap-cloud-sdk/odata-v2";
import { properties, service, setName } from "./odata-set.ts";

/** As its schema names them, of what is looked at here. */
export class Item extends Entity {
  static override _entityName = setName;
  static override _defaultBasePath = service;
  static _keys = ["Ebeln", "Ebelp"];
  declare ebeln: string;
  declare ebelp: string;
  declare netwr: { toNumber(): number };
}

type Key = OrderableEdmTypeField<Item, DefaultDeSerializers, "Edm.String", false, true>;

const builder = new FieldBuilder(Item, defaultDeSerializers);
const schema = Object.fromEntries(
  properties.map(({ name, type, isKey }) => [name.toUpperCase(), builder.buildEdmTypeField(name, type, isKey !== true)]),
);
const orderNumber = schema.EBELN as unknown as Key;
const itemNumber = schema.EBELP as unknown as Key;

const api = { deSerializers: defaultDeSerializers, entityConstructor: Item, schema } as unknown as EntityApi<
  Item,
  DefaultDeSerializers
>;

export type Range = { low: string; high: string };

export async function getPage(url: string, { low, high }: Range, top: number, skip: number): Promise<Item[]> {
  // What `api.requestBuilder().getAll()` of a generated client makes.
  return new GetAllRequestBuilder<Item, DefaultDeSerializers>(api)
    .select(...(Object.values(schema) as Key[]))
    .filter(and(orderNumber.greaterOrEqual(low), orderNumber.lessOrEqual(high)))
    .orderBy(asc(orderNumber), asc(itemNumber))
    .top(top)
    .skip(skip)
    .execute({ url, username: "BENCH", password: "bench" });
}
