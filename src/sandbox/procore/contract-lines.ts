/** The schedule of values of a purchase order contract: its lines and their sync (procore 4.5). */
import { isLocked } from "./contract-rules.ts";
import { demandContract } from "./contracts.ts";
import { type Call, created, ok, type Reply, type Route } from "./exchange.ts";
import { createLine, updateLine } from "./line-rules.ts";
import { showLine } from "./line-view.ts";
import { page } from "./paging.ts";
import type { Contract, Line } from "./records.ts";
import { invalid, notFound, shaped } from "./refusal.ts";
import { isBilled } from "./requisition-rules.ts";
import { syncRows } from "./sync.ts";
import { integerOf, wrapped } from "./values.ts";

const contractOf = (call: Call) => demandContract(call, call.params.purchase_order_contract_id).contract;

const lockedMessage = "Line items cannot be changed because the contract is Approved";

function refuseLocked(call: Call, contract: Contract): void {
  if (isLocked(call.world, contract)) throw invalid("base", lockedMessage);
}

function demandLine(call: Call, contract: Contract): Line {
  const line = call.world.contractLines.get(integerOf(call.params.id));
  if (line === undefined || line.holderId !== contract.id) throw notFound("Line item", "text");
  return line;
}

function showFor(call: Call): (line: Line) => unknown {
  if (call.query.get("view") !== "ssov_source_lines") return (line) => showLine(call.world, line, "contract");
  return (line) => {
    const { id, amount, description, position, wbs_code, currency_configuration } = showLine(call.world, line, "contract");
    return { id, amount, description, position, wbs_code, currency_configuration };
  };
}

function list(call: Call): Reply {
  return page(call, call.world.contractLines.by("holder", contractOf(call).id), showFor(call));
}

function create(call: Call): Reply {
  const contract = contractOf(call);
  refuseLocked(call, contract);
  const line = createLine(call, "contract", contract, contract.accountingMethod, wrapped(call.body, "line_item"));
  return created(showLine(call.world, line, "contract"));
}

function update(call: Call): Reply {
  const contract = contractOf(call);
  const line = demandLine(call, contract);
  refuseLocked(call, contract);
  const next = updateLine(call, "contract", contract.accountingMethod, line, wrapped(call.body, "line_item"));
  return ok(showLine(call.world, next, "contract"));
}

function remove(call: Call): Reply {
  const contract = contractOf(call);
  const line = demandLine(call, contract);
  refuseLocked(call, contract);
  if (isBilled(call.world, line.id)) throw invalid("base", "A line item that has been invoiced cannot be deleted");
  call.world.contractLines.remove(line.id);
  return { status: 200 };
}

function sync(call: Call): Reply {
  const { world } = call;
  const contract = contractOf(call);
  const locked = isLocked(world, contract);
  // procore 7.16: whole-call error or row errors.
  if (locked && world.switches.approvedLineSync === "whole-call") throw invalid("base", lockedMessage);
  const own = (line: Line | undefined) => (line?.holderId === contract.id ? line : undefined);
  return syncRows<Line>(call, {
    byId: (id) => own(world.contractLines.get(id)),
    byOrigin: (origin) => own(world.contractLines.first("origin", `${contract.companyId}|${origin}`)),
    refuse: () => (locked ? { base: [lockedMessage] } : undefined),
    create: (row) => createLine(call, "contract", contract, contract.accountingMethod, row),
    update: (line, row) => updateLine(call, "contract", contract.accountingMethod, line, row),
    show: (line) => showLine(world, line, "contract"),
  });
}

const base = "/rest/v1.0/purchase_order_contracts/{purchase_order_contract_id}/line_items";

export const contractLineRoutes: readonly Route[] = [
  ["GET", base, list],
  ["POST", base, shaped("list", create)],
  ["PATCH", `${base}/sync`, shaped("list", sync)],
  ["GET", `${base}/{id}`, (call) => ok(showFor(call)(demandLine(call, contractOf(call))))],
  ["PATCH", `${base}/{id}`, shaped("list", update)],
  ["DELETE", `${base}/{id}`, shaped("list", remove)],
];
