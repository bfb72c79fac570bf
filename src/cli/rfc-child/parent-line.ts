/** What the parent may say, read strictly. */
type Row = Readonly<Record<string, string>>;

export type CallLine = {
  type: "call";
  id: number;
  session: number;
  function: string;
  parameters: Readonly<Record<string, string | Row | readonly Row[]>>;
  tables: readonly string[];
  timeoutMs: number;
  rowsOf: string | undefined;
};
export type OpenLine = { type: "open"; connection: Readonly<Record<string, string>>; password: string | undefined };
export type ParentLine = CallLine | OpenLine | { type: "forget"; session: number } | { type: "close" };

export const connectionKeys: ReadonlySet<string> = new Set(
  (
    "ashost sysnr client user lang saprouter mshost msserv r3name sysid group gwhost gwserv " +
    "snc_mode snc_partnername snc_qop snc_lib snc_myname snc_sso"
  ).split(" "),
);

type Given = Readonly<Record<string, unknown>>;
const isGiven = (value: unknown): value is Given => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isRow = (value: unknown): value is Row => isGiven(value) && Object.values(value).every(isText);
const isValue = (value: unknown) => isText(value) || isRow(value) || (Array.isArray(value) && value.every(isRow));
const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export function readParentLine(text: string): ParentLine | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isGiven(given)) return undefined;
  const { type, session } = given;
  if (type === "close") return { type };
  if (type === "forget") return isNumber(session) ? { type, session } : undefined;
  if (type === "open") return readOpen(given);
  return type === "call" ? readCall(given) : undefined;
}

function readOpen({ version, connection, password }: Given): OpenLine | undefined {
  if (version !== 1 || !isRow(connection) || (password !== undefined && !isText(password))) return undefined;
  return { type: "open", connection, password };
}

function readCall(given: Given): CallLine | undefined {
  const { id, session, function: name, parameters, tables, timeoutMs, rowsOf } = given;
  if (!isNumber(id) || !isNumber(session) || !isText(name) || !isNumber(timeoutMs)) return undefined;
  if (!isGiven(parameters) || !Object.values(parameters).every(isValue)) return undefined;
  if (!Array.isArray(tables) || !tables.every(isText) || (rowsOf !== undefined && !isText(rowsOf))) return undefined;
  return {
    type: "call",
    id,
    session,
    function: name,
    parameters: parameters as CallLine["parameters"],
    tables,
    timeoutMs,
    rowsOf,
  };
}
