/** A binary heap: the entry that comes first by `compare` is taken first. */
export function createHeap<Entry>(entries: readonly Entry[], compare: (left: Entry, right: Entry) => number) {
  const heap: Entry[] = [];
  const isBefore = (left: number, right: number) => compare(heap[left] as Entry, heap[right] as Entry) < 0;
  const swap = (left: number, right: number) => {
    [heap[left], heap[right]] = [heap[right] as Entry, heap[left] as Entry];
  };
  const push = (entry: Entry) => {
    heap.push(entry);
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!isBefore(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
  };
  const sink = () => {
    for (let at = 0; ; ) {
      const [one, other] = [2 * at + 1, 2 * at + 2];
      let first = at;
      if (one < heap.length && isBefore(one, first)) first = one;
      if (other < heap.length && isBefore(other, first)) first = other;
      if (first === at) return;
      swap(first, at);
      at = first;
    }
  };
  const pop = (): Entry | undefined => {
    const [top] = heap;
    const last = heap.pop();
    if (heap.length > 0 && last !== undefined) {
      heap[0] = last;
      sink();
    }
    return top;
  };
  for (const entry of entries) push(entry);
  return { push, pop };
}
