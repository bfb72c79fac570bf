// Procore against the firm's books, record by record: nothing missing, nothing too much, nothing different.
import type { World } from "../../src/sandbox/procore/world.ts";
import { minorOf, text } from "./amounts.ts";
import { costPlaceOf, costTypeOf, invoiceFate, lineFate, shareFate, vendorFate } from "./fates.ts";
import { budgetCodeIdOf, type Firm, type Order, type Share } from "./firm.ts";
import { billedOf, type Invoice, inChain, retainedOf } from "./invoices.ts";

const originPrefix = "S01.100";

type Found = ReadonlyMap<string, string>;

/** What is written of each record in one line, by its key. */
function differences(kind: string, expected: Found, found: readonly (readonly [string, string])[]): string[] {
  const seen = new Map<string, string>();
  const wrong: string[] = [];
  for (const [key, is] of found) {
    if (seen.has(key)) wrong.push(`${kind} ${key} is there twice`);
    seen.set(key, is);
    if (!expected.has(key)) wrong.push(`${kind} ${key} is too much: ${is}`);
  }
  for (const [key, should] of expected) {
    const is = seen.get(key);
    if (is === undefined) wrong.push(`${kind} ${key} is missing: ${should}`);
    else if (is !== should) wrong.push(`${kind} ${key} is ${is}, not ${should}`);
  }
  return wrong;
}

function auditVendors(firm: Firm, world: World): string[] {
  const expected = new Map(
    firm.vendors
      .filter((each) => vendorFate(each) === "in")
      .map(({ lifnr, name }) => [`${originPrefix}.VN.${lifnr}`, name] as const),
  );
  const found = [...world.vendors.all()].map(({ originId, name }) => [originId ?? "none", name] as const);
  return differences("vendor", expected, found);
}

function sharesIn(order: Order): { ebelp: string; share: Share }[] {
  return order.items.flatMap(({ ebelp, shares }) =>
    shares.filter((share) => shareFate(order, share) === "in").map((share) => ({ ebelp, share })),
  );
}

function auditContracts(firm: Firm, world: World): string[] {
  const contracts = new Map<string, string>();
  const lines = new Map<string, string>();
  for (const order of firm.orders)
    for (const { ebelp, share } of sharesIn(order)) {
      const { project, costCode } = share.element;
      const contract = `${originPrefix}.PO.${order.ebeln}.${project}`;
      contracts.set(contract, `${order.isReleased ? "Approved" : "Draft"} ${originPrefix}.VN.${order.vendor.lifnr}`);
      const code = budgetCodeIdOf(project, costCode, costTypeOf[share.account] ?? "");
      lines.set(
        `${originPrefix}.PL.${order.ebeln}.${ebelp}.${share.zekkn}.${project}`,
        `${contract} ${code} ${text(share.minor)}`,
      );
    }
  const vendorOf = (id: number | null) => (id === null ? "nobody" : (world.vendors.get(id)?.originId ?? "a stranger"));
  const foundContracts = [...world.contracts.all()].map(
    ({ originId, status, vendorId }) => [originId ?? "none", `${status} ${vendorOf(vendorId)}`] as const,
  );
  const foundLines = [...world.contractLines.all()].map(({ originId, holderId, wbsCodeId, amount }) => {
    const holder = world.contracts.get(holderId)?.originId ?? "nothing";
    return [originId ?? "none", `${holder} ${wbsCodeId} ${text(minorOf(amount))}`] as const;
  });
  return [...differences("contract", contracts, foundContracts), ...differences("contract line", lines, foundLines)];
}

