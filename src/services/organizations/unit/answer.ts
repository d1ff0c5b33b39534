import type { OrganizationalUnit } from "../../../models/types/organizations.ts"
import { unitArn, type Unit } from "./unit.ts"

export const unitMember = (unit: Unit): OrganizationalUnit => ({
  Id: unit.id,
  Arn: unitArn(unit),
  Name: unit.name,
})
