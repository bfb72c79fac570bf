/** One call through one open client: parameters by type, tables that nobody wants not asked for, the answer as text. */
import type { RfcLibraryClient } from "./client-module.ts";
import type { Descriptions, FunctionShape } from "./describe.ts";
import { BadValue, fromLibrary, toLibrary } from "./values.ts";

type Row = Readonly<Record<string, string>>;
export type CallRequest = {
  function: string;
  parameters: Readonly<Record<string, string | Row | readonly Row[]>>;
  tables: readonly string[];
};
export type CallValues = Record<string, string | Record<string, string> | Record<string, string>[]>;

export async function callThrough(client: RfcLibraryClient, call: CallRequest, descriptions: Descriptions): Promise<CallValues> {
  const shape = await descriptions.ofFunction(client, call.function);
  const parameters = await parametersOf(client, call, shape, descriptions);
  const options = shape === undefined ? {} : { notRequested: notWanted(shape, call) };
  const answer = await client.call(call.function, parameters, options);
  return valuesOf(answer, call, shape);
}

function notWanted({ parameters }: FunctionShape, { tables }: CallRequest): string[] {
  return [...parameters].flatMap(([name, { class: kind }]) => (kind === "T" && !tables.includes(name) ? [name] : []));
}

async function parametersOf(
  client: RfcLibraryClient,
  { parameters, tables }: CallRequest,
  shape: FunctionShape | undefined,
  descriptions: Descriptions,
): Promise<Record<string, unknown>> {
  if (shape === undefined) return { ...parameters };
  for (const name of [...Object.keys(parameters), ...tables])
    if (!shape.parameters.has(name)) throw new BadValue(`field '${name}' not found`);
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const { type = "", structure = "" } = shape.parameters.get(name) ?? {};
    if (typeof value === "string") given[name] = toLibrary(type, name, value);
    else {
      const fields = await descriptions.ofStructure(client, structure);
      const convert = (row: Row) => rowFor(row, fields);
      given[name] = Array.isArray(value) ? (value as readonly Row[]).map(convert) : convert(value as Row);
    }
  }
  return given;
}

function rowFor(row: Row, fields: ReadonlyMap<string, string> | undefined): Record<string, unknown> {
  if (fields === undefined) return { ...row };
  return Object.fromEntries(
    Object.entries(row).map(([name, text]) => {
      const type = fields.get(name);
      if (type === undefined) throw new BadValue(`field '${name}' not found`);
      return [name, toLibrary(type, name, text)];
    }),
  );
}

/** Exports always come; a table that was given and not asked for does not come back. */
function valuesOf(answer: unknown, { tables }: CallRequest, shape: FunctionShape | undefined): CallValues {
  const values: CallValues = {};
  if (typeof answer !== "object" || answer === null) return values;
  for (const [name, value] of Object.entries(answer)) {
    const kind = shape?.parameters.get(name)?.class;
    if (kind === "I" || (kind === "T" && !tables.includes(name))) continue;
    if (shape === undefined && Array.isArray(value) && !tables.includes(name)) continue;
    const text = fromLibrary(value);
    if (text !== undefined) values[name] = text;
  }
  return values;
}
