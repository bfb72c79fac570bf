/**
 * A row filter as a person writes it, to the tree that the readers take: `BUKRS = '1200' and BUDAT >= 2024-01-01`, with and, or, not,
 * parentheses, in, between and like 'beginning%'. Values may stand in quotes or bare; nothing of the text reaches SAP as it is. Errors name
 * the column.
 */
import { all, any, between, compare, not, type Operator, oneOf, startsWith, type Where } from "../../sap/index.ts";
import { UsageError } from "../exit-codes.ts";

type Token = { kind: "word" | "text" | "sign"; text: string; at: number };

const operators: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="]);
const named: Readonly<Record<string, Operator>> = { eq: "=", ne: "<>", lt: "<", le: "<=", gt: ">", ge: ">=" };
const lengthMax = 4_000;
const depthMax = 15;

/** How a value must look for its field: dates without dashes, NUMC with its zeros. Undefined for a field that is not there. */
export type ValueFor = (field: string, value: string) => string | undefined;

export function parseWhere(text: string, valueFor: ValueFor): Where {
  if (text.length > lengthMax) throw new UsageError(`The filter is longer than ${lengthMax} characters.`);
  const reader = startReader(tokenize(text), valueFor);
  const where = reader.disjunction(1);
  reader.end();
  return where;
}

function complain(at: number, what: string): never {
  throw new UsageError(`The filter is not understood at column ${at + 1}: ${what}.`);
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|'((?:[^']|'')*)'|(<>|<=|>=|[=<>(),])|([^\s'=<>(),]+)|(.)/guy;
  for (const match of text.matchAll(pattern)) {
    const [whole, quoted, sign, word] = match;
    const at = match.index;
    if (quoted !== undefined) tokens.push({ kind: "text", text: quoted.replaceAll("''", "'"), at });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign, at });
    else if (word !== undefined) tokens.push({ kind: "word", text: word, at });
    else if (whole.trim() !== "") complain(at, "a quote is not closed");
  }
  return tokens;
}

function startReader(tokens: readonly Token[], valueFor: ValueFor) {
  let next = 0;
  const end = tokens.reduce((last, { at, text }) => Math.max(last, at + text.length), 0);
  const peek = () => tokens[next];
  const isWord = (word: string) => peek()?.kind === "word" && peek()?.text.toLowerCase() === word;
  const accept = (word: string) => {
    if (!isWord(word)) return false;
    next += 1;
    return true;
  };
  const acceptSign = (sign: string) => {
    if (peek()?.kind !== "sign" || peek()?.text !== sign) return false;
    next += 1;
    return true;
  };
  const expectSign = (sign: string) => {
    if (!acceptSign(sign)) complain(peek()?.at ?? end, `"${sign}" was expected`);
  };
  const take = (what: string): Token => {
    const token = peek();
    if (token === undefined) return complain(end, `${what} was expected, and the filter ends`);
    next += 1;
    return token;
  };
  const value = (field: string): string => {
    const token = take("a value");
    if (token.kind === "sign") return complain(token.at, "a value was expected");
    return valueFor(field, token.text) ?? complain(token.at, `${field} is no field of the table`);
  };

  function disjunction(depth: number): Where {
    if (depth > depthMax) complain(peek()?.at ?? end, `deeper than ${depthMax} parentheses`);
    const parts = [conjunction(depth)];
    while (accept("or")) parts.push(conjunction(depth));
    return parts.length === 1 && parts[0] ? parts[0] : any(...parts);
  }

  function conjunction(depth: number): Where {
    const parts = [factor(depth)];
    while (accept("and")) parts.push(factor(depth));
    return parts.length === 1 && parts[0] ? parts[0] : all(...parts);
  }

  function factor(depth: number): Where {
    if (accept("not")) return not(factor(depth + 1));
    if (acceptSign("(")) {
      const inner = disjunction(depth + 1);
      expectSign(")");
      return inner;
    }
    return predicate();
  }

  function predicate(): Where {
    const token = take("a field");
    const field = token.text.toUpperCase();
    if (token.kind !== "word" || valueFor(field, "") === undefined)
      complain(token.at, `"${token.text.slice(0, 40)}" is no field of the table`);
    if (accept("not")) return not(listOrRange(field));
    if (isWord("in") || isWord("between") || isWord("like")) return listOrRange(field);
    const sign = take("a comparison");
    const operator = operators.has(sign.text)
      ? (sign.text as Operator)
      : Object.hasOwn(named, sign.text.toLowerCase())
        ? named[sign.text.toLowerCase()]
        : undefined;
    if (operator === undefined)
      return complain(
        sign.at,
        `"${sign.text.slice(0, 40)}" is no comparison; there are =, <>, <, <=, >, >=, in, between and like`,
      );
    return compare(field, operator, value(field));
  }

  function listOrRange(field: string): Where {
    if (accept("between")) {
      const low = value(field);
      if (!accept("and")) complain(peek()?.at ?? end, '"and" was expected');
      return between(field, low, value(field));
    }
    if (accept("like")) return beginning(field);
    if (!accept("in")) complain(peek()?.at ?? end, "in, between or like was expected");
    expectSign("(");
    const values = [value(field)];
    while (acceptSign(",")) values.push(value(field));
    expectSign(")");
    return oneOf(field, values);
  }

  function beginning(field: string): Where {
    const token = take("a pattern");
    const wrong = !/^[^%_]+%$/.test(token.text);
    if (token.kind === "sign" || wrong) complain(token.at, "like takes the beginning of a text, such as 'P-1%'");
    return startsWith(field, token.text.slice(0, -1));
  }

  return {
    disjunction,
    end() {
      const token = peek();
      if (token !== undefined) complain(token.at, `"${token.text.slice(0, 40)}" was not expected, "and" may be missing`);
    },
  };
}
