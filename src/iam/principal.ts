/** Who calls, as AWS names callers. */
export type Principal =
  | { readonly type: "root"; readonly account: string; readonly accessKeyId: string }
  | {
      readonly type: "user"
      readonly account: string
      readonly accessKeyId: string
      readonly userName: string
      /** `AIDA…`, the user's unique id. */
      readonly userId: string
      readonly path: string
    }
  | {
      readonly type: "assumed-role"
      readonly account: string
      readonly accessKeyId: string
      readonly roleName: string
      readonly roleArn: string
      /** `AROA…`, the role's unique id. */
      readonly roleId: string
      readonly sessionName: string
      readonly issuedAt: number
      /** A session that was made with another session's keys. */
      readonly chained: boolean
    }
  | {
      readonly type: "federated-user"
      readonly account: string
      readonly accessKeyId: string
      readonly userName: string
      /** The unique id of the user who made the session; absent when root did. */
      readonly userId?: string | undefined
      readonly issuedAt: number
    }
  | { readonly type: "service"; readonly account: string; readonly name: string }
  | { readonly type: "anonymous"; readonly account: "anonymous" }

/** Somebody who does not say who calls. */
export const ANONYMOUS: Principal = Object.freeze({ type: "anonymous", account: "anonymous" })

/** The ARN by which AWS names a caller in answers, policies and denials. */
export function principalArn(principal: Principal, partition: string): string {
  switch (principal.type) {
    case "root":
      return `arn:${partition}:iam::${principal.account}:root`
    case "user":
      return `arn:${partition}:iam::${principal.account}:user${principal.path}${principal.userName}`
    case "assumed-role":
      return `arn:${partition}:sts::${principal.account}:assumed-role/${principal.roleName}/${principal.sessionName}`
    case "federated-user":
      return `arn:${partition}:sts::${principal.account}:federated-user/${principal.userName}`
    case "service":
      return principal.name
    case "anonymous":
      return "*"
  }
}

/** The unique id that GetCallerIdentity calls `UserId`. */
export function principalId(principal: Principal): string {
  switch (principal.type) {
    case "root":
      return principal.account
    case "user":
      return principal.userId
    case "assumed-role":
      return `${principal.roleId}:${principal.sessionName}`
    case "federated-user":
      return `${principal.account}:${principal.userName}`
    case "service":
      return principal.name
    case "anonymous":
      return "anonymous"
  }
}
