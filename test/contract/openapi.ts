// Procore's OpenAPI subset as a referee of requests and answers. The spec is data that is not part of this repository: without it
// `loadOpenApi` answers undefined and the callers go on without a referee.
//
// Decisions, where the subset is weaker than the truth:
// * Objects are closed: a property that the spec does not name is a complaint, in requests (Procore may answer 406) and in answers.
//   The exceptions are `id` in the rows of a sync (procore.md 3 documents it, the subset forgot it for contracts) and `custom_field_*`.
// * `null` in an answer is accepted where the property is declared nullable, where the same property name is declared nullable at
//   another place of the subset (v1 forgets it: `origin_id` is nullable when shown and not when listed; never for an `id`), and for dates
//   (procore.md 3: a malformed date is stored as null). In a request null is accepted only where it is declared.
// * The rows of a sync's `errors` are what was submitted plus `errors` by field (procore.md 3); the subset repeats the show shape there,
//   which names neither what was submitted nor, at some endpoints, `errors`.
// * A oneOf is checked as anyOf: the views of a resource are subsets of each other.
// * Answers of 400 and above are checked for a known status only: the declared ErrorDoc is one of the eight shapes of procore.md 3.
// * The enum "Any value present in the Company list …" is prose, and dropped. What is x-incomplete or x-truncated accepts anything.
// * The list of commitment change orders declares one of them; it is read as a list of them (its own description says "returns all").
// * Conditionally required properties (x-conditional-required) are not required.
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

type Schema = Readonly<Record<string, unknown>>;
type Parameter = { name: string; in: string; required?: boolean; schema?: Schema };
type Operation = { parameters?: Schema[]; requestBody?: Schema; responses: Record<string, Schema> };
type Query = URLSearchParams | string | Readonly<Record<string, string | readonly string[]>>;

export type OpenApi = {
  /** Complaints about a request: unknown path, unknown or missing parameters, a body that the schema refuses. */
  checkRequest(method: string, path: string, query: Query, body: unknown): string[];
  /** Complaints about an answer. `body` is the parsed JSON, undefined when there was none. */
  checkResponse(method: string, path: string, status: number, body: unknown): string[];
};

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const standardFile = resolve(root, "../shared/data/procore-openapi-subset.json");

let loaded: OpenApi | undefined;

export function loadOpenApi(): OpenApi | undefined {
  if (loaded === undefined && existsSync(standardFile))
    loaded = createReferee(asSchema(JSON.parse(readFileSync(standardFile, "utf8"))));
  return loaded;
}

const asSchema = (value: unknown): Schema => (isSchema(value) ? value : {});
const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): Schema[] => (Array.isArray(value) ? value.filter(isSchema) : []);

function createReferee(document: Schema): OpenApi {
  const resolveRef = (schema: Schema): Schema => {
    if (typeof schema.$ref !== "string") return schema;
    return schema.$ref
      .slice(2)
      .split("/")
      .reduce<Schema>((at, key) => asSchema(at[key]), document);
  };
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  const templates = indexPaths(document);
  const nullable = nullableNames(document);
  const compiled = new Map<string, ValidateFunction>();
  const compile = (key: string, schema: Schema, side: Side): ValidateFunction => {
    const held = compiled.get(key);
    if (held !== undefined) return held;
    const made = ajv.compile(translate(schema, { side, resolveRef, nullable, depth: 0 }));
    compiled.set(key, made);
    return made;
  };
  const find = (method: string, path: string) => {
    const template = templates(path);
    if (template === undefined) return undefined;
    const operation = asSchema(asSchema(asSchema(document.paths)[template])[method.toLowerCase()]);
    return operation.responses === undefined ? undefined : { template, operation: operation as unknown as Operation };
  };
  const jsonSchemaOf = (holder: Schema | undefined): Schema | undefined => {
    const content = asSchema(asSchema(holder).content)["application/json"];
    return content === undefined ? undefined : asSchema(asSchema(content).schema);
  };

  return {
    checkRequest(method, path, query, body) {
      const found = find(method, path);
      const name = `${method} ${path}`;
      if (found === undefined) return [`${name}: the spec has no such operation`];
      const parameters = listOf(found.operation.parameters).map(resolveRef) as unknown as Parameter[];
      const complaints = checkQuery(name, parameters, toSearch(query));
      const holder = found.operation.requestBody;
      const schema = jsonSchemaOf(holder === undefined ? undefined : resolveRef(holder));
      if (schema === undefined) return body === undefined ? complaints : [...complaints, `${name}: the spec has no body`];
      if (body === undefined) return [...complaints, `${name}: the body is missing`];
      const validate = compile(`${method} ${found.template} request`, schema, "request");
      if (validate(body)) return complaints;
      return [...complaints, ...shown(name, validate)];
    },
    checkResponse(method, path, status, body) {
      const found = find(method, path);
      const name = `${method} ${path} ${status}`;
      if (found === undefined) return status === 404 ? [] : [`${name}: the spec has no such operation`];
      if (status >= 400) return isKnownFailure(status) ? [] : [`${name}: not a status that procore.md 3 knows`];
      const response = found.operation.responses[String(status)];
      if (response === undefined) return [`${name}: the spec does not declare this status`];
      const declared = jsonSchemaOf(resolveRef(response));
      const isForgotten = method === "GET" && forgottenLists.has(found.template);
      const schema = isForgotten ? { type: "array", items: declared } : declared;
      if (schema === undefined) return body === undefined ? [] : [`${name}: the spec has no body`];
      if (body === undefined) return [`${name}: the body is missing`];
      const validate = compile(`${method} ${found.template} ${status}`, schema, "response");
      return validate(body) ? [] : shown(name, validate);
    },
  };
}

