import { principalArn, principalId } from "../../../iam/principal.ts"
import { op, type Out } from "../define.ts"

/** Works for every caller: "No permissions are required to perform this operation" (STS API). */
export const GetCallerIdentity = op.read("GetCallerIdentity", {
  authorize: () => undefined,
  run: (_tx, _input, { principal, partition }): Out<"GetCallerIdentity"> => ({
    UserId: principalId(principal),
    Account: principal.account,
    Arn: principalArn(principal, partition),
  }),
})
