import { unchecked } from "../../../registry/authorize.ts"
import { assertMayCall } from "../caller.ts"
import { op, type In, type Out } from "../define.ts"
import { tokenSeconds } from "../duration.ts"
import { credentialsOf, issueSession } from "../issue.ts"
import { shownMfa } from "../mfa.ts"
import { NO_TAGS } from "../session-tags.ts"

export const GetSessionToken = op.write("GetSessionToken", {
  authorize: unchecked('"No permissions are required for users to perform this operation"'),
  run(tx, input: In<"GetSessionToken">, call): Out<"GetSessionToken"> {
    assertMayCall(tx, call)
    const { principal } = call
    const mfa = shownMfa(tx, input, call)
    const session = issueSession(tx, {
      account: principal.account,
      seconds: tokenSeconds(input.DurationSeconds, principal),
      facts: { origin: "GetSessionToken", policyArns: [], ...NO_TAGS, mfa },
      // The same identity with other keys.
      principal: ({ accessKeyId }) =>
        "accessKeyId" in principal ? { ...principal, accessKeyId } : principal,
    })
    return { Credentials: credentialsOf(session) }
  },
})
