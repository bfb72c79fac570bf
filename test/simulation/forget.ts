// What a process that died waits for never comes, and Node keeps it: a signal made of others, once listened to, is held by the whole process until it
// aborts (some 4 MB a seed). Here such a signal is held by those that it is made of, and goes with them.
export function forgetSignals(): void {
  AbortSignal.any = (signals) => {
    const any = new AbortController();
    for (const signal of signals) {
      if (signal.aborted) any.abort(signal.reason);
      else signal.addEventListener("abort", () => any.abort(signal.reason), { once: true });
    }
    return any.signal;
  };
}
