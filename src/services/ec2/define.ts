import type { Ec2Model } from "../../models/types/ec2.ts"
import { authorizeBy } from "../../registry/authorize.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<Ec2Model>()
const asks = authorizeBy("ec2")

/** For no resource in particular: `ec2:Region` is all that policies can look at. */
export const onRegion: typeof asks.anything = (tx, input, call) => {
  const asked = asks.anything(tx, input, call)
  return { ...asked, context: { ...asked.context, "ec2:Region": call.region } }
}

export type Out<Name extends keyof Ec2Model> = Ec2Model[Name]["output"]
