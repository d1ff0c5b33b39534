import type { Ec2Model } from "../../models/types/ec2.ts"
import { authorizeBy } from "../../registry/authorize.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<Ec2Model>()
export const asks = authorizeBy("ec2")
export type In<Name extends keyof Ec2Model> = Ec2Model[Name]["input"]
export type Out<Name extends keyof Ec2Model> = Ec2Model[Name]["output"]
