/** Randomness, injected so that a simulation can replay it. `bytes` is fit for keys in production; `fraction` lies in [0, 1). */
export type Random = {
  bytes(count: number): Uint8Array;
  fraction(): number;
};
