import type { AccessanalyzerModel } from "../../models/types/accessanalyzer.ts"
import { authorizeBy } from "../../registry/authorize.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<AccessanalyzerModel>()
export const asks = authorizeBy("access-analyzer")
export type In<Name extends keyof AccessanalyzerModel> = AccessanalyzerModel[Name]["input"]
export type Out<Name extends keyof AccessanalyzerModel> = AccessanalyzerModel[Name]["output"]
