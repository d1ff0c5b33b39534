import { DescribeOrganization } from "./organizations.ts"

export const organizationOperations = {
  ...{ DescribeOrganization },
}
