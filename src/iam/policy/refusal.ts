/** A policy text that AWS does not take; `reason` is what MalformedPolicyDocument says. */
export class PolicyRefusal extends Error {
  readonly reason: string

  constructor(reason: string) {
    super(reason)
    this.name = "PolicyRefusal"
    this.reason = reason
  }
}

export const syntaxError = (): PolicyRefusal => new PolicyRefusal("Syntax errors in policy.")
export const legacyError = (): PolicyRefusal =>
  new PolicyRefusal("The policy failed legacy parsing")
