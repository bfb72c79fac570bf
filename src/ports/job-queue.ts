/**
 * Decides which process works for which key and when: nothing more. It may deliver late or twice; the lease epoch in the store
 * makes that harmless. Slices and effects are our own state, never jobs (design section 9).
 */
export type JobHandler = (key: string, signal: AbortSignal) => Promise<void>;
export type JobStop = () => Promise<void>;

export type JobQueue = {
  /** Asks for work on a key. Asking again while one waits is one job. */
  request(queue: string, key: string): Promise<void>;
  /** Works on the queue until stopped; at most one handler per key in this process. */
  work(queue: string, handler: JobHandler): Promise<JobStop>;
  close(): Promise<void>;
};
