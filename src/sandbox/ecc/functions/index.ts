/** The function modules of the system by name. */
import { connectionTest, ping, systemInfo } from "./basis.ts";
import { fieldInfo, functionInterface } from "./dictionary.ts";
import type { FunctionModule } from "./interface.ts";
import { readTable } from "./read-table.ts";

const modules: ReadonlyMap<string, FunctionModule> = new Map(
  [ping, systemInfo, connectionTest, readTable, fieldInfo, functionInterface(functionModule)].map((module) => [
    module.name,
    module,
  ]),
);

export function functionModule(name: string): FunctionModule | undefined {
  return modules.get(name);
}
