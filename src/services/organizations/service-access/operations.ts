import {
  DisableAWSServiceAccess,
  EnableAWSServiceAccess,
  ListAWSServiceAccessForOrganization,
} from "./service-access.ts"
import { trustedServices } from "./trusted-service.ts"

export const serviceAccessOperations = {
  ...{ EnableAWSServiceAccess, DisableAWSServiceAccess, ListAWSServiceAccessForOrganization },
}

export const serviceAccessTables = [trustedServices]
