import { parseArn } from "../../registry/arn.ts"

/** A resource of IAM that an ARN names. */
export interface IamArn {
  readonly partition: string
  /** Twelve digits, or `aws`. */
  readonly account: string
  /** What stands behind `role/`, `policy/` …, a path included. */
  readonly rest: string
}

const PRINTABLE = /^[!-~]+$/

/** The parts of an ARN of that kind of resource; nothing for all other texts. */
export function iamArn(
  text: string,
  kind: "policy" | "role" | "saml-provider",
): IamArn | undefined {
  const arn = parseArn(text)
  if (arn?.service !== "iam" || arn.region !== "" || arn.account === "") return undefined
  const { partition, account, resource } = arn
  if (!resource.startsWith(`${kind}/`) || !PRINTABLE.test(resource)) return undefined
  return { partition, account, rest: resource.slice(kind.length + 1) }
}
