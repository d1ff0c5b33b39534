import {
  CreateOrganization,
  DeleteOrganization,
  DescribeOrganization,
  EnableAllFeatures,
} from "./organizations.ts"

export const organizationOperations = {
  ...{ CreateOrganization, DescribeOrganization, DeleteOrganization, EnableAllFeatures },
}
