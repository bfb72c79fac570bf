/** Reads an HTTP answer's body up to a limit of bytes. A cut or over-long body is a value: what it means depends on the call. */
import type { HttpFailure, HttpResponse } from "../ports/index.ts";

export type BodyText = { kind: "text"; text: string } | { kind: "cut"; detail: string } | { kind: "too-long" };

const isHttpFailure = (value: unknown): value is HttpFailure =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "failure" && "detail" in value;

export async function readBody(response: HttpResponse, bytesMax: number): Promise<BodyText> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body) {
      bytes += chunk.byteLength;
      if (bytes > bytesMax) return { kind: "too-long" };
      chunks.push(chunk);
    }
  } catch (error) {
    return { kind: "cut", detail: isHttpFailure(error) ? `${error.reason}: ${error.detail}` : "the body ended early" };
  }
  return { kind: "text", text: new TextDecoder().decode(Buffer.concat(chunks)) };
}

/** A header's value; several become one list, as HTTP allows for those that we read. */
export function header(headers: HttpResponse["headers"], name: string): string | undefined {
  const value = headers[name];
  return value === undefined || typeof value === "string" ? value : value.join(", ");
}
