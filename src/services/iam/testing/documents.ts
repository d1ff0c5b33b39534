export const policy = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement })

export const ALLOW_ALL = policy({ Effect: "Allow", Action: "*", Resource: "*" })

/** Who may do an action, on everything. */
export const statement = (Effect: "Allow" | "Deny", ...Action: readonly string[]): string =>
  policy({ Effect, Action, Resource: "*" })

/** Whom a role trusts. */
export const trust = (Principal: object): string =>
  policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal })

export const TRUST_EC2 = trust({ Service: "ec2.amazonaws.com" })
