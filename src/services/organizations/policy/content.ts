import { assertControlPolicy } from "./control-policy.ts"
import { malformedPolicy, policyTooLong } from "./errors.ts"
import { MalformedPolicy, readPolicy } from "./language/document.ts"
import { assertTagKeys } from "./language/tag-policy.ts"
import { isControl, maxCharacters, shapeOf, type PolicyType } from "./policy-type.ts"

/** Throws ConstraintViolation for a text that is too long, MalformedPolicyDocument for no policy. */
export function assertContent(type: PolicyType, content: string): void {
  if (content.length > maxCharacters(type)) throw policyTooLong()
  try {
    if (isControl(type)) assertControlPolicy(type, content)
    else {
      const node = readPolicy(content, shapeOf(type))
      if (type === "TAG_POLICY") assertTagKeys(node)
    }
  } catch (error) {
    if (error instanceof MalformedPolicy) throw malformedPolicy()
    throw error
  }
}
