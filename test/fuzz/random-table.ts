/**
 * Tables nobody thought of: keys of one to four columns of every comparable kind, narrow and wide rows, and values that hurt (quotes,
 * umlauts, blanks, initial and impossible dates, amounts too long for their cell). Values are as the simulated database keeps them.
 */
import type { Field, TableDefinition } from "../../src/sandbox/ecc/dictionary/define.ts";
import type { EccRow } from "../../src/sandbox/world.ts";
import type { Dice } from "./dice.ts";

export const tableName = "ZFUZZ";

const alphabets = [
  "0123456789",
  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  "abcABC019_-./",
  "'%_#\"&<>=(),;|~ aZ",
  "ÄÖÜäöüßéØ€ a1",
] as const;

/** What a reader can carry at all: then what it cannot is left out of the table, not out of the judgement. */
export type Carries = { textOnly?: boolean; noBlanksInFront?: boolean };

export function makeDefinition(dice: Dice, { textOnly = false }: Carries = {}): TableDefinition {
  const keys = Array.from({ length: dice.pick([1, 1, 2, 2, 3, 4]) }, (_, at) => keyField(dice, at, textOnly));
  const isWide = !textOnly && dice.chance(0.5);
  const others = Array.from({ length: dice.between(1, isWide ? 9 : 6) }, (_, at) =>
    textOnly ? field(`F${at + 1}`, "CHAR", "C", dice.between(1, 30)) : otherField(dice, at, isWide),
  );
  const client: Field[] = dice.chance(0.8) ? [{ ...field("MANDT", "CLNT", "C", 3), isKey: true }] : [];
  const fields = [...client, ...keys, ...others];
  return { name: tableName, kind: "TRANSP", text: "", fields, clientField: client[0]?.name };
}

function field(name: string, dataType: Field["dataType"], intType: string, length: number, decimals = 0): Field {
  return { name, dataType, intType, length, decimals, isKey: false, text: "", conversion: "" };
}

function keyField(dice: Dice, at: number, textOnly: boolean): Field {
  const name = `K${at + 1}`;
  const kind = dice.pick(["C", "C", "C", "N", "D", textOnly ? "N" : "I"] as const);
  const made =
    kind === "C"
      ? field(name, "CHAR", "C", dice.between(1, 18))
      : kind === "N"
        ? field(name, "NUMC", "N", dice.between(2, 10))
        : kind === "I"
          ? field(name, "INT4", "I", 10)
          : field(name, "DATS", "D", 8);
  return { ...made, isKey: true };
}

function otherField(dice: Dice, at: number, isWide: boolean): Field {
  const name = `F${at + 1}`;
  switch (dice.below(isWide ? 9 : 7)) {
    case 0:
      return field(name, "CURR", "P", dice.between(5, 15), 2);
    case 1:
      return field(name, "DEC", "P", dice.between(3, 9), dice.below(3));
    case 2:
      return field(name, "INT4", "I", 10);
    case 3:
      return field(name, "DATS", "D", 8);
    case 4:
      return field(name, "NUMC", "N", dice.between(1, 12));
    case 5:
      return field(name, "TIMS", "T", 6);
    case 6:
      return field(name, "CHAR", "C", dice.between(1, 60));
    default:
      return field(name, "CHAR", "C", dice.between(150, 400));
  }
}

/** A few values a column, so that rows share them and one leading column is not enough to split by. */
export function keyPools(definition: TableDefinition, dice: Dice): ReadonlyMap<string, readonly string[]> {
  const keys = keyFieldsOf(definition);
  return new Map(
    keys.map((key) => {
      const wanted = keys.length === 1 ? dice.between(1, 300) : dice.between(1, 30);
      return [key.name, [...new Set(Array.from({ length: wanted }, () => keyValue(key, dice)))]];
    }),
  );
}

export function keyFieldsOf(definition: TableDefinition): readonly Field[] {
  return definition.fields.filter(({ isKey, name }) => isKey && name !== definition.clientField);
}

function keyValue(key: Field, dice: Dice): string {
  if (key.intType === "N") return digits(dice, key.length, dice.chance(0.1) ? "0" : "0123456789");
  if (key.intType === "I") return String(dice.between(-50, 2000));
  if (key.intType === "D") return dice.chance(0.1) ? "00000000" : realDate(dice);
  if (dice.chance(0.08)) return "";
  const alphabet = dice.pick(alphabets);
  // Digits as SAP keeps them, padded by ALPHA, or as a user typed them.
  if (alphabet === alphabets[0] && dice.chance(0.6)) return digits(dice, key.length);
  return text(dice, alphabet, dice.between(1, key.length));
}

const digits = (dice: Dice, length: number, from = "0123456789") =>
  Array.from({ length }, () => from[dice.below(from.length)]).join("");

function text(dice: Dice, alphabet: string, length: number): string {
  return digits(dice, length, alphabet).trimEnd();
}

function realDate(dice: Dice): string {
  const part = (value: number) => String(value).padStart(2, "0");
  return `${dice.between(1990, 2030)}${part(dice.between(1, 12))}${part(dice.between(1, 28))}`;
}

export function newKey(pools: ReadonlyMap<string, readonly string[]>, dice: Dice): EccRow {
  return Object.fromEntries([...pools].map(([name, pool]) => [name, dice.pick(pool)]));
}

/** A value for a column that is no key, as the database keeps it. */
export function newValue(column: Field, dice: Dice): string {
  switch (column.intType) {
    case "P":
      return packed(column, dice);
    case "I":
      return String(dice.pick([0, 7, -7, 2_147_483_647, -2_147_483_648, dice.between(-999_999, 999_999)]));
    case "D":
      return dice.pick(["00000000", "20201364", realDate(dice), realDate(dice)]);
    case "T":
      return dice.pick(["000000", "240000", "235959", "996199", digits(dice, 6, "01")]);
    case "N":
      return digits(dice, column.length);
    default:
      return text(dice, dice.pick(alphabets), dice.between(0, column.length));
  }
}

/** Up to every digit the database can hold: then the cell of RFC_READ_TABLE is too narrow for point and sign. */
function packed(column: Field, dice: Dice): string {
  const wholeMax = column.length - column.decimals;
  const length = dice.chance(0.04) ? wholeMax : dice.between(1, Math.max(1, wholeMax - 3));
  const whole = digits(dice, length).replace(/^0+(?=[0-9])/, "");
  const shown = column.decimals === 0 ? whole : `${whole}.${digits(dice, column.decimals)}`;
  return dice.chance(0.3) && /[1-9]/.test(shown) ? `-${shown}` : shown;
}
