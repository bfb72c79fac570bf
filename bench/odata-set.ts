// What both readers of `bench:odata` are told of the service: one entity set as SEGW projects write them, with EKPO's fields. Our mapping file, the
// peer's schema and the service's own $metadata come from this one list.
import { type ServiceMap, serviceMapSchema } from "../src/sap/odata/index.ts";

export const service = "/sap/opu/odata/sap/ZMLC_SRV";
export const setName = "EkpoSet";
export const tableName = "EKPO";
export const itemsPerOrder = 5;

type Property = {
  name: string;
  type: "Edm.String" | "Edm.DateTime" | "Edm.Decimal" | "Edm.Boolean" | "Edm.Int16";
  length: number;
  decimals?: number;
  isKey?: true;
};

export const properties: readonly Property[] = [
  { name: "Ebeln", type: "Edm.String", length: 10, isKey: true },
  { name: "Ebelp", type: "Edm.String", length: 5, isKey: true },
  { name: "Loekz", type: "Edm.String", length: 1 },
  { name: "Aedat", type: "Edm.DateTime", length: 8 },
  { name: "Txz01", type: "Edm.String", length: 40 },
  { name: "Matnr", type: "Edm.String", length: 18 },
  { name: "Bukrs", type: "Edm.String", length: 4 },
  { name: "Werks", type: "Edm.String", length: 4 },
  { name: "Matkl", type: "Edm.String", length: 9 },
  { name: "Idnlf", type: "Edm.String", length: 35 },
  { name: "Menge", type: "Edm.Decimal", length: 13, decimals: 3 },
  { name: "Meins", type: "Edm.String", length: 3 },
  { name: "Netpr", type: "Edm.Decimal", length: 11, decimals: 2 },
  { name: "Peinh", type: "Edm.Decimal", length: 5, decimals: 0 },
  { name: "Netwr", type: "Edm.Decimal", length: 13, decimals: 2 },
  { name: "Mwskz", type: "Edm.String", length: 2 },
  { name: "Webaz", type: "Edm.Int16", length: 3 },
  { name: "Elikz", type: "Edm.Boolean", length: 1 },
  { name: "Erekz", type: "Edm.Boolean", length: 1 },
  { name: "Knttp", type: "Edm.String", length: 1 },
  { name: "Prdat", type: "Edm.DateTime", length: 8 },
  { name: "Afnam", type: "Edm.String", length: 12 },
];

export const fieldName = (property: string): string => property.toUpperCase();

/** Of the item at a place in the set, in the order of the key. */
export const keyAt = (index: number) => ({
  Ebeln: String(4_500_000_000 + Math.floor(index / itemsPerOrder)),
  Ebelp: String(10 * (1 + (index % itemsPerOrder))).padStart(5, "0"),
});

export type Paging = "skip" | "next";

export function mapOf(paging: Paging, pageSize: number): ServiceMap {
  const fields = Object.fromEntries(
    properties.map(({ name, type, length, decimals = 0, isKey = false }) => [
      fieldName(name),
      { property: name, type, length, decimals, isKey },
    ]),
  );
  return serviceMapSchema.parse({ service, tables: { [tableName]: { set: setName, paging, pageSize, fields } } });
}

export function renderMetadata(): string {
  const keys = properties.filter(({ isKey }) => isKey).map(({ name }) => `<PropertyRef Name="${name}"/>`);
  const all = properties.map(({ name, type, length, decimals = 0, isKey }) => {
    const facets =
      type === "Edm.String"
        ? ` MaxLength="${length}"`
        : type === "Edm.Decimal"
          ? ` Precision="${length}" Scale="${decimals}"`
          : "";
    return `<Property Name="${name}" Type="${type}" Nullable="${isKey !== true}"${facets}/>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices>
<Schema Namespace="ZMLC_SRV" xmlns="http://schemas.microsoft.com/ado/2008/09/edm"><EntityType Name="Ekpo"><Key>${keys.join("")}</Key>${all.join("")}</EntityType>
<EntityContainer Name="ZMLC_SRV_Entities"><EntitySet Name="${setName}" EntityType="ZMLC_SRV.Ekpo"/></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`;
}
