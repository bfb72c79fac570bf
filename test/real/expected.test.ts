// The auditor audited: the figures of the extracts against the facts that INDEX.md states, against SAP's own postings where they
// say the same thing twice, and against the laws of counting. Skips where the data is absent; the reader's own rules, on
// rows written here, are tested everywhere.
import { describe, expect, it } from "vitest";
import { type CostClass, readCosts, tallyByObjectAndAccount } from "./expected-costs.ts";
import { expectedGbi140 } from "./expected-gbi140.ts";
import { expectedGbi375 } from "./expected-gbi375.ts";
import { convert, currencyDecimals, minorOf, moneyText, rateOf, tally } from "./expected-money.ts";
import {
  agreesWithPrice,
  commitmentsOf,
  readPurchaseOrders,
  tallyInCompanyCurrency,
  tallyItems,
} from "./expected-purchase-orders.ts";
import { dateOf, isFilled, keyOf, parseRows, type Row, scaledOf } from "./extract-csv.ts";

const gbi375 = expectedGbi375();
const gbi140 = expectedGbi140();

const rowOf = (text: string): Row => {
  const [row] = parseRows(text, "written.csv");
  if (row === undefined) throw new Error("the text has no row");
  return row;
};
const cell = (value: string): Row => rowOf(`OTHER,A\n,"${value}"\n`);

describe("the reader", () => {
  it("keeps commas, quotes and line ends inside quotes, and drops the byte order mark", () => {
    const rows = parseRows('\uFEFFA,B\r\n"1,234.5","say ""so"""\r\n"two\nlines",\r\nlast,\n', "written.csv");
    expect(rows.map((row) => [row.get("A"), row.get("B"), row.place])).toEqual([
      ["1,234.5", 'say "so"', "written.csv:2"],
      ["two\nlines", "", "written.csv:3"],
      ["last", "", "written.csv:5"],
    ]);
  });

  it("refuses what is cut, lossy or of another form, and names the place", () => {
    expect(() => parseRows("A,B\n1\n", "written.csv")).toThrow("written.csv:2: 1 cells under 2 columns");
    expect(() => parseRows('A,B\n1,"open\n', "written.csv")).toThrow("never closed");
    expect(() => cell("x").get("C")).toThrow("there is no column C");
    for (const text of ["1,23", "12,34.00", "1.234", "4.9E+13", "-", "1-", "0x1", " "]) {
      if (text.trim() === "") expect(scaledOf(cell(text), "A", 2)).toBe(0n);
      else expect(() => scaledOf(cell(text), "A", 2), text).toThrow("written.csv:2: column A");
    }
    expect(() => keyOf(cell("4.9E+13"), "A", 20)).toThrow("digits are lost");
    expect(() => keyOf(cell("12345678901"), "A", 10)).toThrow("longer than");
    expect(() => dateOf(cell("2017-02-01"), "A")).toThrow("not a date");
    expect(() => dateOf(cell("13/01/17"), "A")).toThrow("no such day");
  });

  it("reads keys, dates and numbers in SAP's stored form", () => {
    expect(keyOf(cell("1500000001.0"), "A", 10)).toBe("1500000001");
    expect(keyOf(cell("760000"), "A", 10)).toBe("0000760000");
    expect(keyOf(cell("napc1000"), "A", 10)).toBe("NAPC1000");
    expect(keyOf(cell(""), "A", 10)).toBe("");
    expect([dateOf(cell("2/6/19"), "A"), dateOf(cell("02/16/2017"), "A")]).toEqual(["20190206", "20170216"]);
    expect([dateOf(cell(""), "A"), dateOf(cell("00/00/0000"), "A")]).toEqual(["00000000", "00000000"]);
    expect(scaledOf(cell(" -1,234,567.8"), "A", 2)).toBe(-123456780n);
    expect(["", "0", "00000000", "0.0", "10"].map((value) => isFilled(cell(value), "A"))).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });
});

