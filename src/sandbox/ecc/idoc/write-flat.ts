/**
 * IDocs as a port-3 file (sap-data 6.3): EDI_DC40 of 524 characters, then EDI_DD40 records of 63 + 1000. Children name their parent by
 * number; a record is a line. `isTrimmed`: somebody on the way cut trailing blanks.
 */
import type { IDoc, Segment } from "./idoc.ts";
import { controlWidths } from "./idoc.ts";
import { layouts } from "./segment-layouts.ts";

const segmentDataWidth = 1000;

function fitted(value: string, width: number): string {
  return value.slice(0, width).padEnd(width);
}

function controlRecord({ control }: IDoc): string {
  return controlWidths.map(([name, width]) => fitted(control[name] ?? "", width)).join("");
}

function segmentData({ name, fields }: Segment): { flatName: string; data: string } {
  const layout = layouts[name];
  const values = new Map(fields);
  // An extension's own segment: its fields one after the other, 20 characters each.
  const widths = layout?.fields ?? fields.map(([field]) => [field, 20] as const);
  const data = widths.map(([field, width]) => fitted(values.get(field) ?? "", width)).join("");
  return { flatName: layout?.flatName ?? name, data: fitted(data, segmentDataWidth) };
}

function dataRecords(idoc: IDoc): string[] {
  const records: string[] = [];
  const write = (segment: Segment, parent: number, level: number): void => {
    const number = records.length + 1;
    const { flatName, data } = segmentData(segment);
    const head = [
      fitted(flatName, 30),
      fitted(idoc.control["MANDT"] ?? "", 3),
      idoc.docnum,
      String(number).padStart(6, "0"),
      String(parent).padStart(6, "0"),
      String(level).padStart(2, "0"),
    ].join("");
    records.push(head + data);
    for (const child of segment.children) write(child, number, level + 1);
  };
  for (const segment of idoc.segments) write(segment, 0, 1);
  return records;
}

export function flatFile(idocs: readonly IDoc[], options: { lineEnd: "\n" | "\r\n"; isTrimmed: boolean }): string {
  const records = idocs.flatMap((idoc) => [controlRecord(idoc), ...dataRecords(idoc)]);
  return records.map((record) => (options.isTrimmed ? record.trimEnd() : record) + options.lineEnd).join("");
}
