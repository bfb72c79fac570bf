/**
 * Cuts a child's output into lines, whatever the chunks. A line that is longer than the limit is never held: its beginning is told, the rest of it is
 * skipped. What is not UTF-8 is told as broken.
 */
export type LineEvents = {
  line(text: string): void;
  /** Its first characters, as far as they are ASCII. */
  tooLong(beginning: string): void;
  broken(detail: string): void;
};

const newline = 10;
const beginningBytes = 200;

export function createLineReader({ lineBytesMax, events }: { lineBytesMax: number; events: LineEvents }): {
  push(chunk: Uint8Array): void;
} {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let isSkipping = false;

  const skip = () => {
    const beginning = Buffer.concat(parts).subarray(0, beginningBytes).toString("latin1");
    parts = [];
    bytes = 0;
    isSkipping = true;
    events.tooLong(beginning);
  };
  const take = (part: Uint8Array) => {
    if (isSkipping) return;
    parts.push(part);
    bytes += part.byteLength;
    if (bytes > lineBytesMax) skip();
  };
  const finish = () => {
    const whole = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    const wasSkipped = isSkipping;
    parts = [];
    bytes = 0;
    isSkipping = false;
    if (wasSkipped) return;
    let text: string;
    try {
      text = decoder.decode(whole);
    } catch {
      return events.broken("wrote a line that is not UTF-8");
    }
    events.line(text);
  };
  return {
    push(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
        take(chunk.subarray(from, at));
        finish();
        from = at + 1;
      }
      if (from < chunk.byteLength) take(chunk.subarray(from));
    },
  };
}
