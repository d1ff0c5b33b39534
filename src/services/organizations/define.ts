import type { OrganizationsModel } from "../../models/types/organizations.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<OrganizationsModel>()
export type In<Name extends keyof OrganizationsModel> = OrganizationsModel[Name]["input"]
export type Out<Name extends keyof OrganizationsModel> = OrganizationsModel[Name]["output"]
