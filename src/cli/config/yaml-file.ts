/**
 * A YAML file against a schema, with every complaint at its line and column. Unknown keys are errors and name the nearest known one; a number
 * where text is needed is explained, since YAML turns 00010 into 10 (stack: Validation).
 */
import { readFile } from "node:fs/promises";
import { isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { z } from "zod";
import { type ErrorCode, Fault } from "../../core/index.ts";

type Place = { file: string; document: ReturnType<typeof parseDocument>; lines: LineCounter };
type Path = readonly PropertyKey[];

function positionOf({ file, lines }: Place, node: Node | null | undefined): string {
  const start = node?.range?.[0];
  if (start === undefined) return file;
  const { line, col } = lines.linePos(start);
  return `${file}:${line}:${col}`;
}

/** The node at a path, or the nearest one above it: what is missing has no place of its own. */
function nodeAt({ document }: Place, path: Path): Node | null {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (node !== undefined && node !== null) return node as Node;
  }
  return document.contents as Node | null;
}

function keyNode(place: Place, path: Path, key: string): Node | null {
  const parent = path.length === 0 ? place.document.contents : place.document.getIn(path, true);
  if (!isMap(parent)) return nodeAt(place, path);
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return (pair?.key as Node | undefined) ?? nodeAt(place, path);
}

type Json = { properties?: Record<string, Json>; additionalProperties?: Json | boolean; items?: Json; anyOf?: Json[] };

function knownKeys(schema: z.ZodType, path: Path): string[] {
  let at: Json | undefined = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json;
  for (const step of path) {
    const next: Json | boolean | undefined =
      typeof step === "number" ? at?.items : (at?.properties?.[String(step)] ?? at?.additionalProperties);
    at = typeof next === "object" ? next : undefined;
  }
  return Object.keys(at?.properties ?? {});
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const swap = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

function nearest(key: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((name) => ({ name, distance: editDistance(key.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(2, key.length / 2) ? best.name : undefined;
}

type Issue = z.core.$ZodIssue;

function faultOf(place: Place, schema: z.ZodType, issue: Issue): Fault {
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    const known = knownKeys(schema, issue.path);
    const near = nearest(key, known);
    const hint = near ? `the nearest known key is "${near}"` : `known keys here are ${known.join(", ")}`;
    return new Fault("config.unknown-key", {
      place: positionOf(place, keyNode(place, issue.path, key)),
      detail: `"${key}": ${hint}`,
    });
  }
  const path = issue.path.join(".");
  const node = nodeAt(place, issue.path);
  const value =
    isScalar(node) && place.document.getIn(issue.path, true) === node ? ` "${String(node.source ?? node.value)}"` : "";
  const isNumberForText =
    issue.code === "invalid_type" && issue.expected === "string" && isScalar(node) && typeof node.value === "number";
  const detail = isNumberForText
    ? `${path}${value}: text is needed here, and YAML reads this as a number; write it in quotes`
    : `${path}${value}: ${issue.message}`;
  return new Fault("config.invalid", { place: positionOf(place, node), detail });
}

async function readText(file: string, missing: ErrorCode): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw new Fault(missing, { place: file, cause });
    throw new Fault("config.invalid", { place: file, detail: `it cannot be read (${code ?? String(cause)})`, cause });
  }
}

export async function readYamlFile<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(file, "config.file-missing");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = { file, document, lines };
  const [broken] = document.errors;
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new Fault("config.invalid", { place: `${file}:${line}:${col}`, detail: broken.message });
  }
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (!issue) throw new Fault("config.invalid", { place: file, detail: "it does not fit the schema" });
  throw faultOf(place, schema, issue);
}
