/**
 * How PostgreSQL's values become JavaScript's, per pool and never globally: int8 is a bigint, numeric is decimal text, dates and times
 * without zone are text as stored. No money passes through a float and no SAP date through a `Date`. A timestamptz is an instant
 * and stays a `Date`. jsonb goes through JSON.parse: amounts inside it must be text.
 */
import { type CustomTypesConfig, types } from "pg";

const { builtins } = types;
type Parse = (text: string) => unknown;

const asText: Parse = (text) => text;
const asBigint: Parse = (text) => BigInt(text);

/** pg's own parser of text[] reads any array literal; elements are parsed after it. NULL elements stay null. */
const TEXT_ARRAY: number = 1009;
const arrayOf =
  (parse: Parse): Parse =>
  (text) => {
    const parseArray: Parse = types.getTypeParser(TEXT_ARRAY);
    const elements = parseArray(text);
    return Array.isArray(elements)
      ? elements.map((element: unknown) => (typeof element === "string" ? parse(element) : element))
      : [];
  };

/** Array types have no names in pg's list. From pg_type.dat: _int8, _numeric, _date, _time, _timestamp. */
const INT8_ARRAY = 1016;
const NUMERIC_ARRAY = 1231;
const DATE_ARRAY = 1182;
const TIME_ARRAY = 1183;
const TIMESTAMP_ARRAY = 1115;

const parsers: ReadonlyMap<number, Parse> = new Map([
  [builtins.INT8, asBigint],
  [builtins.NUMERIC, asText],
  [builtins.DATE, asText],
  [builtins.TIME, asText],
  [builtins.TIMESTAMP, asText],
  [INT8_ARRAY, arrayOf(asBigint)],
  [NUMERIC_ARRAY, arrayOf(asText)],
  [DATE_ARRAY, arrayOf(asText)],
  [TIME_ARRAY, arrayOf(asText)],
  [TIMESTAMP_ARRAY, arrayOf(asText)],
]);

const TEXT_FORMAT = "text";

export const columnTypes: CustomTypesConfig = {
  getTypeParser: (id, format) =>
    (format ?? TEXT_FORMAT) === TEXT_FORMAT
      ? (parsers.get(id) ?? types.getTypeParser(id, TEXT_FORMAT))
      : types.getTypeParser(id, "binary"),
};
