import { accessReports } from "./access-report.ts"
import {
  GenerateServiceLastAccessedDetails,
  GetServiceLastAccessedDetails,
  GetServiceLastAccessedDetailsWithEntities,
  ListPoliciesGrantingServiceAccess,
} from "./advisor.ts"
import {
  GenerateOrganizationsAccessReport,
  GetOrganizationsAccessReport,
  organizationReports,
} from "./organization-report.ts"
import { GetAccessKeyLastUsed } from "./key-last-used.ts"

export const lastUseOperations = {
  GetAccessKeyLastUsed,
  ...{ GenerateServiceLastAccessedDetails, GetServiceLastAccessedDetails },
  ...{ GenerateOrganizationsAccessReport, GetOrganizationsAccessReport },
  ...{ GetServiceLastAccessedDetailsWithEntities, ListPoliciesGrantingServiceAccess },
}

export const accessReportTables = [accessReports, organizationReports]
