export { createMemoryQueue, type MemoryQueueOptions } from "./memory-queue.ts";
export { openPgBossQueue, type PgBossQueueOptions } from "./pg-boss-queue.ts";
