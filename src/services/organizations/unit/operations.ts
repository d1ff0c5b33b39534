import {
  CreateOrganizationalUnit,
  DeleteOrganizationalUnit,
  DescribeOrganizationalUnit,
  ListOrganizationalUnitsForParent,
  UpdateOrganizationalUnit,
} from "./units.ts"

export const unitOperations = {
  ...{ CreateOrganizationalUnit, UpdateOrganizationalUnit, DeleteOrganizationalUnit },
  ...{ DescribeOrganizationalUnit, ListOrganizationalUnitsForParent },
}
