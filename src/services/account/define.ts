import type { AccountModel } from "../../models/types/account.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<AccountModel>()
export type In<Name extends keyof AccountModel> = AccountModel[Name]["input"]
export type Out<Name extends keyof AccountModel> = AccountModel[Name]["output"]
