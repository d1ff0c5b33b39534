import {
  DisableOutboundWebIdentityFederation,
  EnableOutboundWebIdentityFederation,
  GetOutboundWebIdentityFederationInfo,
  outboundFederations,
} from "./federation.ts"

export const outboundFederationOperations = {
  ...{ EnableOutboundWebIdentityFederation, DisableOutboundWebIdentityFederation },
  GetOutboundWebIdentityFederationInfo,
}

export const outboundFederationTables = [outboundFederations]
