import { principalArn, principalId } from "../../../iam/principal.ts"
import { unchecked } from "../../../registry/authorize.ts"
import { op, type Out } from "../define.ts"

export const GetCallerIdentity = op.read("GetCallerIdentity", {
  authorize: unchecked('"No permissions are required to perform this operation" (STS API)'),
  run: (_tx, _input, { principal, partition }): Out<"GetCallerIdentity"> => ({
    UserId: principalId(principal),
    Account: principal.account,
    Arn: principalArn(principal, partition),
  }),
})
