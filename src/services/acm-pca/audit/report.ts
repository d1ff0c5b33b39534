import { table } from "../../../kernel/table.ts"
import type { AuthorityRef } from "../authority/authority.ts"

/** An audit report: every certificate that an authority has issued or revoked. */
export interface Report extends AuthorityRef {
  readonly report: string
  readonly bucket: string
  readonly key: string
  readonly format: "JSON" | "CSV"
  readonly status: "CREATING" | "SUCCESS" | "FAILED"
  readonly createdMs: number
}

export const reports = table<Report>("acm-pca/report", {
  key: ({ account, region, id, report }) => [account, region, id, report],
})
