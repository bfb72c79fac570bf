/**
 * The OData services of a running system: definitions from the world's folder, bound to its tables, and bound anew when a switch says
 * that a transport or another developer came by.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EccSystem } from "../../world.ts";
import { WorldRefused } from "../store/load.ts";
import type { Table } from "../store/table.ts";
import { bindService, type Service } from "./bind.ts";
import { catalogueService, catalogueTables } from "./catalogue.ts";
import { type ServiceDefinition, serviceShape } from "./definition.ts";
import { DeltaTokens } from "./delta.ts";
import { defaultODataSwitches, type ODataSwitches } from "./switches.ts";

export async function loadServices(worldFolder: string): Promise<ServiceDefinition[]> {
  const folder = join(worldFolder, "ecc", "odata");
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith(".json")).sort();
  const services: ServiceDefinition[] = [];
  for (const file of files) {
    const path = join(folder, file);
    try {
      services.push(serviceShape.parse(JSON.parse(await readFile(path, "utf8"))));
    } catch (error) {
      throw new WorldRefused(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return services;
}

export class ODataServices {
  readonly deltas: DeltaTokens;
  /** Of every user, until the process ends (sap-data 5.1). */
  readonly csrfSeed: string;
  private readonly definitions: readonly ServiceDefinition[];
  private readonly tables: ReadonlyMap<string, Table>;
  private readonly switches: ODataSwitches;
  private readonly catalogue: Service;
  private bound: { switched: string; services: Map<ServiceDefinition, Service> } = { switched: "", services: new Map() };

  constructor(options: {
    definitions: readonly ServiceDefinition[];
    tables: ReadonlyMap<string, Table>;
    system: EccSystem;
    switches: ODataSwitches;
    processId: string;
  }) {
    this.definitions = options.definitions;
    this.tables = options.tables;
    this.switches = options.switches;
    this.deltas = new DeltaTokens(options.processId);
    this.csrfSeed = options.processId;
    const tables = catalogueTables([catalogueService, ...options.definitions], options.system);
    this.catalogue = bindService(tables, catalogueService, defaultODataSwitches());
    for (const definition of options.definitions) bindService(options.tables, definition, options.switches);
  }

  /** Names are found whatever their case, as in SAP. */
  find(namespace: string, name: string): Service | undefined {
    const isWanted = (each: ServiceDefinition) =>
      each.namespace.toUpperCase() === namespace.toUpperCase() && each.name.toUpperCase() === name.toUpperCase();
    if (isWanted(catalogueService)) return this.catalogue;
    const definition = this.definitions.find(isWanted);
    return definition === undefined ? undefined : this.boundTo(definition);
  }

  isCatalogue(service: Service): boolean {
    return service === this.catalogue;
  }

  private boundTo(definition: ServiceDefinition): Service {
    // Conversions are made once a value: what they look up has not changed since.
    const lookedUp = ["TCURX", "TCURC", "T006"].map((name) => this.tables.get(name)?.changeCount());
    const switched = JSON.stringify([this.switches.odataGaps, this.switches.odataDrift, lookedUp]);
    if (switched !== this.bound.switched) this.bound = { switched, services: new Map() };
    const known = this.bound.services.get(definition) ?? bindService(this.tables, definition, this.switches);
    this.bound.services.set(definition, known);
    return known;
  }
}
