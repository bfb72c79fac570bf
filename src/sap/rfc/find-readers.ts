/**
 * Which readers this system has: RFC_GET_FUNCTION_INTERFACE for each candidate (sap-rfc 1.11), whose parameters decide whether GET_SORTED
 * and ET_DATA may be sent, for an unknown parameter fails the call (1.1). Absent is what is not there, and what we may not see. RFC_READ_TABLE is in
 * every release: where its interface cannot be read, its oldest form is assumed.
 */
import type { RfcClient, RfcFailure } from "../../ports/index.ts";
import type { Dialect } from "./dialect.ts";
import { classicDialect } from "./dialect-classic.ts";
import { entriesDialect } from "./dialect-entries.ts";
import { etDataDialect } from "./dialect-et-data.ts";
import { table2Dialect } from "./dialect-table2.ts";
import { zDialect, zReaderDefault } from "./dialect-z.ts";
import { isAboutTheConnection, isModuleMissing, readFunctionInterface } from "./function-interface.ts";

/** Function modules of SAP's that read tables, best first; the customer's own comes before them (sap-rfc 1.11). */
export const standardReaders = [
  "/SAPDS/RFC_READ_TABLE2",
  "/BODS/RFC_READ_TABLE2",
  "RFC_READ_TABLE",
  "BBP_RFC_READ_TABLE",
  "RFC_GET_TABLE_ENTRIES",
] as const;
type StandardReader = (typeof standardReaders)[number];

export type ReaderSettings = {
  /** The customer's own reader, where it was installed under another name. */
  zReader?: string | undefined;
  /** Tried first, in this order; the others follow. */
  prefer?: readonly string[] | undefined;
  /** The only reader for a table. */
  tables?: Readonly<Record<string, string>> | undefined;
};

export type FoundReader = {
  /** The function module. */
  reader: string;
  /** How it can be driven here, best first; none when it is absent. */
  dialects: readonly Dialect[];
  /** Why it is absent, or what its interface has. */
  why: string;
};

export type FoundReaders = { kind: "readers"; readers: readonly FoundReader[] } | RfcFailure;

export function readerNames({ zReader = zReaderDefault, prefer = [] }: ReaderSettings): readonly string[] {
  const all = [zReader, ...standardReaders];
  return [...new Set([...prefer.filter((name) => all.includes(name)), ...all])];
}

/** One cheap call a candidate, one after the other. Only a failure that says nothing about the candidate ends it. */
export async function findReaders(client: RfcClient, settings: ReaderSettings): Promise<FoundReaders> {
  const readers: FoundReader[] = [];
  for (const name of readerNames(settings)) {
    const found = await readInterface(client, name);
    if (found.kind === "failure") return found;
    readers.push(toReader(name, found));
  }
  return { kind: "readers", readers };
}

type Interface = { kind: "present"; parameters: ReadonlySet<string> } | { kind: "absent"; why: string };

async function readInterface(client: RfcClient, name: string): Promise<Interface | RfcFailure> {
  const found = await readFunctionInterface(client, name);
  if (found.kind === "failure") {
    if (isAboutTheConnection(found)) return found;
    return { kind: "absent", why: isModuleMissing(found) ? "not in this system" : `${found.key}: ${found.detail}` };
  }
  return found.parameters.size === 0
    ? { kind: "absent", why: "SAP describes it without a parameter" }
    : { kind: "present", parameters: found.parameters };
}

function toReader(reader: string, found: Interface): FoundReader {
  if (found.kind === "present") {
    const extras = ["GET_SORTED", "USE_ET_DATA_4_RETURN"].filter((each) => found.parameters.has(each));
    const why = extras.length === 0 ? "in this system" : `in this system, with ${extras.join(" and ")}`;
    return { reader, dialects: dialectsOf(reader, found.parameters), why };
  }
  if (reader !== "RFC_READ_TABLE") return { reader, dialects: [], why: found.why };
  return { reader, dialects: [classicDialect()], why: `assumed in its oldest form (${found.why})` };
}

function dialectsOf(reader: string, parameters: ReadonlySet<string>): Dialect[] {
  const canSort = parameters.has("GET_SORTED");
  const hasEtData = parameters.has("USE_ET_DATA_4_RETURN") && parameters.has("ET_DATA");
  const standard = standardReaders.find((each): each is StandardReader => each === reader);
  switch (standard) {
    case undefined:
      return [zDialect({ name: reader })];
    case "RFC_READ_TABLE":
    case "BBP_RFC_READ_TABLE": {
      const options = { function: standard, canSort };
      // Fixed width first: trimming may take blanks in front as well, and only fixed width tells where a text begins.
      return [classicDialect(options), ...(hasEtData ? [etDataDialect(options)] : [])];
    }
    case "RFC_GET_TABLE_ENTRIES":
      return [entriesDialect()];
    default:
      return [table2Dialect(standard)];
  }
}
