import {
  AcceptHandshake,
  CancelHandshake,
  DeclineHandshake,
  DescribeHandshake,
} from "./answering.ts"
import { handshakes } from "./handshake.ts"
import { ListHandshakesForAccount, ListHandshakesForOrganization } from "./handshakes.ts"
import { InviteAccountToOrganization } from "./inviting.ts"

export const handshakeOperations = {
  ...{ InviteAccountToOrganization, AcceptHandshake, DeclineHandshake, CancelHandshake },
  ...{ DescribeHandshake, ListHandshakesForAccount, ListHandshakesForOrganization },
}

export const handshakeTables = [handshakes]
