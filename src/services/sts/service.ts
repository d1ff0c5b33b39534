import { defineService } from "../../registry/service.ts"
import { AssumeRole } from "./ops/AssumeRole.ts"
import { AssumeRoleWithSAML } from "./ops/AssumeRoleWithSAML.ts"
import { AssumeRoleWithWebIdentity } from "./ops/AssumeRoleWithWebIdentity.ts"
import { AssumeRoot } from "./ops/AssumeRoot.ts"
import { DecodeAuthorizationMessage } from "./ops/DecodeAuthorizationMessage.ts"
import { GetAccessKeyInfo } from "./ops/GetAccessKeyInfo.ts"
import { GetCallerIdentity } from "./ops/GetCallerIdentity.ts"
import { GetDelegatedAccessToken } from "./ops/GetDelegatedAccessToken.ts"
import { GetFederationToken } from "./ops/GetFederationToken.ts"
import { GetSessionToken } from "./ops/GetSessionToken.ts"
import { GetWebIdentityToken } from "./ops/GetWebIdentityToken.ts"
import { sessionTables } from "./port.ts"
import { sweep } from "./sweep.ts"

export const sts = defineService({
  id: "sts",
  operations: {
    ...{ GetCallerIdentity, GetAccessKeyInfo, DecodeAuthorizationMessage },
    ...{ AssumeRole, AssumeRoleWithSAML, AssumeRoleWithWebIdentity },
    ...{ GetSessionToken, GetFederationToken, GetWebIdentityToken },
    ...{ AssumeRoot, GetDelegatedAccessToken },
  },
  tables: sessionTables,
  jobs: [sweep],
})
