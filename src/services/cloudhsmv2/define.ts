import type { Cloudhsmv2Model } from "../../models/types/cloudhsmv2.ts"
import { authorizeBy } from "../../registry/authorize.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<Cloudhsmv2Model>()
export const asks = authorizeBy("cloudhsm")
export type In<Name extends keyof Cloudhsmv2Model> = Cloudhsmv2Model[Name]["input"]
export type Out<Name extends keyof Cloudhsmv2Model> = Cloudhsmv2Model[Name]["output"]
