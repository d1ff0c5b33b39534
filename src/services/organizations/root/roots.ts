import { onAnything } from "../access.ts"
import { op, type Out } from "../define.ts"
import { pageOfList } from "../paging.ts"
import { governedOrganization } from "../rights.ts"
import { ROOT_NAME, rootArn, rootOf } from "./root.ts"

export const ListRoots = op.read("ListRoots", {
  authorize: onAnything,
  run(tx, input, call): Out<"ListRoots"> {
    const organization = governedOrganization(tx, call)
    const root = rootOf(tx, organization)
    const { items, more } = pageOfList([root], ({ id }) => id, input)
    return {
      Roots: items.map(({ id, policyTypes }) => ({
        Id: id,
        Arn: rootArn(organization),
        Name: ROOT_NAME,
        PolicyTypes: policyTypes,
      })),
      ...more,
    }
  },
})
