/** Cost documents summed by what a mapping rule can ask for, and by what tells FI's cost from controlling's own. */
import { type CostDocumentRecord, excludedBy, parseMoney, type SpendLine } from "../../core/index.ts";

export type SpendSums = { add(document: CostDocumentRecord): void; lines(): SpendLine[] };

const everywhere = { companyCodes: [] };

export function sumSpend(): SpendSums {
  const sums = new Map<string, { line: Omit<SpendLine, "lines" | "sizeMinor">; lines: number; size: bigint }>();
  return {
    add(document) {
      for (const line of document.lines) {
        const amount = parseMoney(line.amount, document.currency);
        if (!line.object || !amount.ok || excludedBy(line, document, everywhere) !== undefined) continue;
        const facts = {
          companyCode: document.companyCode,
          objectKind: line.object.kind,
          object: line.object.key,
          account: line.account,
          day: document.postingDate,
          currency: document.currency,
          source: document.source,
          transaction: document.source === "coep" ? line.transactionKey : "",
          category: line.costElementCategory,
          isCommitment: line.purchaseOrder !== "",
        };
        const key = Object.values(facts).join("\u0000");
        const sum = sums.get(key) ?? { line: facts, lines: 0, size: 0n };
        const { minor } = amount.value;
        sums.set(key, { ...sum, lines: sum.lines + 1, size: sum.size + (minor < 0n ? -minor : minor) });
      }
    },
    lines: () => [...sums.values()].map(({ line, lines, size }) => ({ ...line, lines, sizeMinor: String(size) })),
  };
}
