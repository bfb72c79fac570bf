export * from "./parts.ts";
export * from "./recoding.ts";
