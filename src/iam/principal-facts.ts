import type { PrincipalFacts } from "./policy/context.ts"
import { principalArn, principalId, type Principal } from "./principal.ts"

/** What the `aws:Principal…` keys say of a caller; undefined of services, which have none of them. */
export function principalFacts(
  principal: Principal,
  partition: string,
): PrincipalFacts | undefined {
  const { account } = principal
  const id = principalId(principal)
  const arn = principalArn(principal, partition)
  switch (principal.type) {
    case "root":
      return { arn, account, id, type: "Account" }
    case "user":
      return { arn, account, id, type: "User", userName: principal.userName }
    case "assumed-role":
      // "The request context returns the ARN of the role, not the ARN of the user that assumed it".
      return {
        arn: principal.roleArn,
        account,
        id,
        type: "AssumedRole",
        tokenIssuedAt: principal.issuedAt,
      }
    case "federated-user":
      return { arn, account, id, type: "FederatedUser", tokenIssuedAt: principal.issuedAt }
    case "anonymous":
      return { arn: "*", account, id, type: "Anonymous" }
    case "service":
      return undefined
  }
}
