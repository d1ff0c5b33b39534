import { onAnything } from "../access.ts"
import { op, type Out } from "../define.ts"
import { ownOrganization } from "../rights.ts"
import { organizationMember } from "./answer.ts"

export const DescribeOrganization = op.read("DescribeOrganization", {
  authorize: onAnything,
  run(tx, _input, call): Out<"DescribeOrganization"> {
    return { Organization: organizationMember(tx, ownOrganization(tx, call)) }
  },
})
