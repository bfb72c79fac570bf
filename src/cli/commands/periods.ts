/**
 * `ml-connector periods`: the state of each company code's fiscal periods as T001B says it, since when, whether SAP's totals were kept at its close, and
 * what came later. Reads only; needs no running hub.
 */
import { Command } from "commander";
import { listPeriods, type PeriodList, type PeriodView } from "../../hub/index.ts";
import { withConfig, withJson } from "../flags.ts";
import { periodLines } from "../report/periods-text.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { lookAtStore } from "../wiring/store-only.ts";

type Flags = { config: string; connection?: string; companyCode?: string; json: boolean };

function narrowed(list: PeriodList, { companyCode }: Flags): PeriodList {
  const isAsked = (each: Pick<PeriodView, "companyCode">) => companyCode === undefined || each.companyCode === companyCode;
  return { periods: list.periods.filter(isAsked), looks: list.looks.filter(isAsked) };
}

async function show(flags: Flags): Promise<void> {
  const found = await lookAtStore({ configFile: flags.config, log: terminal.debug }, ({ config, store }) =>
    listPeriods(store, { tenant: config.tenant, connection: pickConnection(config, flags.connection) }),
  );
  const list = narrowed(found ?? { periods: [], looks: [] }, flags);
  if (flags.json) terminal.json(list);
  else terminal.printAll(periodLines(list, terminal.paint));
}

export function periodsCommand(): Command {
  return withJson(withConfig(new Command("periods")))
    .description("fiscal periods by company code: open or closed in SAP, closed here, and what came later")
    .option("--connection <name>", "which connection, where there are several")
    .option("--company-code <code>", "only this one")
    .action(show);
}
