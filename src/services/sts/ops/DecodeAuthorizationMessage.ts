import { decodeAuthorizationMessage } from "../authorization-message.ts"
import { assertMayCall } from "../caller.ts"
import { op, type Out } from "../define.ts"
import { invalidMessage } from "../errors.ts"

export const DecodeAuthorizationMessage = op.read("DecodeAuthorizationMessage", {
  authorize(tx, _input, call) {
    assertMayCall(tx, call)
    return { action: "sts:DecodeAuthorizationMessage", resource: "*", owner: call.account }
  },
  run(tx, { EncodedMessage }, { account }): Out<"DecodeAuthorizationMessage"> {
    const details = decodeAuthorizationMessage(tx, account, EncodedMessage)
    if (details === undefined) throw invalidMessage()
    return { DecodedMessage: details }
  },
})
