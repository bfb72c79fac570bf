/** The known word that a person most likely meant: for "did you mean". Pure. */

/** Edits of one letter (insert, delete, replace) that part two words, case aside. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= right.length; to += 1) {
      const replaced = (row[to - 1] ?? 0) + (left[at - 1] === right[to - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

export function nearestOf(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    // In parts of the longer word, so that a long one with a common beginning beats a short stranger.
    .map((name) => ({ name, edits: distance(word.toLowerCase(), name.toLowerCase()) / Math.max(word.length, name.length) }))
    .sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1));
  return ranked[0]?.name;
}