describe("the auditor's money", () => {
  const converted = (minor: bigint, from: string, printed: string) => {
    const rate = rateOf(cell(printed), "A");
    return rate === undefined ? undefined : convert(minor, from, rate, "USD");
  };

  it("multiplies by a direct rate, divides by an indirect one, and rounds half away from zero", () => {
    expect(converted(10050n, "EUR", "0.5")).toBe(5025n);
    expect(converted(1n, "EUR", "0.5")).toBe(1n);
    expect(converted(-1n, "EUR", "0.5")).toBe(-1n);
    expect(converted(-3n, "RON", "/2.00000")).toBe(-2n);
    expect(converted(100n, "KRW", "/1,000.00000")).toBe(10n);
    expect(converted(100n, "KRW", "-1000")).toBe(10n);
    expect([converted(1n, "USD", ""), converted(1n, "USD", "0")]).toEqual([undefined, undefined]);
    expect(() => rateOf(cell("about 3"), "A")).toThrow("no exchange rate");
  });

  it("takes the digits of a CURR cell for minor units of its currency", () => {
    expect(moneyText(minorOf(cell("12.50"), "A"), "JPY")).toBe("1250");
    expect(moneyText(minorOf(cell("-0.05"), "A"), "USD")).toBe("-0.05");
    expect(moneyText(minorOf(cell("1,234.50"), "A"), "JOD")).toBe("123.450");
    expect(converted(1250n, "JPY", "/100.00000")).toBe(1250n);
  });
});

