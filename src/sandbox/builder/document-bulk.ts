/**
 * The ordinary postings of six fiscal periods: vendor invoices, payroll, journals, billing and payments, in the order of their days.
 * It ends exactly at the number of cost lines asked for.
 */
import { shareOf } from "./amount.ts";
import { addDays } from "./days.ts";
import { booksFrom, daysBetween, later } from "./document-days.ts";
import { type Books, type DocumentDraft, type LineDraft, post } from "./documents.ts";
import { type Group, type GroupVendor, type ObjectFields, pickElement, pickProject, type SapProject } from "./group.ts";
import {
  accountsOf,
  balanceAccounts,
  type Company,
  type CostType,
  companies,
  costAccounts,
  revenueAccount,
} from "./organisation.ts";
import { poolOf } from "./purchase-order-bulk.ts";

const texts = [
  "Progress billing", "Site deliveries", "Small tools & consumables", "Dump fees; landfill", 'Pipe 2" sch 40', "Überstunden Nachtschicht",
  "現場経費", "Rental week 3 | crane", "Freight, inland", "Safety <PPE> stock",
]; // biome-ignore format: a word list

const maxInvoiceLines = 16;
const maxPayrollLines = 300;

function objectOn(group: Group, project: SapProject): ObjectFields {
  const turn = group.draw.int(0, 199);
  if (turn < 4) return { AUFNR: group.draw.pick(project.orders).aufnr };
  if (turn < 7) {
    const activity = group.draw.pick(project.activities);
    return { NPLNR: activity.nplnr, AUFPL: activity.aufpl, APLZL: activity.aplzl };
  }
  if (turn < 9) return { KOSTL: group.draw.pick(project.company.yards) };
  if (turn < 10) return { KOSTL: project.company.headOffice };
  return { PROJK: pickElement(group, project).pspnr };
}

const sumOf = (lines: readonly LineDraft[]): bigint => lines.reduce((sum, line) => sum + line.amount, 0n);

export function vendorLine(amount: bigint, lifnr: string, budat: string): LineDraft {
  const fields = { LIFNR: lifnr, ZFBDT: budat, ZTERM: "ZB30", ZBD1T: "14", ZBD2T: "30" };
  return { amount, hkont: balanceAccounts.payable, koart: "K", fields };
}

function invoiceDraft(group: Group, project: SapProject, lifnr: string, budat: string, count: number): DocumentDraft {
  const { draw } = group;
  const costType = draw.pick<CostType>(["M", "M", "S", "E", "O"]);
  const object = objectOn(group, project);
  const lines = Array.from({ length: count }, (): LineDraft => {
    const isOther = draw.chance(3);
    return {
      amount: BigInt(draw.int(1_000, 900_000)),
      hkont: isOther ? draw.pick(costAccounts).saknr : draw.pick(accountsOf(costType)),
      object: isOther ? objectOn(group, project) : object,
      text: draw.pick(texts),
    };
  });
  const tax = shareOf(sumOf(lines), project.company.currency === "USD" ? 0n : 10n, 100n);
  if (tax !== 0n) lines.push({ amount: tax, hkont: balanceAccounts.inputTax, fields: { KTOSL: "VST", MWSKZ: "V1", BUZID: "T" } });
  lines.push(vendorLine(-sumOf(lines), lifnr, budat));
  const reference = `INV-${draw.int(10_000, 99_999)}`;
  return { company: project.company, blart: "KR", budat, header: { XBLNR: reference, TCODE: "FB60" }, lines };
}

/** Few of a site's vendors send most of its invoices. */
function regularVendor(group: Group, project: SapProject): GroupVendor {
  const pool = poolOf(group, project);
  const last = pool.length - 1;
  const vendor = pool[Math.min(group.draw.int(0, last), group.draw.int(0, last), group.draw.int(0, last))];
  if (vendor === undefined) throw new Error(`project ${project.pspid} has no vendor to buy from`);
  return vendor;
}

function invoice(books: Books, budat: string, room: number): void {
  const project = pickProject(books.group);
  const { draw } = books.group;
  const vendor = draw.chance(0.5) ? draw.pick(books.group.badVendors) : regularVendor(books.group, project);
  const count = Math.min(room, draw.int(4, maxInvoiceLines));
  const draft = invoiceDraft(books.group, project, vendor.lifnr, budat, count);
  // Mail that lay about: entered weeks after the day it is posted to.
  post(books, draw.chance(2) ? { ...draft, cpudt: later(books.group, budat, draw.int(20, 45)) } : draft);
}

