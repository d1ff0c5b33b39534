import { shownPolicy } from "../../iam/port.ts"
import { objectLambdaArn, objectLambdaPoints, readPolicy } from "../../s3/port.ts"
import { op, type Out } from "../define.ts"
import { accessDenied, noSuchAccessPointPolicy } from "../errors.ts"
import { findLambdaPoint, lambdaPointAccess } from "./access.ts"

export const PutAccessPointPolicyForObjectLambda = op.write("PutAccessPointPolicyForObjectLambda", {
  authorize: lambdaPointAccess,
  run(tx, input, call): Out<"PutAccessPointPolicyForObjectLambda"> {
    const point = findLambdaPoint(tx, input, call)
    const { Policy: policy = "" } = input as { readonly Policy?: string }
    const read = readPolicy(tx, policy, { arn: objectLambdaArn(point) })
    // Public access is always blocked: see GetAccessPointForObjectLambda.
    if (read.policyFacts.isPublic) throw accessDenied()
    tx.replace(objectLambdaPoints, point, { ...point, ...read })
    return {}
  },
})

export const GetAccessPointPolicyForObjectLambda = op.read("GetAccessPointPolicyForObjectLambda", {
  authorize: lambdaPointAccess,
  run(tx, input, call): Out<"GetAccessPointPolicyForObjectLambda"> {
    const { policy } = findLambdaPoint(tx, input, call)
    if (policy === undefined) throw noSuchAccessPointPolicy(input.Name)
    return { Policy: shownPolicy(tx, policy) }
  },
})

export const DeleteAccessPointPolicyForObjectLambda = op.write(
  "DeleteAccessPointPolicyForObjectLambda",
  {
    authorize: lambdaPointAccess,
    run(tx, input, call): Out<"DeleteAccessPointPolicyForObjectLambda"> {
      const point = findLambdaPoint(tx, input, call)
      const bare = { ...point, policy: undefined, policyFacts: undefined }
      tx.replace(objectLambdaPoints, point, bare)
      return {}
    },
  },
)

export const GetAccessPointPolicyStatusForObjectLambda = op.read(
  "GetAccessPointPolicyStatusForObjectLambda",
  {
    authorize: lambdaPointAccess,
    run(tx, input, call): Out<"GetAccessPointPolicyStatusForObjectLambda"> {
      const { policyFacts } = findLambdaPoint(tx, input, call)
      if (!policyFacts) throw noSuchAccessPointPolicy(input.Name)
      return { PolicyStatus: { IsPublic: policyFacts.isPublic } }
    },
  },
)
