/** The catalogue of services, itself a service (sap-data 5.1): `/sap/opu/odata/IWFND/CATALOGSERVICE;v=2/ServiceCollection`. */
import type { EccSystem } from "../../world.ts";
import { defineTables } from "../dictionary/define.ts";
import { Table } from "../store/table.ts";
import { type ServiceDefinition, serviceShape } from "./definition.ts";

const [catalogueTable] = defineTables(`
TABLE CATALOGUE INTTAB Services of the Gateway
* ID C40 Identifier
DESCRIPTION C60 Description
TITLE C40 External Name
AUTHOR C12 User Name
VERSION INT2 Technical Service Version
METADATAURL C255 URL of the metadata
NAME C35 Technical Service Name
SERVICEURL C255 URL
UPDATED D Time Stamp
SAPSERVICE C1 Delivered by SAP
`);

export const catalogueService: ServiceDefinition = serviceShape.parse({
  namespace: "IWFND",
  name: "CATALOGSERVICE",
  version: 2,
  entitySets: [
    {
      name: "ServiceCollection",
      type: "Service",
      table: "CATALOGUE",
      properties: [
        { field: "ID", name: "ID" },
        { field: "DESCRIPTION" },
        { field: "TITLE" },
        { field: "AUTHOR" },
        { field: "VERSION", name: "TechnicalServiceVersion" },
        { field: "METADATAURL", name: "MetadataUrl" },
        { field: "NAME", name: "TechnicalServiceName" },
        { field: "SERVICEURL", name: "ServiceUrl" },
        { field: "UPDATED", name: "UpdatedDate" },
        { field: "SAPSERVICE", name: "IsSapService", edm: "Boolean" },
      ],
    },
  ],
});

/** URLs name the host that the system knows itself by. */
export function catalogueTables(services: readonly ServiceDefinition[], system: EccSystem): ReadonlyMap<string, Table> {
  if (catalogueTable === undefined) throw new Error("the catalogue has no table");
  const table = new Table(catalogueTable, system.client);
  for (const { name, namespace, version, title, links } of services) {
    const url = `${links.base ?? `http://${system.host}:8000`}/sap/opu/odata/${namespace}/${name}`;
    table.insert({
      ID: `${name}_${String(version).padStart(4, "0")}`,
      DESCRIPTION: title,
      TITLE: name,
      AUTHOR: "DEVELOPER",
      VERSION: String(version),
      METADATAURL: `${url}/$metadata`,
      NAME: name,
      SERVICEURL: url,
      UPDATED: "20240115",
    });
  }
  return new Map([["CATALOGUE", table]]);
}
