/** What a child said on standard error: the last line of it, for a person, with the password blotted out. Never more than a little is kept. */
const keptBytesMax = 4_000;
const shownMax = 200;

export function createComplaints(password: string): {
  take(chunk: Uint8Array): void;
  /** `; it said: …`, or nothing. */
  lastLine(): string;
  scrub(text: string): string;
} {
  let kept = Buffer.alloc(0);
  const forms = password.length < 4 ? [] : [password, JSON.stringify(password).slice(1, -1)];
  const scrub = (text: string) => forms.reduce((so, form) => so.replaceAll(form, "***"), text);
  return {
    take(chunk) {
      kept = Buffer.concat([kept, chunk]).subarray(-keptBytesMax);
    },
    lastLine() {
      const lines = kept
        .toString("utf8")
        .split(/\r?\n/)
        .map((line) => line.replace(/\p{C}/gu, " ").trim());
      const last = lines.findLast((line) => line !== "");
      return last === undefined ? "" : `; it said: ${scrub(last).slice(0, shownMax)}`;
    },
    scrub,
  };
}
