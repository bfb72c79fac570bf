/** A hub's answer as JSON, bounded; undefined where it is none (a proxy's page, a cut body). */
import type { HttpResponse } from "../ports/index.ts";

const bytesMax = 8 * 1024 * 1024;

export async function readJson(response: HttpResponse): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body) {
      bytes += chunk.length;
      if (bytes > bytesMax) return undefined;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}
