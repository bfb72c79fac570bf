/**
 * A world's ECC files into tables. Refuses what the dictionary does not know and what a field cannot hold, naming file and line;
 * a table that is known but has no file is empty. Reads in chunks: 300,000 rows never stand in memory as text.
 */
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { z } from "zod";
import type { EccRow, EccSystem } from "../../world.ts";
import { definitionOf, tableNames } from "../dictionary/index.ts";
import { RowRefused, Table } from "./table.ts";

export class WorldRefused extends Error {
  override readonly name = "WorldRefused";
}

const systemShape = z.strictObject({
  systemId: z.string().regex(/^[A-Z][A-Z0-9]{2}$/, "three characters, such as ECC"),
  client: z.string().regex(/^\d{3}$/, "three digits in quotes"),
  release: z.string().min(1).max(4),
  host: z.string().min(1).max(32),
  timeZoneMinutes: z.int().min(-840).max(840),
  users: z.array(
    z.strictObject({
      user: z.string().min(1).max(12),
      password: z.string(),
      tables: z.array(z.string()),
      functions: z.array(z.string()),
    }),
  ),
  workProcesses: z.int().min(1),
});

async function readSystem(path: string): Promise<EccSystem> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    throw new WorldRefused(`${path}: cannot be read; build a world first`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new WorldRefused(`${path}: is not JSON: ${String(error)}`);
  }
  const parsed = systemShape.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WorldRefused(`${path}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is not as expected"}`);
}

/** Lines with their numbers from 1; the last may lack its line feed. */
async function* linesOf(path: string): AsyncGenerator<string[]> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const lines = (rest + decoder.write(chunk as Buffer)).split("\n");
    rest = lines.pop() ?? "";
    yield lines;
  }
  rest += decoder.end();
  if (rest !== "") yield [rest];
}

function parseRow(line: string): EccRow {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    throw new RowRefused(`value ${JSON.stringify(line.slice(0, 80))}: is not a JSON object on one line`);
  }
  if (typeof row !== "object" || row === null || Array.isArray(row))
    throw new RowRefused(`value ${line.slice(0, 80)}: is not a JSON object`);
  return row as EccRow;
}

async function loadTable(path: string, table: Table): Promise<void> {
  let lineNumber = 0;
  for await (const lines of linesOf(path)) {
    for (const line of lines) {
      lineNumber += 1;
      if (line === "") continue;
      try {
        table.insert(parseRow(line));
      } catch (error) {
        if (error instanceof RowRefused) throw new WorldRefused(`${path}:${lineNumber}: ${error.message}`);
        throw error;
      }
    }
  }
}

export async function loadEcc(worldFolder: string): Promise<{ system: EccSystem; tables: ReadonlyMap<string, Table> }> {
  const system = await readSystem(join(worldFolder, "ecc", "system.json"));
  const folder = join(worldFolder, "ecc", "tables");
  const tables = new Map<string, Table>();
  for (const name of tableNames()) {
    const definition = definitionOf(name);
    if (definition !== undefined) tables.set(name, new Table(definition, system.client));
  }
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith(".ndjson")).sort();
  for (const file of files) {
    const table = tables.get(file.slice(0, -".ndjson".length));
    if (table === undefined)
      throw new WorldRefused(`${join(folder, file)}: the dictionary has no such table; remove the file or add the table`);
    await loadTable(join(folder, file), table);
  }
  return { system, tables };
}