/** By project and budget code, over all parts: how lines are grouped is the product's, what they sum to is SAP's. */
function auditCosts(firm: Firm, world: World): string[] {
  const wanted = new Map<string, bigint>();
  const add = (sums: Map<string, bigint>, key: string, minor: bigint) => sums.set(key, (sums.get(key) ?? 0n) + minor);
  for (const document of firm.documents)
    for (const line of document.lines) {
      if (lineFate(document, line) !== "in" || line.element === undefined) continue;
      const { project, costType } = costPlaceOf(line.element, line.account, firm.isRecoded);
      add(wanted, `${project} ${budgetCodeIdOf(project, line.element.costCode, costType)}`, line.minor);
    }
  const posted = new Map<string, bigint>();
  const wrong: string[] = [];
  for (const { id, originId, holderId, projectId, wbsCodeId, amount } of world.directCostLines.all()) {
    const cost = world.directCosts.get(holderId);
    if (cost?.status !== "approved") wrong.push(`direct cost line ${originId} (${id}) stands on no approved cost`);
    add(posted, `${projectId} ${wbsCodeId}`, minorOf(amount));
  }
  for (const { id, originId, status } of world.directCosts.all()) {
    if (originId === null || status !== "approved") wrong.push(`direct cost ${originId ?? id} is ${status}`);
    if ([...world.directCostLines.by("holder", id)].length === 0) wrong.push(`direct cost ${originId ?? id} has no line`);
  }
  const shown = (sums: Map<string, bigint>) =>
    [...sums].filter(([, minor]) => minor !== 0n).map(([key, minor]) => [key, text(minor)] as const);
  return [...wrong, ...differences("direct costs of", new Map(shown(wanted)), shown(posted))];
}

type Billed = { contract: string; requisition: string; lines: Map<string, { work: bigint; retained: bigint }> };

const linesText = (lines: Billed["lines"]): string =>
  [...lines]
    .filter(([, { work, retained }]) => work !== 0n || retained !== 0n)
    .map(([line, { work, retained }]) => `${line}=${text(work)}/${text(retained)}`)
    .sort()
    .join(" ");

/** One for each project that the invoice bills: each is a contract of its own. */
function requisitionsOf(invoice: Invoice): Billed[] {
  const { order, belnr } = invoice;
  const byProject = new Map<number, Billed>();
  for (const line of invoice.lines)
    for (const share of line.item.shares) {
      const { project } = share.element;
      const contract = `${originPrefix}.PO.${order.ebeln}.${project}`;
      const requisition = `${originPrefix}.RQ.${belnr}.2026.${order.ebeln}.${project}`;
      const billed = byProject.get(project) ?? { contract, requisition, lines: new Map() };
      byProject.set(project, billed);
      const key = `${originPrefix}.PL.${order.ebeln}.${line.item.ebelp}.${share.zekkn}.${project}`;
      billed.lines.set(key, { work: billedOf(invoice, line, share), retained: retainedOf(invoice, line, share) });
    }
  return [...byProject.values()];
}

/** Each once, with its work and its retainage on each line, and each contract's in the order of posting; one that came late goes last. */
function auditRequisitions(firm: Firm, world: World, isOrdered: boolean): string[] {
  const expected = new Map<string, string>();
  const chains = new Map<string, string[]>();
  for (const invoice of firm.invoices.all.filter((each) => invoiceFate(each) === "in").sort(inChain))
    for (const { contract, requisition, lines } of requisitionsOf(invoice)) {
      expected.set(requisition, `approved ${contract} ${linesText(lines)}`);
      chains.set(contract, [...(chains.get(contract) ?? []), requisition]);
    }
  const contractOf = (id: number) => world.contracts.get(id)?.originId ?? "nothing";
  const found = [...world.requisitions.all()].map(({ id, originId, contractId, status }) => {
    const lines = [...world.requisitionItems.by("requisition", id)].map(({ lineId, work, workRetained }) => {
      const line = world.contractLines.get(lineId)?.originId ?? "nothing";
      return [line, { work: minorOf(work), retained: minorOf(workRetained) }] as const;
    });
    return [originId ?? "none", `${status} ${contractOf(contractId)} ${linesText(new Map(lines))}`] as const;
  });
  const wrong = differences("requisition", expected, found);
  const inOrder = [...world.requisitions.all()].sort((left, right) => left.number - right.number);
  const foundChains = [...Map.groupBy(inOrder, ({ contractId }) => contractOf(contractId))].map(
    ([contract, chain]) => [contract, chain.map(({ originId }) => originId).join(" ")] as const,
  );
  const wanted = new Map([...chains].map(([contract, chain]) => [contract, chain.join(" ")]));
  // What is missing, or there twice, was told already.
  return wrong.length > 0 || !isOrdered ? wrong : differences("chain of", wanted, foundChains);
}

/** `isOrdered`: nothing kept one invoice of a contract back while the next one went. */
export function auditProcore(firm: Firm, world: World, isOrdered: boolean): string[] {
  return [
    ...auditVendors(firm, world),
    ...auditContracts(firm, world),
    ...auditRequisitions(firm, world, isOrdered),
    ...auditCosts(firm, world),
  ];
}
