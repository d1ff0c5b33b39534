import { principalArn, type Principal } from "../../../iam/principal.ts"
import { delegationOfToken } from "../../iam/port.ts"
import { assertMayCall } from "../caller.ts"
import { op, type In, type Out } from "../define.ts"
import { expiredTradeInToken, invalidTradeInToken } from "../errors.ts"
import { credentialsOf, issueSession } from "../issue.ts"

/**
 * Trades a partner's exchange token for credentials of who approved, held to the policy that was
 * approved. It can be traded again and again: "all credentials obtained from the same exchange token
 * expire at the same time" ("Building your integration", IAM user guide).
 */
export const GetDelegatedAccessToken = op.write("GetDelegatedAccessToken", {
  authorize(tx, _input, call) {
    assertMayCall(tx, call)
    return { action: "sts:GetDelegatedAccessToken", resource: "*", owner: call.account }
  },
  run(tx, input: In<"GetDelegatedAccessToken">, call): Out<"GetDelegatedAccessToken"> {
    const delegation = delegationOfToken(tx, input.TradeInToken)
    // "… can only be redeemed by the product provider account that created the delegation request".
    if (delegation?.requestor !== call.account) throw invalidTradeInToken()
    const { approver, policy, seconds, endsMs } = delegation
    if (tx.now >= endsMs) throw expiredTradeInToken()
    const { principal, tags, sourceIdentity } = approver
    const session = issueSession(tx, {
      ...{ account: principal.account, seconds, notAfter: endsMs },
      facts: {
        ...{ origin: "GetDelegatedAccessToken", policy, policyArns: [] },
        ...{ tags, transitiveTagKeys: [], sourceIdentity },
      },
      principal: (keys) => withKeys(principal, keys),
    })
    return {
      Credentials: credentialsOf(session),
      AssumedPrincipal: principalArn(principal, call.partition),
    }
  },
})

/** The same identity with other keys. */
function withKeys(
  principal: Principal,
  { accessKeyId, issuedAt }: { readonly accessKeyId: string; readonly issuedAt: number },
): Principal {
  if (!("accessKeyId" in principal)) return principal
  return "issuedAt" in principal
    ? { ...principal, accessKeyId, issuedAt }
    : { ...principal, accessKeyId }
}