const forgottenLists = new Set(["/rest/v1.0/projects/{project_id}/commitment_change_orders"]);

const complaintsMax = 20;

function shown(name: string, validate: ValidateFunction): string[] {
  return (validate.errors ?? []).slice(0, complaintsMax).map((error) => {
    const extra = typeof error.params.additionalProperty === "string" ? ` (${error.params.additionalProperty})` : "";
    return `${name}: ${error.instancePath === "" ? "body" : error.instancePath} ${error.message ?? error.keyword}${extra}`;
  });
}

const isKnownFailure = (status: number) =>
  [400, 401, 403, 404, 405, 406, 408, 409, 413, 422, 429, 500, 502, 503, 504].includes(status);

/** Path templates by segment count; a fixed segment wins over a placeholder. */
function indexPaths(document: Schema): (path: string) => string | undefined {
  const bySize = new Map<number, { template: string; segments: string[]; fixed: number }[]>();
  for (const template of Object.keys(asSchema(document.paths))) {
    const segments = template.split("/");
    const fixed = segments.filter((segment) => !segment.startsWith("{")).length;
    const entries = [...(bySize.get(segments.length) ?? []), { template, segments, fixed }];
    bySize.set(
      segments.length,
      entries.sort((a, b) => b.fixed - a.fixed),
    );
  }
  return (path) => {
    const given = path.split("/");
    const fits = (segments: string[]) => segments.every((segment, at) => segment.startsWith("{") || segment === given[at]);
    return bySize.get(given.length)?.find(({ segments }) => fits(segments))?.template;
  };
}

function nullableNames(document: Schema): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const inner of value) walk(inner);
    if (!isSchema(value)) return;
    for (const [name, property] of Object.entries(asSchema(value.properties)))
      if (asSchema(property).nullable === true) names.add(name);
    for (const inner of Object.values(value)) walk(inner);
  };
  walk(document);
  // procore.md 5 [A]: the metadata of a webhook "may be null"; the subset admits it of two of the five.
  for (const source of ["user", "company", "project"]) names.add(`source_${source}_id`);
  names.delete("id");
  return names;
}

type Side = "request" | "response";
type Translation = {
  side: Side;
  resolveRef: (schema: Schema) => Schema;
  nullable: ReadonlySet<string>;
  depth: number;
  name?: string;
};

const depthMax = 12;

/** OpenAPI 3.0 to JSON schema, with the decisions above. References are followed in place; the subset has no cycles that matter. */
function translate(given: Schema, at: Translation): Schema {
  const schema = at.resolveRef(given);
  if (at.depth > depthMax || schema["x-incomplete"] !== undefined || schema["x-truncated"] !== undefined) return {};
  const deeper = { ...at, depth: at.depth + 1 };
  const translated = translateKind(schema, deeper);
  return isNullable(schema, at) ? orNull(translated) : translated;
}

function orNull(schema: Schema): Schema {
  if (typeof schema.type !== "string") return { anyOf: [{ type: "null" }, schema] };
  const choices = Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {};
  return { ...schema, ...choices, type: [schema.type, "null"] };
}

function translateKind(schema: Schema, at: Translation): Schema {
  const choices = [...listOf(schema.oneOf), ...listOf(schema.anyOf)];
  if (choices.length > 0) return { anyOf: choices.map((choice) => translate(choice, at)) };
  const parts = listOf(schema.allOf);
  if (parts.length > 0) return translateKind(merged([schema, ...parts.map(at.resolveRef)]), at);
  if (schema.properties !== undefined) return translateObject(schema, at);
  if (at.side === "response" && at.name === "errors" && schema.type === "array") return { type: "array", items: refusedRow };
  if (schema.type === "array") {
    return schema.items === undefined
      ? { type: "array" }
      : { type: "array", items: translate(asSchema(schema.items), withoutName(at)) };
  }
  return translateScalar(schema);
}

