import type { Patch } from "../patch.ts"

/**
 * AWS takes proxies of external key stores at port 443 only. Here they are this machine's or its
 * neighbours', where that port is seldom free: the address may name another.
 */
export const kmsPatch = (): Patch => ({
  shapes: {
    XksProxyUriEndpointType: { pattern: "^https://[a-zA-Z0-9.-]+(:\\d{1,5})?$" },
  },
})
