/**
 * What the interface of a function module is made of, as far as it decides what is sent and asked for: the library converts by itself, but wants numbers for INT
 * and buffers for RAW, and asks for every table unless it is told not to. Read from SAP once each, through the session at hand.
 */
import type { RfcLibraryClient } from "./client-module.ts";

export type Parameter = { class: string; type: string; structure: string };
export type FunctionShape = { parameters: ReadonlyMap<string, Parameter> };
export type StructureShape = ReadonlyMap<string, string>;

export type Descriptions = {
  /** Undefined for the two modules that descriptions are made with. */
  ofFunction(client: RfcLibraryClient, name: string): Promise<FunctionShape | undefined>;
  /** Type letter by field; undefined where the dictionary does not know it. */
  ofStructure(client: RfcLibraryClient, name: string): Promise<StructureShape | undefined>;
};

const describing: ReadonlySet<string> = new Set(["RFC_GET_FUNCTION_INTERFACE", "DDIF_FIELDINFO_GET"]);
const keptMax = 500;

type Row = Readonly<Record<string, unknown>>;

function rows(answer: unknown, table: string): readonly Row[] {
  const value = (answer as Row | undefined)?.[table];
  return Array.isArray(value) ? (value as readonly Row[]) : [];
}

const text = (row: Row, name: string) => (typeof row[name] === "string" ? row[name].trim() : "");

export function createDescriptions(): Descriptions {
  const functions = new Map<string, FunctionShape>();
  const structures = new Map<string, StructureShape>();
  return {
    async ofFunction(client, name) {
      if (describing.has(name)) return undefined;
      const known = functions.get(name);
      if (known !== undefined) return known;
      const answer = await client.call("RFC_GET_FUNCTION_INTERFACE", { FUNCNAME: name });
      const shape = {
        parameters: new Map(
          rows(answer, "PARAMS")
            .filter((row) => text(row, "PARAMETER") !== "" && text(row, "PARAMCLASS") !== "X")
            .map((row) => {
              const parameter = { class: text(row, "PARAMCLASS"), type: text(row, "EXID"), structure: text(row, "TABNAME") };
              return [text(row, "PARAMETER"), parameter] as const;
            }),
        ),
      };
      if (functions.size >= keptMax) functions.clear();
      functions.set(name, shape);
      return shape;
    },
    async ofStructure(client, name) {
      const known = structures.get(name);
      if (known !== undefined) return known;
      let answer: unknown;
      try {
        answer = await client.call("DDIF_FIELDINFO_GET", { TABNAME: name });
      } catch (error) {
        // A table type's name is not a structure's: its rows go as they are.
        if ((error as { codeString?: unknown }).codeString === "RFC_ABAP_EXCEPTION") return undefined;
        throw error;
      }
      const shape = new Map(rows(answer, "DFIES_TAB").map((row) => [text(row, "FIELDNAME"), text(row, "INTTYPE")] as const));
      if (structures.size >= keptMax) structures.clear();
      structures.set(name, shape);
      return shape;
    },
  };
}
