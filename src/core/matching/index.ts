/** Vendors of SAP against companies that stand in Procore already (ruling 7). Pure. */
export {
  type ContractCandidate,
  type ContractOutcome,
  type ContractSeen,
  type LineSeen,
  type LineWanted,
  matchContractLines,
  matchContracts,
  type OrderWanted,
  obstaclesOf,
} from "./contracts.ts";
export { foldWords } from "./fold.ts";
export { type Candidate, type MatchOutcome, type MatchSettings, matchVendors } from "./match-vendors.ts";
export { type CompanyLink, type CompanyParty, companyParty, type ListedCompany, type SapParty, sapParty } from "./party.ts";
export { matchPoints, type Reason } from "./score.ts";
export { readSapTaxId, type TaxId, taxKey } from "./tax-id.ts";
