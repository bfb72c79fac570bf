export { type Draft, type DraftedTable, draftMap, type Samples, type Wanted } from "./draft-map.ts";
export { type Drift, driftOf, fetchMetadata } from "./drift.ts";
export { type EntitySet, type MetadataOutcome, readMetadata, type ServiceMetadata } from "./metadata.ts";
export { type ODataClient, type ODataOptions, odataFunction, openOData } from "./odata-client.ts";
export { createODataReader } from "./odata-reader.ts";
export { probeSet, type SetProbe } from "./probe-set.ts";
export { checkServiceMap, type MappedField, type MappedTable, type ServiceMap, serviceMapSchema } from "./service-map.ts";
