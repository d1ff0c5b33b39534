/** A policy text that AWS does not take; `reason` is what MalformedPolicyDocument says. */
export class PolicyRefusal extends Error {
  readonly reason: string

  constructor(reason: string) {
    super(reason)
    this.name = "PolicyRefusal"
    this.reason = reason
  }
}

/** A policy whose principal is none, or is not there: some services have words of their own for it. */
export class PrincipalRefusal extends PolicyRefusal {
  /** `AWS`, `Service` … */
  readonly kind: string
  readonly principal: string

  constructor(kind: string, principal: string) {
    // As users of AWS quote it.
    super(`Invalid principal in policy: "${kind.toUpperCase()}":"${principal}"`)
    this.name = "PrincipalRefusal"
    this.kind = kind
    this.principal = principal
  }
}

export const syntaxError = (): PolicyRefusal => new PolicyRefusal("Syntax errors in policy.")
export const legacyError = (): PolicyRefusal =>
  new PolicyRefusal("The policy failed legacy parsing")
