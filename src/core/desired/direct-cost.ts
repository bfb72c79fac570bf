/**
 * The Procore direct cost that one part of a group of cost lines should be (ruling 22): a header and one line per budget code. A part is
 * made once from its frozen members and never rewritten; what comes later opens the next part.
 */
import { canonicalText, groupId, type ReferenceNumber, referenceNumber } from "../fingerprint.ts";
import { fromAlpha, type KeyProblem, type OriginId, originId, type SapClient } from "../keys.ts";
import { add, formatMoney, type Money, zero } from "../money.ts";
import { ok, type Result } from "../result.ts";
import type { GroupKey } from "../rulings/cost.ts";
import { formatIsoDate, formatPeriod, parseSapDate } from "../sap-date.ts";
import type { Body } from "./contract.ts";

/** One cost line as a member of a part. */
export type PartMember = {
  /** `BUKRS.BELNR.GJAHR.BUZEI`. */
  readonly key: string;
  readonly amount: Money;
  readonly postingDate: string;
  readonly budgetCodeId: number;
  /** `<cost code>.<cost type>`. */
  readonly budgetCode: string;
};

/** Ruling 23: what a part does to costs that are posted. */
export type Correction = "negating" | "positive";

const correctionText: Readonly<Record<Correction, string>> = { negating: ", taken back", positive: ", re-coded" };

export type DesiredDirectCostLine = {
  readonly originId: OriginId;
  readonly body: Body;
  readonly amount: Money;
  readonly budgetCodeId: number;
};

export type DesiredDirectCost = {
  readonly originId: OriginId;
  readonly groupId: string;
  readonly part: number;
  readonly reference: ReferenceNumber;
  readonly projectId: number;
  readonly vendor: string;
  readonly header: Body;
  readonly lines: readonly DesiredDirectCostLine[];
  readonly total: Money;
};

function dayText(day: string): string {
  const date = parseSapDate(day);
  return date ? formatIsoDate(date) : day;
}

/** `0000001000 labour`, `document 0100000123` or `day 2026-03-15`, as people read it and as `origin_data` keeps it. */
function contentOf(group: GroupKey): { text: string; data: { [name: string]: string } } {
  if ("document" in group) return { text: `document ${fromAlpha(group.document)}`, data: { document: group.document } };
  if ("day" in group) return { text: `day ${dayText(group.day)}`, data: { day: group.day } };
  const { objectKind, object } = group;
  return { text: `${fromAlpha(object)} ${group.class}`, data: { objectKind, object } };
}

export type PartMarks = {
  /** Its lines came after their period was closed (ruling 28). */
  readonly isLate?: boolean;
  readonly correction?: Correction;
};

function headerOf(
  group: GroupKey,
  reference: ReferenceNumber,
  members: readonly PartMember[],
  { isLate, correction }: PartMarks,
): Body {
  const latest =
    members
      .map((member) => member.postingDate)
      .sort()
      .at(-1) ?? "";
  const date = parseSapDate(latest);
  const period = formatPeriod({ year: group.fiscalYear, period: group.period });
  const { text, data } = contentOf(group);
  return {
    direct_cost_type: group.type,
    description: `SAP ${group.companyCode} ${period} ${text}${correction ? correctionText[correction] : ""}${isLate ? ", late adjustment" : ""}`,
    ...(date ? { direct_cost_date: formatIsoDate(date) } : {}),
    // Procore wants an invoice number that is unique per vendor (procore 4.11 [B]); XBLNR is not, the part's reference number is.
    ...(group.type === "invoice" ? { invoice_number: reference } : {}),
    origin_data: canonicalText({
      reference,
      period,
      ...data,
      lines: members.length,
      ...(isLate ? { lateAdjustment: true } : {}),
    }),
  };
}

function linesByCode(
  members: readonly PartMember[],
  currency: string,
): Map<string, { id: number; amount: Money; count: number }> {
  const byCode = new Map<string, { id: number; amount: Money; count: number }>();
  for (const member of members) {
    const sofar = byCode.get(member.budgetCode) ?? { id: member.budgetCodeId, amount: zero(currency), count: 0 };
    byCode.set(member.budgetCode, { id: sofar.id, amount: add(sofar.amount, member.amount), count: sofar.count + 1 });
  }
  return byCode;
}

/** Of the line that a budget code has in a part: the code's own text, so that a budget code made anew keeps its line. */
export function costLineOriginId(
  client: SapClient,
  { groupId: id, part, budgetCode }: { groupId: string; part: number; budgetCode: string },
): Result<OriginId, KeyProblem> {
  // The dot is the origin id's separator.
  return originId(client, "DL", [id, part, encodeURIComponent(budgetCode).replaceAll(".", ":")]);
}

/** `members` must not be empty and must share the group's currency. */
export function desiredDirectCost(
  client: SapClient,
  group: GroupKey,
  part: number,
  members: readonly PartMember[],
  marks: PartMarks = {},
): Result<DesiredDirectCost, KeyProblem> {
  const id = groupId({ ...group });
  const reference = referenceNumber(client, id, part);
  const header = originId(client, "DC", [id, part]);
  if (!header.ok) return header;
  const lines: DesiredDirectCostLine[] = [];
  let total = zero(group.currency);
  const byCode = [...linesByCode(members, group.currency)].sort(([left], [right]) => (left < right ? -1 : 1));
  for (const [code, { id: budgetCodeId, amount, count }] of byCode) {
    const line = costLineOriginId(client, { groupId: id, part, budgetCode: code });
    if (!line.ok) return line;
    const body = {
      amount: formatMoney(amount),
      extended_type: "manual",
      wbs_code_id: budgetCodeId,
      description: `${code}, ${count} lines`,
    };
    lines.push({ originId: line.value, body, amount, budgetCodeId });
    total = add(total, amount);
  }
  return ok({
    originId: header.value,
    groupId: id,
    part,
    reference,
    projectId: group.projectId,
    vendor: group.vendor,
    header: headerOf(group, reference, members, marks),
    lines,
    total,
  });
}
