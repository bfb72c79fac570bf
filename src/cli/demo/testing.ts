// A small world and a Procore that is exactly what its manifest asks for, so that a test may bend one thing and look who notices.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildGroup, type Manifest } from "../../sandbox/index.ts";
import type { ProcoreContract, ProcoreLine, ProcoreProject, ProcoreTotals } from "./procore-totals.ts";

export function buildSmallManifest(): Manifest {
  const worldFolder = mkdtempSync(join(tmpdir(), "demo-manifest-"));
  try {
    const size = { seed: 3, projects: 3, vendors: 90, purchaseOrders: 80, poLines: 200, costLines: 500 };
    return buildGroup({ worldFolder, asOf: "20260930", ...size });
  } finally {
    rmSync(worldFolder, { recursive: true, force: true });
  }
}

/** Like Procore's API, one decimal at least: `100.00` becomes `100.0`. */
const asProcoreWrites = (amount: string) => (amount.includes(".") ? amount.replace(/0$/, "") : `${amount}.0`);

type Prefix = Pick<Manifest, "systemId" | "client">;
const origin = ({ systemId, client }: Prefix, kind: string, ...parts: (string | number)[]) =>
  [systemId, client, kind, ...parts].join(".");

function contractOf(manifest: Manifest, contract: Manifest["contracts"][number], id: number, currency: string): ProcoreContract {
  const { purchaseOrder, procoreProjectId: project } = contract;
  const lines = contract.lines.map(
    ({ item, assignment, amount, budgetCode }, index): ProcoreLine => ({
      id: id * 1000 + index,
      recordId: id,
      originId: origin(manifest, "PL", purchaseOrder, item, assignment, project),
      amount: asProcoreWrites(amount),
      budgetCode,
    }),
  );
  const minor = contract.lines.reduce((sum, { amount }) => sum + BigInt(amount.replace(".", "")), 0n);
  const digits = /\.(\d+)/.exec(contract.lines[0]?.amount ?? "")?.[1]?.length ?? 0;
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, "0");
  const total = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return {
    id,
    originId: origin(manifest, "PO", purchaseOrder, project),
    status: contract.status,
    total: minor < 0n ? `-${total}` : total,
    currency,
    vendor: origin(manifest, "VN", contract.vendor),
    lines,
  };
}

function projectOf(manifest: Manifest, project: Manifest["projects"][number]): ProcoreProject {
  const { procoreProjectId: id, projectNumber: number, currency } = project;
  const own = manifest.contracts.filter((contract) => contract.procoreProjectId === id);
  const codes = Object.entries(project.directCostsByCode);
  return {
    id,
    number,
    contracts: own.map((contract, index) => contractOf(manifest, contract, id * 1000 + index, currency)),
    requisitions: manifest.requisitions
      .filter((each) => each.procoreProjectId === id)
      .map(({ invoice, purchaseOrder, lines, isRelease }, index) => ({
        originId: origin(manifest, "RQ", invoice, purchaseOrder, id, ...(isRelease ? ["R"] : [])),
        contractOriginId: origin(manifest, "PO", purchaseOrder, id),
        number: index + 1,
        status: "approved",
        items: lines.map(({ item, assignment, work, retained, released }) => ({
          lineOriginId: origin(manifest, "PL", purchaseOrder, item, assignment, id),
          work,
          retained,
          released,
        })),
      })),
    // One direct cost a budget code: how the product groups is not the demo's business.
    directCosts: codes.map(([code, total], index) => ({
      id: id * 1000 + index,
      originId: origin(manifest, "DC", id, code),
      status: "approved",
      total,
      currency,
    })),
    directCostLines: codes.map(([code, amount], index) => ({
      id: id * 1000 + index,
      recordId: id * 1000 + index,
      originId: origin(manifest, "DL", id, code),
      amount: asProcoreWrites(amount),
      budgetCode: code,
    })),
  };
}

function companiesOf(manifest: Manifest): ProcoreTotals["vendors"] {
  const { activeBefore, adopted } = manifest.directory;
  const linked = adopted.map(({ companyId: id, vendor }) => ({ id, originId: origin(manifest, "VN", vendor) }));
  const rest = manifest.flows.vendors.posted.count - adopted.length;
  const created = Array.from({ length: rest }, (_, index) => ({
    id: 1 + index,
    originId: origin(manifest, "VN", String(index).padStart(10, "0")),
  }));
  const others = Array.from({ length: activeBefore - adopted.length }, (_, index) => ({ id: 1_000_000 + index, originId: "" }));
  return [...linked, ...created, ...others];
}

export function equalProcore(manifest: Manifest): ProcoreTotals {
  return {
    vendors: companiesOf(manifest),
    projects: manifest.projects.map((project) => projectOf(manifest, project)),
  };
}
