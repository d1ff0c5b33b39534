import { defineService } from "../../registry/service.ts"
import { GetCallerIdentity } from "./ops/GetCallerIdentity.ts"
import { sessions } from "./session.ts"

export const sts = defineService({
  id: "sts",
  operations: { GetCallerIdentity },
  tables: [sessions],
})
