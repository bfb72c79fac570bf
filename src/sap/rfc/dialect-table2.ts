/**
 * /SAPDS/RFC_READ_TABLE2 and /BODS/RFC_READ_TABLE2: fixed-width rows of up to 30,000 characters; OUT_TABLE names which of five tables was
 * filled, the narrowest that fits (sap-rfc 1.11). All five are asked for, since a table that is not named does not come back over SOAP.
 */
import type { RfcClient } from "../../ports/index.ts";
import { whyUnreadable } from "./abap-values.ts";
import { answerDiffers, type ChunkCall, type ChunkOutcome, type Dialect, rfcFailed } from "./dialect.ts";
import { classicParameters, describeByNoData, whyUncastable } from "./dialect-classic.ts";
import { rowsOf } from "./function-interface.ts";
import { sliceAnswer, withOrder } from "./read-chunk.ts";
import { rowTextsOf } from "./row-texts.ts";

const widths = [128, 512, 2_048, 8_192, 30_000] as const;
const outTables = widths.map((width) => `TBLOUT${width}`);

export const table2Functions = ["/SAPDS/RFC_READ_TABLE2", "/BODS/RFC_READ_TABLE2"] as const;

export function table2Dialect(name: (typeof table2Functions)[number]): Dialect {
  return {
    name,
    widthMax: 30_000,
    widthOf: ({ length }) => length,
    whyUnreadable,
    whyRefused: () => undefined,
    // Whether its cast is repaired is nowhere on record; it comes from the classic code.
    whyDoubtful: (description) => whyUncastable(name, description, ["g", "y", "F"]),
    describe: (client, call) => describeByNoData(client, name, call, outTables),
    readChunk: (client, call) => readOutTable(client, name, call),
  };
}

async function readOutTable(client: RfcClient, name: string, call: ChunkCall): Promise<ChunkOutcome> {
  const outcome = await client.call({
    function: name,
    parameters: classicParameters(call),
    tables: [...outTables, "FIELDS", "OPTIONS"],
    timeoutMs: call.timeoutMs,
  });
  if (outcome.kind === "failure") return rfcFailed(outcome);
  const { table } = call.description;
  const { OUT_TABLE: said, FIELDS: layout } = outcome.values;
  const filled = outTables.filter((each) => rowsOf(outcome.values[each]).length > 0);
  const named = typeof said === "string" ? said.trim() : "";
  const at = outTables.indexOf(named);
  if (filled.length === 0) return withOrder(sliceAnswer({ table, fields: call.fields }, layout, rowTextsOf([]), 0), false);
  if (at < 0 || filled.length > 1 || filled[0] !== named)
    return answerDiffers(`${name} named ${JSON.stringify(named.slice(0, 30))} and filled ${filled.join(", ")}.`);
  const lines = rowTextsOf(rowsOf(outcome.values[named]).map((row) => row.WA));
  return withOrder(sliceAnswer({ table, fields: call.fields }, layout, lines, widths[at] ?? 0), false);
}
