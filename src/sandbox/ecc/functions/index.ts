/** The function modules of the system by name: which there are is the release's, and what a switch took away. */
import { profiles } from "../profile.ts";
import type { Switches } from "../switches.ts";
import { bapiModules } from "./bapi/index.ts";
import { connectionTest, ping, systemInfo } from "./basis.ts";
import { fieldInfo, functionInterface } from "./dictionary.ts";
import type { FunctionModule } from "./interface.ts";
import { bbpReadTable, readTable, readTableEtData, readTableSorted, table2 } from "./read-table.ts";
import { numberOfEntries, tableEntries } from "./table-entries.ts";
import { pingAndWait, workProcessList } from "./work-process-list.ts";
import { zPostDocument } from "./z-post-document.ts";
import { zReadTable } from "./z-read-table.ts";

type Has = Pick<Switches, "profile" | "absentModules">;

const modules: ReadonlyMap<string, FunctionModule> = new Map(
  [
    ping,
    systemInfo,
    connectionTest,
    bbpReadTable,
    table2("/SAPDS/RFC_READ_TABLE2"),
    table2("/BODS/RFC_READ_TABLE2"),
    tableEntries,
    numberOfEntries,
    zReadTable,
    zPostDocument,
    fieldInfo,
    workProcessList,
    pingAndWait,
    ...bapiModules,
  ].map((module) => [module.name, module]),
);

export function functionModule(name: string, has: Has): FunctionModule | undefined {
  if (has.absentModules.includes(name)) return undefined;
  if (name === "RFC_GET_FUNCTION_INTERFACE") return functionInterface((asked) => functionModule(asked, has));
  return name === "RFC_READ_TABLE" ? readTableOf(has) : modules.get(name);
}

function readTableOf({ profile }: Has): FunctionModule {
  if (profiles[profile].hasEtData) return readTableEtData;
  return profiles[profile].hasGetSorted ? readTableSorted : readTable;
}
