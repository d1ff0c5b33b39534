import { shownPolicy } from "../../iam/port.ts"
import { accessPointArn, accessPoints, accountPublicAccess, readPolicy } from "../../s3/port.ts"
import { op, type Out } from "../define.ts"
import { accessDenied, noSuchAccessPointPolicy } from "../errors.ts"
import { findPoint, pointAccess } from "./access.ts"

export const PutAccessPointPolicy = op.write("PutAccessPointPolicy", {
  authorize: pointAccess,
  run(tx, input, call): Out<"PutAccessPointPolicy"> {
    const point = findPoint(tx, input, call)
    const arn = accessPointArn(point)
    const { Policy: policy = "" } = input as { readonly Policy?: string }
    const read = readPolicy(tx, policy, { arn, objects: `${arn}/object/` })
    const account = tx.get(accountPublicAccess, [point.account])?.block
    const blocked = point.publicAccessBlock.BlockPublicPolicy || account?.BlockPublicPolicy
    if (read.policyFacts.isPublic && blocked) throw accessDenied()
    tx.replace(accessPoints, point, { ...point, ...read })
    return {}
  },
})

export const GetAccessPointPolicy = op.read("GetAccessPointPolicy", {
  authorize: pointAccess,
  run(tx, input, call): Out<"GetAccessPointPolicy"> {
    const { policy } = findPoint(tx, input, call)
    if (policy === undefined) throw noSuchAccessPointPolicy(input.Name)
    return { Policy: shownPolicy(tx, policy) }
  },
})

export const DeleteAccessPointPolicy = op.write("DeleteAccessPointPolicy", {
  authorize: pointAccess,
  run(tx, input, call): Out<"DeleteAccessPointPolicy"> {
    const point = findPoint(tx, input, call)
    tx.replace(accessPoints, point, { ...point, policy: undefined, policyFacts: undefined })
    return {}
  },
})

export const GetAccessPointPolicyStatus = op.read("GetAccessPointPolicyStatus", {
  authorize: pointAccess,
  run(tx, input, call): Out<"GetAccessPointPolicyStatus"> {
    const { policyFacts } = findPoint(tx, input, call)
    if (!policyFacts) throw noSuchAccessPointPolicy(input.Name)
    return { PolicyStatus: { IsPublic: policyFacts.isPublic } }
  },
})
