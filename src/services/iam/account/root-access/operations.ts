import {
  DisableOrganizationsRootCredentialsManagement,
  DisableOrganizationsRootSessions,
  EnableOrganizationsRootCredentialsManagement,
  EnableOrganizationsRootSessions,
  ListOrganizationsFeatures,
} from "./features.ts"

export const rootAccessOperations = {
  ...{
    EnableOrganizationsRootCredentialsManagement,
    DisableOrganizationsRootCredentialsManagement,
  },
  ...{ EnableOrganizationsRootSessions, DisableOrganizationsRootSessions },
  ListOrganizationsFeatures,
}
