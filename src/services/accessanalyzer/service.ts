import type { Table } from "../../kernel/table.ts"
import { defineService } from "../../registry/service.ts"
import { tables as dynamodbTables } from "../dynamodb/port.ts"
import { identityTables, loginProfiles } from "../iam/port.ts"
import { keyTables } from "../kms/port.ts"
import { organizationTables } from "../organizations/port.ts"
import { accessPoints, accountPublicAccess, bucketTables, multiRegionPoints } from "../s3/port.ts"
import { secretTables } from "../secretsmanager/port.ts"
import { queueTables } from "../sqs/port.ts"
import { analyzerResource, analyzers } from "./analyzer/analyzer.ts"
import {
  CreateAnalyzer,
  DeleteAnalyzer,
  GetAnalyzer,
  ListAnalyzers,
  UpdateAnalyzer,
} from "./analyzer/analyzers.ts"
import { CreateServiceLinkedAnalyzer, DeleteServiceLinkedAnalyzer } from "./analyzer/linked.ts"
import { ListTagsForResource, TagResource, UntagResource } from "./analyzer/tagging.ts"
import { archiveRules } from "./archive-rule/archive-rule.ts"
import {
  ApplyArchiveRule,
  CreateArchiveRule,
  DeleteArchiveRule,
  GetArchiveRule,
  ListArchiveRules,
  UpdateArchiveRule,
} from "./archive-rule/rules.ts"
import { CheckAccessNotGranted, CheckNoNewAccess, CheckNoPublicAccess } from "./check/checks.ts"
import { findings } from "./finding/finding.ts"
import {
  GetFinding,
  GetFindingV2,
  ListFindings,
  ListFindingsV2,
  UpdateFindings,
} from "./finding/findings.ts"
import { GetFindingsStatistics } from "./finding/statistics.ts"
import { internalScanJob } from "./internal/scan.ts"
import { accessPreviews } from "./preview/preview.ts"
import {
  CreateAccessPreview,
  GetAccessPreview,
  ListAccessPreviewFindings,
  ListAccessPreviews,
} from "./preview/previews.ts"
import { recommendations } from "./recommendation/recommendation.ts"
import {
  GenerateFindingRecommendation,
  GetFindingRecommendation,
} from "./recommendation/recommendations.ts"
import { analyzedResources } from "./resource/analyzed-resource.ts"
import {
  GetAnalyzedResource,
  ListAnalyzedResources,
  StartResourceScan,
} from "./resource/resources.ts"
import { scanJob } from "./resource/scan.ts"

import { unusedScanJob } from "./unused/scan.ts"
import { unusedFindings } from "./unused/unused-finding.ts"
import { ValidatePolicy } from "./validation/validations.ts"

/** What is analyzed belongs to others, whose tables are read. */
const analyzedTables: readonly Table<object>[] = [
  ...identityTables,
  ...keyTables,
  ...queueTables,
  ...secretTables,
  ...organizationTables,
  ...bucketTables,
  ...[dynamodbTables, accessPoints, multiRegionPoints, accountPublicAccess, loginProfiles],
]

export const accessanalyzer = defineService({
  id: "accessanalyzer",
  operations: {
    ...{ CreateAnalyzer, GetAnalyzer, ListAnalyzers, UpdateAnalyzer, DeleteAnalyzer },
    ...{ CreateServiceLinkedAnalyzer, DeleteServiceLinkedAnalyzer },
    ...{ TagResource, UntagResource, ListTagsForResource },
    ...{ CreateArchiveRule, GetArchiveRule, ListArchiveRules, UpdateArchiveRule },
    ...{ DeleteArchiveRule, ApplyArchiveRule },
    ...{ GetFinding, GetFindingV2, ListFindings, ListFindingsV2, UpdateFindings },
    ...{ GetFindingsStatistics, StartResourceScan, GetAnalyzedResource, ListAnalyzedResources },
    ...{ CreateAccessPreview, GetAccessPreview, ListAccessPreviews, ListAccessPreviewFindings },
    ...{ GenerateFindingRecommendation, GetFindingRecommendation },
    ValidatePolicy,
    ...{ CheckNoNewAccess, CheckAccessNotGranted, CheckNoPublicAccess },
  },
  resources: [analyzerResource],
  tables: [
    analyzers,
    archiveRules,
    findings,
    unusedFindings,
    recommendations,
    analyzedResources,
    accessPreviews,
    ...analyzedTables,
  ],
  jobs: [scanJob, unusedScanJob, internalScanJob],
})