describe("the rules, on rows written here", () => {
  const header = "EBELN,BUKRS,BSTYP,BSART,LOEKZ,LIFNR,WAERS,WKURS,RESWK,MEMORY\n";
  const item = "EBELN,EBELP,LOEKZ,WERKS,NETWR,NAVNW,VRTKZ,KNTTP,RETPO\n";
  const orders = readPurchaseOrders(
    parseRows(
      `${header}4500000001,US00,F,NB,,77,USD,1,,\n4500000002,US00,F,NB,,77,EUR,/2,,X\n4500000003,US00,K,MK,,77,USD,1,,\n` +
        "4500000004,US00,F,UB,,77,USD,1,PL01,\n4500000005,US00,F,NB,L,77,USD,1,,\n4500000006,US00,F,NB,,77,USD,1,,\n,,,,,77,USD,1,,\n",
      "EKKO",
    ),
    parseRows(
      `${item}4500000001,10,,PL01,"1,000.10",0.9,,,\n4500000001,20,,PL01,5,0,,,X\n4500000001,30,L,PL01,5,0,,,\n4500000001,40,S,PL01,5,0,,,\n` +
        "4500000001,50,,PL01,5,0,,U,\n4500000002,10,,PL01,5,0,,,\n4500000003,10,,PL01,5,0,,,\n4500000004,10,,PL01,5,0,,,\n" +
        "4500000005,10,,PL01,5,0,,,\n4500000009,10,,PL01,5,0,,,\n",
      "EKPO",
    ),
    new Map([["US00", "USD"]]),
  );

  it("classes every item once", () => {
    expect(orders.items.map(({ ebeln, ebelp, rule }) => [ebeln.slice(-1), Number(ebelp), rule])).toEqual([
      ["1", 10, "commitment"],
      ["1", 20, "commitment"],
      ["1", 30, "po-item-deleted"],
      ["1", 40, "po-item-blocked"],
      ["1", 50, "po-unknown-assignment"],
      ["2", 10, "po-incomplete"],
      ["3", 10, "po-not-a-purchase-order"],
      ["4", 10, "po-stock-transfer"],
      ["5", 10, "po-item-deleted"],
      ["6", 0, "object-without-items"],
    ]);
    expect(orders.continuationRows).toBe(1);
    expect(orders.itemsWithoutHeader).toEqual(["4500000009/10"]);
    expect(commitmentsOf(orders).map(({ minor }) => minor)).toEqual([100100n, -500n]);
    expect(orders.items[5]?.companyMinor).toBe(250n);
  });

  it("classes the lines of whole documents, and sets the others aside", () => {
    const headers = "BUKRS,BELNR,GJAHR,MONAT,BLART,BSTAT,BUDAT,CPUDT,HWAER,AWTYP\n";
    const lines = "BUKRS,BELNR,GJAHR,BUZEI,KOART,SHKZG,DMBTR,KTOSL,UMSKZ,KOSTL,AUFNR,PROJK,NPLNR,HKONT,LIFNR,EBELN,EBELP,XBILK\n";
    const at = ["2017,2,SA,", "2/1/17,2/1/17,USD"];
    const head = (belnr: number, awtyp = "BKPF", bstat = "") => `US00,${belnr},${at[0]}${bstat},${at[1]},${awtyp}\n`;
    const body = (belnr: number, buzei: number, rest: string) => `US00,${belnr},2017,${buzei},${rest}\n`;
    const costs = readCosts(
      parseRows(headers + head(1) + head(2) + head(3) + head(4, "VBRK") + head(5, "BKPF", "V"), "BKPF"),
      parseRows(
        lines +
          body(1, 1, "K,H,20.0,,,,,,,300,77.0,,0,X") +
          body(1, 2, "S,S,10,,,CC1,,,,400,,,0,") +
          body(1, 3, "S,S,4,KBS,,CC1,,,,400,,4500000001.0,10,") +
          body(1, 4, "S,S,3,KBS,,CC1,,,,400,,4500000001.0,30,") +
          body(1, 5, "S,S,2,WRX,,CC1,,,,310,,4500000001.0,10,X") +
          body(1, 6, "S,S,1,,A,CC1,,,,400,,,0,") +
          body(3, 1, "S,S,1,,,CC1,,,,400,,,0,") +
          body(4, 1, "D,S,9,,,,,,,140,,,0,X") +
          body(4, 2, "S,H,9,,,CC1,,,,800,,,0,") +
          body(5, 1, "S,S,9,,,CC1,,,,400,,,0,") +
          body(5, 2, "S,H,9,,,CC1,,,,400,,,0,") +
          body(9, 1, "S,S,1,,,,,,,400,,,0,"),
        "BSEG",
      ),
      orders.items,
    );
    expect(costs.lines.map(({ document, line, costClass }) => [Number(document), Number(line), costClass])).toEqual([
      [1, 1, "cost-without-object"],
      [1, 2, "direct-cost"],
      [1, 3, "cost-commitment"],
      [1, 4, "direct-cost"],
      [1, 5, "cost-grir-clearing"],
      [1, 6, "cost-down-payment"],
      [4, 1, "cost-without-object"],
      [4, 2, "cost-not-primary"],
      [5, 1, "cost-document-status"],
      [5, 2, "cost-document-status"],
    ]);
    expect(costs.withoutLines).toEqual(["US00/0000000002/2017"]);
    expect([...costs.unbalanced]).toEqual([["US00/0000000003/2017", 100n]]);
    expect([...costs.withoutHeader]).toEqual([["US00/0000000009/2017", { lines: 1, balance: 100n }]]);
    expect(costs.revenueAccounts).toEqual(["0000000800"]);
    expect(costs.lines[1]?.onlyVendor).toBe("0000000077");
  });
});

