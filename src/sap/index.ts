export {
  createExtracts,
  type Discovery,
  type ExtractSettings,
  type ExtractSource,
  type FlowExtract,
  fieldsFiltered,
  fieldsRead,
  type ObjectsRead,
  type OpenRequest,
  type SliceOffer,
} from "./extract/index.ts";
export * from "./rfc/index.ts";
