/** Network numbers by routing (AFKO): the object number of an activity holds the routing only. */
import type { TableReader } from "../../rfc/index.ts";
import { costSourceFields } from "../fields-read.ts";
import { cell, readWhole } from "../rows.ts";
import { routingOf } from "./object-number.ts";

export async function readNetworks(reader: TableReader, objectNumbers: readonly string[]): Promise<Map<string, string>> {
  const values = [...new Set(objectNumbers.map(routingOf).filter((routing) => routing !== undefined))];
  const rows = await readWhole(reader, { table: "AFKO", fields: costSourceFields.AFKO, field: "AUFPL", values });
  return new Map(rows.map((row) => [cell(row, "AUFPL"), cell(row, "AUFNR")]));
}
