export * from "./parts.ts";
export * from "./recoding.ts";
export * from "./reversals.ts";
