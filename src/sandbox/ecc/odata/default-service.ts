/**
 * `ZMLC_SRV`, the service that a customer's developer would build for the connector: one entity set for every table of the dictionary,
 * properties CamelCased from the field names (sap-data 5.6). `internal` sends what the tables keep; `external` sends what people see:
 * keys stripped, amounts moved by TCURX, ISO codes (5.3).
 */
import { tableNames } from "../dictionary/index.ts";
import { type ServiceDefinition, serviceShape } from "./definition.ts";

export type ODataForm = "internal" | "external";

/** `PS_PSP_PNR` becomes `PsPspPnr`. */
export function camelCased(ddicName: string): string {
  return ddicName
    .toLowerCase()
    .split(/[_/]+/)
    .filter((part) => part !== "")
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join("");
}

export function defaultService(form: ODataForm = "internal"): ServiceDefinition {
  const isInternal = form === "internal";
  return serviceShape.parse({
    namespace: "sap",
    name: "ZMLC_SRV",
    title: "Tables for the connector",
    keys: isInternal ? "padded" : "stripped",
    amounts: isInternal ? "raw" : "shifted",
    codes: isInternal ? "sap" : "iso",
    supports: { pageSize: 1000 },
    entitySets: tableNames().map((table) => ({ name: `${camelCased(table)}Set`, table })),
  });
}
