import { accessReports } from "./access-report.ts"
import {
  GenerateServiceLastAccessedDetails,
  GetServiceLastAccessedDetails,
  GetServiceLastAccessedDetailsWithEntities,
  ListPoliciesGrantingServiceAccess,
} from "./advisor.ts"
import { GetAccessKeyLastUsed } from "./key-last-used.ts"

export const lastUseOperations = {
  GetAccessKeyLastUsed,
  ...{ GenerateServiceLastAccessedDetails, GetServiceLastAccessedDetails },
  ...{ GetServiceLastAccessedDetailsWithEntities, ListPoliciesGrantingServiceAccess },
}

export const accessReportTables = [accessReports]