const refusedRow: Schema = {
  type: "object",
  required: ["errors"],
  properties: { errors: { type: "object", additionalProperties: { type: "array", items: { type: "string" } } } },
};

function withoutName({ side, resolveRef, nullable, depth }: Translation): Translation {
  return { side, resolveRef, nullable, depth };
}

function translateObject(schema: Schema, at: Translation): Schema {
  const properties = Object.entries(asSchema(schema.properties)).map(([name, property]) => [
    name,
    translate(asSchema(property), { ...at, name }),
  ]);
  const names = new Set(properties.map(([name]) => name));
  const conditional = Object.keys(asSchema(schema["x-conditional-required"]));
  const required = (Array.isArray(schema.required) ? schema.required : []).filter((name) => !conditional.includes(String(name)));
  const isSyncRow = at.side === "request" && names.has("origin_id") && !names.has("id");
  return {
    type: "object",
    properties: { ...Object.fromEntries(properties), ...(isSyncRow ? { id: { type: "integer" } } : {}) },
    patternProperties: { "^custom_field_": {} },
    // The rows of a budget view carry the view's own columns besides what the subset names (procore.md 4.13).
    additionalProperties: schema.additionalProperties ?? (names.has("field_name") || names.has("unbudgeted_reason")),
    required,
  };
}

function translateScalar(schema: Schema): Schema {
  const kept: Record<string, unknown> = {};
  for (const key of ["type", "pattern", "maxLength", "minimum", "maximum"])
    if (schema[key] !== undefined) kept[key] = schema[key];
  // `float` on a string is decoration; real formats are dates and e-mail addresses.
  if (schema.type === "string" && (schema.format === "date" || schema.format === "date-time")) kept.format = schema.format;
  const choices: unknown[] = Array.isArray(schema.enum) ? schema.enum : [];
  if (choices.length > 0 && !choices.some((choice) => String(choice).startsWith("Any value present"))) {
    kept.enum = [...new Set(choices)].filter((choice) => choice !== null);
  }
  return kept;
}

function isNullable(schema: Schema, at: Translation): boolean {
  if (schema.nullable === true) return true;
  if (at.side === "request") return false;
  const isDate = schema.format === "date" || schema.format === "date-time";
  return isDate || (at.name !== undefined && at.nullable.has(at.name));
}

function merged(parts: Schema[]): Schema {
  const properties = Object.assign({}, ...parts.map((part) => asSchema(part.properties))) as Schema;
  const required = parts.flatMap((part) => (Array.isArray(part.required) ? part.required : []));
  return { type: "object", properties, required };
}

function toSearch(query: Query): URLSearchParams {
  if (query instanceof URLSearchParams) return query;
  if (typeof query === "string") return new URLSearchParams(query);
  const search = new URLSearchParams();
  for (const [name, values] of Object.entries(query)) {
    for (const value of typeof values === "string" ? [values] : values) search.append(name, value);
  }
  return search;
}

const bare = (name: string) => name.replace(/\[\]$/, "");

/** procore.md 4.12: cost types need company_id or project_id, though the subset marks both required. */
const eitherOf = new Set(["company_id", "project_id"]);

function checkQuery(name: string, parameters: readonly Parameter[], query: URLSearchParams): string[] {
  const declared = new Map(parameters.filter((one) => one.in === "query").map((one) => [bare(one.name), one]));
  const complaints: string[] = [];
  for (const [key, value] of query) {
    const parameter = declared.get(bare(key));
    if (parameter === undefined) complaints.push(`${name}: the spec has no query parameter ${key}`);
    else complaints.push(...checkValue(`${name}: ${key}`, asSchema(parameter.schema), value));
  }
  const sent = new Set([...query.keys()].map(bare));
  const missing = [...declared.values()].filter((one) => one.required === true && !sent.has(bare(one.name)));
  const hasEither =
    [...eitherOf].every((key) => declared.get(key)?.required === true) && [...eitherOf].some((key) => sent.has(key));
  for (const one of missing) {
    if (!(hasEither && eitherOf.has(one.name))) complaints.push(`${name}: the query parameter ${one.name} is missing`);
  }
  return complaints;
}

function checkValue(name: string, schema: Schema, value: string): string[] {
  if (schema.type === "integer" && !/^\d+$/.test(value)) return [`${name} is not an integer: ${value}`];
  if (Array.isArray(schema.enum) && !schema.enum.includes(value))
    return [`${name} is not one of ${schema.enum.join(", ")}: ${value}`];
  return [];
}
