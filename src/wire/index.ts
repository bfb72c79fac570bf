export { type EnrolAnswer, type EnrolRequest, enrolAnswer, enrolRequest } from "./enrol.ts";
export {
  type IDocAnswer,
  type IDocUpload,
  idocAnswer,
  idocFlows,
  idocsMax,
  idocUpload,
} from "./idocs.ts";
export { type Lease, type LeaseAnswer, type LeaseRequest, leaseAnswer, leaseRequest, type Work, work } from "./lease.ts";
export { recordSchema } from "./records.ts";
export { signedText, wireHeaders, wireVersion } from "./signature.ts";
export {
  type Reading,
  type Receipt,
  type SliceOffer,
  type UploadAnswer,
  type UploadHeader,
  uploadAnswer,
  uploadHeader,
  uploadLimits,
} from "./upload.ts";