describe.skipIf(gbi375 === undefined)("gbi375", () => {
  if (gbi375 === undefined) return;
  const { purchaseOrders, costs, rows } = gbi375;
  const commitments = commitmentsOf(purchaseOrders);
  const count = (rule: string) => purchaseOrders.items.filter((item) => item.rule === rule).length;

  it("has the purchase orders that INDEX.md counts", () => {
    expect([purchaseOrders.headerRows, purchaseOrders.itemRows, purchaseOrders.continuationRows]).toEqual([567, 522, 54]);
    expect(purchaseOrders.headers.size).toBe(513);
    expect(purchaseOrders.headersWithoutItems).toHaveLength(1);
    expect(purchaseOrders.itemsWithoutHeader).toEqual([]);
    expect(purchaseOrders.items.filter((item) => item.isReturn)).toHaveLength(44);
    expect(rows.EKPO.filter((row) => row.get("PSTYP") === "9")).toHaveLength(44);
    expect(rows.EKPO.filter((row) => row.get("LOEKZ") === "L")).toHaveLength(4);
  });

  it("counts every item once, and gives each a rule", () => {
    expect(purchaseOrders.items).toHaveLength(523);
    expect([count("po-item-deleted"), count("po-incomplete"), count("commitment")]).toEqual([4, 16, 503]);
    expect(purchaseOrders.items.every((item) => ["po-item-deleted", "po-incomplete", "commitment"].includes(item.rule))).toBe(
      true,
    );
  });

  it("can convert every commitment, and adds up by plant, by order and by currency to the same", () => {
    const total = tallyInCompanyCurrency(commitments, () => "all").get("all");
    for (const key of ["plant", "ebeln", "currency"] as const) {
      const tallies = [...tallyInCompanyCurrency(commitments, (item) => item[key]).values()];
      expect(tallies.reduce((sum, { count: of, minor }) => ({ count: sum.count + of, minor: sum.minor + minor }))).toEqual(total);
    }
    expect([...tallyInCompanyCurrency(commitments, (item) => item.plant).keys()].sort()).toEqual(["DL00", "MI00"]);
    expect(tallyItems(commitments, (item) => item.currency).size).toBe(22);
    expect(commitments.every((item) => item.minor < 0n === item.isReturn)).toBe(true);
    expect(commitments.every((item) => item.vendor !== "" && item.currency !== "" && item.rate !== undefined)).toBe(true);
  });

  it("agrees with NETWR = MENGE x BPUMZ/BPUMN x NETPR/PEINH on 516 of 519 items", () => {
    const answers = rows.EKPO.map(agreesWithPrice);
    expect([true, false, undefined].map((answer) => answers.filter((given) => given === answer).length)).toEqual([516, 3, 3]);
  });

  it("meets direct and indirect rates and thousands separators", () => {
    const printed = new Set([...purchaseOrders.headers.values()].map((header) => header.rate?.printed));
    for (const rate of ["0.94", "/46.69000", "/1,277.00000"]) expect(printed.has(rate), rate).toBe(true);
  });

  it("proves that JPY and KRW are stored with two decimals: the shifted amount at the document's rate is DMBTR", () => {
    const header = (row: Row) =>
      costs.headers.get(`${row.get("BUKRS")}/${keyOf(row, "BELNR", 10)}/${keyOf(row, "GJAHR", 4)}`)?.row;
    // A payment in USD of a KRW invoice keeps PSWSL = KRW, but its WRBTR is in USD: the document's own currency decides.
    const lines = rows.BSEG.flatMap((row) => {
      const [document, currency] = [header(row), row.get("PSWSL")];
      const isOfDocument = document?.get("WAERS") === currency && currencyDecimals(currency) === 0;
      return isOfDocument ? [{ row, currency, rate: rateOf(document, "KURSF") }] : [];
    });
    expect(new Set(lines.map(({ currency }) => currency))).toEqual(new Set(["JPY", "KRW"]));
    for (const { row, currency, rate } of lines) {
      if (rate === undefined) throw new Error(`${row.place}: no rate`);
      expect(scaledOf(row, "PSWBT", 0), row.place).toBe(minorOf(row, "WRBTR"));
      const difference = convert(minorOf(row, "WRBTR"), currency, rate, "USD") - minorOf(row, "DMBTR");
      // A line may be the remainder of its document, a cent off; a missing shift would be a factor of a hundred.
      expect(difference >= -1n && difference <= 1n, row.place).toBe(true);
    }
  });

  it("converts as SAP did: goods received for the whole item at the PO's rate were posted at exactly our amount", () => {
    const items = new Map(commitments.map((item) => [`${item.ebeln}/${item.ebelp}`, item]));
    let compared = 0;
    for (const row of rows.BSEG.filter((line) => line.get("KTOSL") === "WRX")) {
      const item = items.get(`${keyOf(row, "EBELN", 10)}/${keyOf(row, "EBELP", 5)}`);
      const header = costs.headers.get(`${row.get("BUKRS")}/${keyOf(row, "BELNR", 10)}/${keyOf(row, "GJAHR", 4)}`);
      // Only the receipt itself: an invoice clears GR/IR at the receipt's value, whatever its own rate.
      if (item?.companyMinor === undefined || header?.documentType !== "WE" || item.currency === "USD") continue;
      const sign = item.isReturn ? -1n : 1n;
      const rate = rateOf(header.row, "KURSF");
      const isSameRate = rate?.hundredThousandths === item.rate?.hundredThousandths && rate?.isIndirect === item.rate?.isIndirect;
      if (!isSameRate || minorOf(row, "WRBTR") !== item.minor * sign) continue;
      compared += 1;
      expect(minorOf(row, "DMBTR"), row.place).toBe(item.companyMinor * sign);
    }
    expect(compared).toBe(49);
  });

  it("has the documents that INDEX.md counts: 1,236 of 1,256 balance, and all of 2016 is without lines", () => {
    expect([costs.headers.size, costs.lineRows, costs.documentsWithLines]).toEqual([3313, 2811, 1256]);
    expect(costs.complete).toHaveLength(1236);
    expect(costs.unbalanced.size + costs.withoutHeader.size).toBe(20);
    // One of the twenty has no BKPF row: who reads by BKPF never sees it and must not count it.
    expect(costs.withoutHeader.size).toBe(1);
    expect(costs.withoutLines).toHaveLength(2058);
    expect(new Set(costs.withoutLines.map((key) => key.split("/")[2]))).toEqual(new Set(["2016"]));
    expect(costs.complete.length + costs.unbalanced.size + costs.withoutLines.length).toBe(costs.headers.size);
    const cancelled = rows.BKPF.filter((row) => row.get("BLART") === "RE" && row.get("STGRD") !== "" && row.get("STBLG") === "");
    expect(cancelled).toHaveLength(22);
  });

  it("classes every line of the complete documents once, and their sum is zero", () => {
    const rejected = costs.lineRows - costs.lines.length;
    expect(new Set(costs.lines.map((line) => `${line.companyCode}${line.document}${line.fiscalYear}${line.line}`)).size).toBe(
      2773,
    );
    expect([costs.lines.length, rejected]).toEqual([2773, 38]);
    expect(costs.lines.reduce((sum, line) => sum + line.minor, 0n)).toBe(0n);
    const classes = tally(
      costs.lines,
      (line) => line.costClass,
      (line) => line.minor,
    );
    const counts = Object.fromEntries([...classes].map(([costClass, { count: of }]) => [costClass, of]));
    expect(counts).toEqual({
      "cost-without-object": 1462,
      "cost-grir-clearing": 890,
      "cost-commitment": 281,
      "direct-cost": 140,
    });
  });

  it("sums by cost centre and account to each class, and to whole periods", () => {
    const byClass = tallyByObjectAndAccount(costs.lines);
    const groups = (costClass: CostClass) => [...(byClass.get(costClass)?.keys() ?? [])].sort();
    expect(groups("direct-cost")).toEqual(["NAPC1000 0000760000"]);
    expect(groups("cost-commitment").map((group) => group.split(" ")[1])).toEqual(
      ["720000", "741000", "770000", "740000", "760000", "210000"].map((account) => account.padStart(10, "0")),
    );
    const all = [...byClass.values()].flatMap((tallies) => [...tallies.values()]);
    expect(all.reduce((sum, { minor }) => sum + minor, 0n)).toBe(0n);
    expect(all.reduce((sum, { count: of }) => sum + of, 0)).toBe(costs.lines.length);
    const periods = new Set(costs.lines.map(({ companyCode, fiscalYear, period }) => `${companyCode} ${fiscalYear}/${period}`));
    expect([...periods].sort()).toEqual(["US00 2017/01", "US00 2017/02"]);
  });

  it("needs stubs for 110 vendors and 7 accounts, two of which are balance sheet accounts and none revenue", () => {
    const { ofPurchaseOrders, ofDocuments } = gbi375.vendors;
    expect([ofPurchaseOrders.size, ofDocuments.size, new Set([...ofPurchaseOrders, ...ofDocuments]).size]).toEqual([
      108, 105, 110,
    ]);
    expect(costs.primaryAccounts).toHaveLength(7);
    expect(costs.balanceSheetAccountsWithObject).toEqual(["0000210000", "0000310000"]);
    expect(costs.revenueAccounts).toEqual([]);
  });
});

