import { badValue } from "./errors.ts"
import { GROUP_NAME_LENGTH } from "./limits.ts"

/** Throws InvalidParameterValueException. The rule is that of cluster names; not verified. */
export function assertGroupName(name: string): void {
  const isName = /^[a-z][a-z0-9.-]*$/i.test(name) && !name.endsWith("-") && !name.includes("--")
  if (!isName || name.length > GROUP_NAME_LENGTH) throw badValue(`Invalid group name: ${name}.`)
}
