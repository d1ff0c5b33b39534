import { defineService } from "../../registry/service.ts"
import { organizationTables } from "../organizations/port.ts"
import { GetComplianceSummary } from "./compliance/get-compliance-summary.ts"
import { ListRequiredTags } from "./compliance/list-required-tags.ts"
import { DescribeReportCreation, StartReportCreation } from "./report/creation.ts"
import { reports } from "./report/report.ts"
import { createReport, WriteReport } from "./report/writing.ts"
import { GetResources } from "./resource/get-resources.ts"
import { GetTagKeys, GetTagValues } from "./tag/tag-names.ts"
import { TagResources, UntagResources } from "./tag/tagging.ts"

/** The Resource Groups Tagging API. */
export const resourcegroupstaggingapi = defineService({
  id: "resourcegroupstaggingapi",
  operations: {
    ...{ GetResources, GetTagKeys, GetTagValues, TagResources, UntagResources },
    ...{ GetComplianceSummary, ListRequiredTags, StartReportCreation, DescribeReportCreation },
  },
  inner: { WriteReport },
  tables: [reports, ...organizationTables],
  jobs: [createReport],
})