describe.skipIf(gbi140 === undefined)("gbi140", () => {
  if (gbi140 === undefined) return;
  const { t0, t1, delta } = gbi140;

  it("has the delta that INDEX.md states", () => {
    expect([delta.EKKO.added.length, [...delta.EKKO.changed], delta.EKKO.gone]).toEqual([178, [["4500000000", ["KNUMV"]]], []]);
    expect([delta.EKPO.added.length, [...delta.EKPO.changed], delta.EKPO.gone]).toEqual([
      180,
      [["4500000078/00010", ["ELIKZ"]]],
      [],
    ]);
    expect([delta.BKPF.added.length, delta.BKPF.changed.size, delta.BKPF.gone]).toEqual([453, 0, []]);
    expect(delta.MKPF.added).toHaveLength(159);
  });

  it("has 34 new headers on the last day of t0, which an exclusive watermark would lose", () => {
    expect([t0.lastEntryDate, t1.lastEntryDate]).toEqual(["20190206", "20190221"]);
    expect(gbi140.addedOnLastDayOfT0).toHaveLength(34);
    const before = delta.BKPF.added.filter((key) => (t1.documents.get(key)?.entryDate ?? "") < t0.lastEntryDate);
    expect(before).toEqual([]);
  });

  it("brings new items only with new purchase orders, and moves no money of an old one", () => {
    const added = new Set(delta.EKKO.added);
    expect(delta.EKPO.added.filter((key) => !added.has(key.slice(0, 10)))).toEqual([]);
    const atoms = (snapshot: typeof t0) =>
      new Map(snapshot.purchaseOrders.items.map((item) => [`${item.ebeln}/${item.ebelp}`, `${item.rule} ${item.minor}`]));
    const now = atoms(t1);
    for (const [key, content] of atoms(t0)) expect(now.get(key), key).toBe(content);
  });

  it("classes the items of both snapshots, and can convert every commitment", () => {
    const counts = ({ purchaseOrders }: typeof t0) => {
      const byRule = Map.groupBy(purchaseOrders.items, (item) => item.rule);
      return [purchaseOrders.items.length, byRule.get("commitment")?.length, byRule.get("po-incomplete")?.length];
    };
    expect([counts(t0), counts(t1)]).toEqual([
      [89, 79, 10],
      [269, 250, 19],
    ]);
    for (const { purchaseOrders, companyCurrencies } of [t0, t1]) {
      const commitments = commitmentsOf(purchaseOrders);
      expect(commitments.every((item) => item.companyMinor === item.minor && item.vendor !== "")).toBe(true);
      expect(commitments.every((item) => companyCurrencies.get(item.companyCode) === item.currency)).toBe(true);
    }
  });
});
