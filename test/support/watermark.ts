/** What an extract handed out as its watermark after a complete run of that day, written down here and not by the product. */
export function watermarkOf(
  day: string,
  { swept = day, scope = "", ...more }: { swept?: string; scope?: string; rechecked?: string } = {},
): string {
  return JSON.stringify({ version: 1, day, swept, scope, ...more });
}
