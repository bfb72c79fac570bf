/**
 * Why Procore says no. Handlers throw a `Refusal`; the error body takes one of the shapes that procore 3 lists, chosen per endpoint so
 * that a client must read them all. Within a sync, a refusal by field becomes a row of `errors`.
 */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** `fields`: {errors:{field:[..]}} · `list`: {errors:[..]} · `text`: {errors:".."} · `doc`: ErrorDoc · `exception` · `error` · `v2`: {error:{..}} */
export type ErrorShape = "fields" | "list" | "text" | "doc" | "exception" | "error" | "v2";

const codes: Readonly<Record<number, string>> = { 400: "BAD_REQUEST", 403: "FORBIDDEN", 404: "NOT_FOUND", 409: "CONFLICT" };

export class Refusal extends Error {
  readonly status: number;
  readonly fields: FieldErrors;
  readonly shape: ErrorShape | "plain";
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    fields: FieldErrors,
    shape: ErrorShape | "plain" = "fields",
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(Object.entries(fields).map(sentence).join(", "));
    this.status = status;
    this.fields = fields;
    this.shape = shape;
    this.headers = headers;
  }

  /** The same refusal in another endpoint's shape. */
  in(shape: ErrorShape): Refusal {
    return this.shape === "fields" ? new Refusal(this.status, this.fields, shape, this.headers) : this;
  }

  body(): unknown {
    const lines = Object.entries(this.fields).map(sentence);
    switch (this.shape) {
      case "fields":
        return { errors: this.fields };
      case "list":
        return { errors: lines };
      case "text":
        return { errors: this.message };
      case "doc":
        return { code: this.status, message: this.message, fields: Object.keys(this.fields).join(","), reason: this.message };
      case "exception":
        return { message: this.message, exception: "ActiveRecord::RecordNotFound" };
      case "error":
        return { error: "invalid_request", message: this.message };
      case "v2":
        return { error: { code: codes[this.status] ?? "UNPROCESSABLE_ENTITY", message: this.message, details: this.#details() } };
      case "plain":
        return undefined;
    }
  }

  #details(): unknown {
    return Object.entries(this.fields).map(([source, texts]) => ({ reason_code: "INVALID", message: texts.join(", "), source }));
  }
}

/** `base` marks a message about the whole record, as Rails does. */
function sentence([field, messages]: [string, readonly string[]]): string {
  return field === "base" ? messages.join(", ") : `${field.replaceAll("_", " ")} ${messages.join(", ")}`;
}

/** 422: the record is understood and refused. */
export const invalid = (field: string, message: string): Refusal => new Refusal(422, { [field]: [message] });
/** 400: the request itself is malformed. */
export const malformed = (message: string, shape: ErrorShape = "list"): Refusal => new Refusal(400, { base: [message] }, shape);
/** procore 0.12 [A, D]: 404 also means "not visible to you". */
export const notFound = (what: string, shape: ErrorShape = "list"): Refusal =>
  new Refusal(404, { base: [`${what} not found`] }, shape);
export const forbidden = (message: string): Refusal => new Refusal(403, { base: [message] }, "list");
export const taken = (field: string): Refusal => invalid(field, "has already been taken");

/** Runs an endpoint's handler with its own shape for refusals by field. */
export function shaped<C, R>(shape: ErrorShape, handler: (call: C) => R): (call: C) => R {
  return (call) => {
    try {
      return handler(call);
    } catch (error) {
      if (error instanceof Refusal) throw error.in(shape);
      throw error;
    }
  };
}