function journal(books: Books, budat: string, room: number): void {
  const { draw } = books.group;
  const project = pickProject(books.group);
  const hkont = draw.pick(accountsOf(draw.pick<CostType>(["O", "O", "E", "M"])));
  const count = Math.min(room, draw.int(2, 8));
  const object = objectOn(books.group, project);
  const lines = Array.from({ length: count }, (): LineDraft => {
    const amount = BigInt(draw.int(500, 400_000));
    return {
      amount: draw.chance(25) ? -amount : amount,
      hkont,
      object: draw.chance(20) ? objectOn(books.group, project) : object,
      text: "Reclass",
    };
  });
  // Half are re-postings between objects, which balance among themselves; the others accrue.
  const balance = sumOf(lines);
  if (balance !== 0n) lines.push({ amount: -balance, hkont: balanceAccounts.accrual, text: "Accrual" });
  post(books, { company: project.company, blart: "SA", budat, lines });
}

function payroll(books: Books, company: Company, budat: string, room: number): void {
  const { draw, projects } = books.group;
  const own = projects.filter((project) => project.company === company && project.procore.kind === "permitted");
  if (own.length === 0) return;
  const count = Math.min(room, maxPayrollLines, own.length * 12);
  const lines = Array.from({ length: count }, (_, index): LineDraft => {
    const project = draw.pick(own);
    const hkont = index % 4 === 3 ? "0000411000" : "0000410000";
    return {
      amount: BigInt(draw.int(40_000, 640_000)),
      hkont,
      object: { PROJK: pickElement(books.group, project).pspnr },
      text: "Wages",
    };
  });
  lines.push({ amount: -sumOf(lines), hkont: balanceAccounts.wagesPayable, text: "Net pay" });
  const header = {
    AWTYP: "HRPAY",
    GLVOR: "HRP1",
    AWKEY: String(books.numbers.get(`${company.bukrs} PY`) ?? 1).padStart(10, "0"),
    TCODE: "PCP0",
  };
  post(books, { company, blart: "PY", budat, header, lines });
}

/** Billing: revenue on the WBS element, which is no cost. */
function billing(books: Books, budat: string): void {
  const project = pickProject(books.group);
  const amount = BigInt(books.group.draw.int(2_000_000, 90_000_000));
  const object = { PROJK: project.elements[0]?.pspnr ?? "" };
  post(books, {
    company: project.company,
    blart: "RV",
    budat,
    header: { AWTYP: "VBRK", GLVOR: "SD00", TCODE: "VF01" },
    lines: [
      { amount, hkont: balanceAccounts.receivable, koart: "D", fields: { KUNNR: "0000300001" } },
      { amount: -amount, hkont: revenueAccount, object, text: "Application for payment" },
    ],
  });
}

function payment(books: Books, budat: string): void {
  const project = pickProject(books.group);
  const vendor = books.group.draw.pick(poolOf(books.group, project));
  const amount = BigInt(books.group.draw.int(50_000, 9_000_000));
  const lines = [
    { ...vendorLine(amount, vendor.lifnr, budat) },
    { amount: -amount, hkont: balanceAccounts.bank, fields: { VALUT: budat } },
  ];
  post(books, { company: project.company, blart: "KZ", budat, header: { TCODE: "F-53" }, lines });
}

export function postBulk(books: Books): void {
  const { options, draw } = books.group;
  const first = booksFrom(options.asOf);
  const start = books.costLines;
  const total = options.costLines - start;
  const days = daysBetween(first, options.asOf);
  let payrollDay = -1;
  while (books.costLines < options.costLines) {
    const room = options.costLines - books.costLines;
    const dayIndex = Math.min(days, Math.max(0, Math.floor(((books.costLines - start) * days) / total) + draw.int(0, 2)));
    const budat = addDays(first, dayIndex);
    const fortnight = Math.floor(dayIndex / 14);
    if (fortnight !== payrollDay) {
      payrollDay = fortnight;
      for (const company of companies) {
        const left = options.costLines - books.costLines;
        if (left > 0) payroll(books, company, budat, left);
      }
    } else if (draw.chance(66)) invoice(books, budat, room);
    else if (draw.chance(80)) journal(books, budat, room);
    else if (draw.chance(8)) billing(books, budat);
    else payment(books, budat);
  }
}
