import type { ResourcegroupstaggingapiModel } from "../../models/types/resourcegroupstaggingapi.ts"
import { authorizeBy } from "../../registry/authorize.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<ResourcegroupstaggingapiModel>()
export type In<Name extends keyof ResourcegroupstaggingapiModel> =
  ResourcegroupstaggingapiModel[Name]["input"]
export type Out<Name extends keyof ResourcegroupstaggingapiModel> =
  ResourcegroupstaggingapiModel[Name]["output"]

/** "AWS Resource Group Tagging API … does not support specifying a resource ARN". */
export const { anything: onAnything } = authorizeBy("tagging")
