/**
 * A workbook for people with Excel. Amounts go into their cells digit by digit, as decimal text makes them: never through a float of ours. Excel keeps
 * 15 digits of a number, so one with more is written as text. Texts are inline strings, which Excel never takes for a formula.
 */
import { zip } from "./zip.ts";

export type SheetCell = { kind: "text"; text: string } | { kind: "amount"; text: string };
export type Sheet = { name: string; columns: readonly string[]; rows: readonly (readonly SheetCell[])[] };

export const sheetRowsMax = 1_048_575;
const digitsMax = 15;
const bold = 1;
const money = 2;

/** XML 1.0 has no other control characters, nor halves of a pair. */
const notXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const asXml = (text: string) => text.replace(notXml, "\u{fffd}").replace(/[&<>"]/g, (letter) => escapes[letter] ?? letter);

function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

const textCell = (at: string, text: string, style: number) =>
  `<c r="${at}" t="inlineStr" s="${style}"><is><t xml:space="preserve">${asXml(text)}</t></is></c>`;

function cellXml(cell: SheetCell, at: string): string {
  if (cell.text === "") return "";
  const isNumber =
    cell.kind === "amount" && /^-?\d+(?:\.\d+)?$/.test(cell.text) && cell.text.replace(/\D/g, "").length <= digitsMax;
  return isNumber ? `<c r="${at}" s="${money}"><v>${cell.text}</v></c>` : textCell(at, cell.text, 0);
}

function sheetXml({ columns, rows }: Sheet): string {
  const head = columns.map((title, index) => textCell(`${columnName(index)}1`, title, bold)).join("");
  const body = rows.map((row, index) => {
    const number = index + 2;
    return `<row r="${number}">${row.map((cell, at) => cellXml(cell, `${columnName(at)}${number}`)).join("")}</row>`;
  });
  const pane =
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>';
  return `${prolog}<worksheet xmlns="${main}">${pane}<sheetData><row r="1">${head}</row>${body.join("")}</sheetData></worksheet>`;
}

const prolog = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packages = "http://schemas.openxmlformats.org/package/2006";
const type = "application/vnd.openxmlformats-officedocument.spreadsheetml";

const styles =
  `${prolog}<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/>` +
  `<name val="Calibri"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/>` +
  `</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="4" ` +
  `applyNumberFormat="1"/></cellXfs></styleSheet>`;

function relations(targets: readonly (readonly [string, string])[]): string {
  const items = targets.map(
    ([kind, target], index) => `<Relationship Id="rId${index + 1}" Type="${office}/${kind}" Target="${target}"/>`,
  );
  return `${prolog}<Relationships xmlns="${packages}/relationships">${items.join("")}</Relationships>`;
}

export function workbook(sheets: readonly Sheet[]): Buffer {
  const numbered = sheets.map((sheet, index) => ({ sheet, file: `sheet${index + 1}.xml`, id: index + 1 }));
  const names = numbered.map(({ sheet, id }) => `<sheet name="${asXml(sheet.name)}" sheetId="${id}" r:id="rId${id}"/>`);
  const overrides = numbered.map(
    ({ file }) => `<Override PartName="/xl/worksheets/${file}" ContentType="${type}.worksheet+xml"/>`,
  );
  return zip({
    "[Content_Types].xml":
      `${prolog}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.` +
      `relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ` +
      `ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/>${overrides.join("")}</Types>`,
    "_rels/.rels": relations([["officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml": `${prolog}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${names.join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relations([
      ...numbered.map(({ file }) => ["worksheet", `worksheets/${file}`] as const),
      ["styles", "styles.xml"],
    ]),
    "xl/styles.xml": styles,
    ...Object.fromEntries(numbered.map(({ sheet, file }) => [`xl/worksheets/${file}`, sheetXml(sheet)])),
  });
}
