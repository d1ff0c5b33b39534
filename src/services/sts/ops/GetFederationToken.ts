import { principalArn, principalId } from "../../../iam/principal.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { assertMayCall } from "../caller.ts"
import { op, type In, type Out } from "../define.ts"
import { tokenSeconds } from "../duration.ts"
import { credentialsOf, issueSession } from "../issue.ts"
import { packedPercent } from "../packed-size.ts"
import { sessionPolicies } from "../session-policy.ts"
import { sessionTags } from "../session-tags.ts"

type Input = In<"GetFederationToken">

export const GetFederationToken = op.write("GetFederationToken", {
  authorize(tx, input, call) {
    assertMayCall(tx, call)
    const context = requestTagKeys(input)
    const access = { resource: userArn(input, call), owner: call.account, context }
    const get = { action: "sts:GetFederationToken", ...access }
    return input.Tags?.length ? [get, { action: "sts:TagSession", ...access }] : get
  },
  run(tx, input: Input, { account, principal, partition }): Out<"GetFederationToken"> {
    const facts = {
      origin: "GetFederationToken",
      ...sessionPolicies(input, account),
      ...sessionTags(input.Tags),
    } as const
    const packed = packedPercent(facts) ?? 0
    const session = issueSession(tx, {
      account,
      seconds: tokenSeconds(input.DurationSeconds, principal),
      facts,
      principal: ({ accessKeyId, issuedAt }) => ({
        type: "federated-user",
        account,
        accessKeyId,
        userName: input.Name,
        ...(principal.type === "user" && { userId: principal.userId }),
        issuedAt,
      }),
    })
    return {
      Credentials: credentialsOf(session),
      FederatedUser: {
        FederatedUserId: principalId(session.principal),
        Arn: principalArn(session.principal, partition),
      },
      // Recorded: 0 where there is nothing to pack.
      PackedPolicySize: packed,
    }
  },
})

const userArn = ({ Name }: Input, { account, partition }: Call): string =>
  `arn:${partition}:sts::${account}:federated-user/${Name}`
